import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { daemonAnswers } from '../../support/engines/docker.js';
import { describeMissing, engine, follow, isEngine, type Way } from '../../support/engines/engine.js';
import { freePort } from '../../support/engines/free-port.js';

const found: Way = async () =>
  engine({ name: 'dynalite', version: '1', from: 'here', url: 'http://localhost', stop: async () => {} });
const never: Way = () => {
  throw new Error('must not be tried');
};

describe('a recipe', () => {
  test('takes the first way that leads to an engine and tries no other', async () => {
    const ways: Way[] = [async () => ({ reason: 'no' }), found, never];
    expect(isEngine(await follow({ name: 'dynalite', ways, remedy: '' }))).toBe(true);
  });

  test('lists every way that did not do, and what would satisfy it', async () => {
    const ways: Way[] = [async () => ({ reason: 'no daemon' }), async () => ({ reason: 'no java' })];
    const missing = await follow({ name: 'dynamodb', ways, remedy: 'Install Java.' });
    if (isEngine(missing)) throw new Error('found');
    expect(describeMissing(missing)).toBe('dynamodb is not to be had: no daemon; no java. Install Java.');
  });

  test('lets nothing stand in for an engine that the environment names', async () => {
    const ways: Way[] = [async () => ({ reason: 'does not answer', final: true }), never];
    expect(await follow({ name: 'postgres', ways, remedy: 'r' })).toMatchObject({
      tried: ['does not answer'],
    });
  });
});

describe('the look for a Docker daemon', () => {
  async function serve(status: number): Promise<Server> {
    const server = createServer((_, reply) => reply.writeHead(status).end('OK')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }
  const at = (port: number) => daemonAnswers({ DOCKER_HOST: `tcp://127.0.0.1:${port}` });

  test('finds one that answers its ping', async () => {
    const server = await serve(200);
    expect(await at((server.address() as AddressInfo).port)).toBe(true);
    server.close();
  });

  test('does not take another server, or nobody, for one', async () => {
    const server = await serve(404);
    expect(await at((server.address() as AddressInfo).port)).toBe(false);
    server.close();
    expect(await at(await freePort())).toBe(false);
  });
});

describe('a private engine', () => {
  const starter = fileURLToPath(new URL('start-engine.ts', import.meta.url));
  const jiti = createRequire(import.meta.url)
    .resolve('jiti/package.json')
    .replace('package.json', 'lib/jiti-cli.mjs');

  /** Starts Postgres and dynalite in a process of its own, whose temporary folder is `folder`. */
  async function startElsewhere(folder: string): Promise<{ pid: number; urls: string[] }> {
    const child = spawn(process.execPath, [jiti, starter], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    return { pid: child.pid!, urls: JSON.parse(line) };
  }

  const listens = (url: string) =>
    fetch(url.replace(/^postgres:.*@/, 'http://')).then(
      () => true,
      (error) => error.cause?.code !== 'ECONNREFUSED',
    );

  test.each(['SIGKILL', 'SIGINT'] as const)(
    'is gone with its folder after a %s of the process that started it',
    async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'tablefold-orphans-'));
      // Postgres runs as nobody where the tests run as root.
      await chmod(folder, 0o755);
      const { pid, urls } = await startElsewhere(folder);
      expect(await Promise.all(urls.map(listens))).toEqual([true, true]);
      expect((await readdir(folder)).filter((name) => name.startsWith('tablefold-'))).toHaveLength(2);

      process.kill(pid, signal);
      while ((await readdir(folder)).some((name) => name.startsWith('tablefold-'))) await delay(20);
      expect(await Promise.all(urls.map(listens))).toEqual([false, false]);
      await rm(folder, { recursive: true });
    },
  );
});
