import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../../src/support/error.js';
import { freePort } from './free-port.js';

const KEEPER = fileURLToPath(new URL('./keeper.mjs', import.meta.url));
/** `nobody` of Debian, Alpine and Red Hat. */
const NOBODY = 65534;
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
const PORT_TRIES = 5;

export interface Step {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface PrivatePlan {
  /** Names the temporary folder. */
  readonly name: string;
  /** Whether the server refuses to run as root: it then runs as nobody. */
  readonly refusesRoot: boolean;
  /** Folder of the binaries; copied into the private one where nobody cannot reach it (a home of root). */
  readonly binaries: string;
  /** Files to lay into the folder, for what may not be an argument. */
  readonly files?: Readonly<Record<string, string>>;
  /** Programs to run one after the other; the last is the server. It listens on 127.0.0.1 only, where it can. */
  steps(place: {
    readonly folder: string;
    readonly port: number;
    readonly binaries: string;
  }): readonly Step[];
  readonly stopSignal: NodeJS.Signals;
  /** The server's version as soon as it answers; throws until then. */
  probe(port: number, log: string): Promise<string>;
}

export interface PrivateServer {
  readonly port: number;
  readonly version: string;
  readonly outage: Outage;
  stop(): Promise<void>;
}

/** A server that is killed with -9 and comes back on the same port and data folder. */
export interface Outage {
  kill(): void;
  start(): void;
}

/**
 * Starts a server that belongs to this process alone: own folder, own free port. A keeper process ends it
 * and removes the folder on `stop()`, on Ctrl-C, and when this process dies, by kill -9 too (keeper.mjs).
 */
export async function startPrivate(plan: PrivatePlan): Promise<PrivateServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(plan, await freePort());
    } catch (error) {
      // Someone else took the port between looking for it and listening.
      if (attempt === PORT_TRIES || !/address already in use|EADDRINUSE/i.test(messageOf(error))) throw error;
    }
  }
}

async function startOnce(plan: PrivatePlan, port: number): Promise<PrivateServer> {
  const folder = join(tmpdir(), `tablefold-${plan.name}-${randomBytes(6).toString('hex')}`);
  const user = plan.refusesRoot && process.getuid?.() === 0 ? NOBODY : null;
  const copy = user !== null && !(await openToAll(plan.binaries));
  const binaries = copy ? join(folder, 'engine') : plan.binaries;

  // A session of its own, so that the terminal's Ctrl-C ends this process first and the keeper by its pipe.
  const keeper = spawn(process.execPath, [KEEPER], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  let said = '';
  keeper.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  keeper.stdin.on('error', () => {}); // it ended first, which `ended` tells
  const ended = new Promise<void>((resolve) => keeper.on('close', () => resolve()));
  keeper.stdin.write(
    `${JSON.stringify({
      folder,
      user,
      copy: copy ? plan.binaries : null,
      files: plan.files ?? {},
      steps: plan.steps({ folder, port, binaries }),
      stopSignal: plan.stopSignal,
    })}\n`,
  );
  const stop = async (): Promise<void> => {
    keeper.ref();
    keeper.stdin.end();
    await ended;
  };

  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      const log = await readFile(join(folder, 'log'), 'utf8');
      const version = await plan.probe(port, log);
      letGo(keeper);
      const outage = {
        kill: () => void keeper.stdin.write('kill\n'),
        start: () => void keeper.stdin.write('start\n'),
      };
      return { port, version, outage, stop };
    } catch (error) {
      const over = await Promise.race([ended.then(() => true), delay(POLL_MS, false)]);
      if (over) throw new Error(`${plan.name} did not start: ${said.trim()}`);
      if (performance.now() > deadline) {
        await stop();
        throw new Error(
          `${plan.name} did not answer within ${START_TIMEOUT_MS / 1000} s: ${messageOf(error)}`,
        );
      }
    }
  }
}

/** A keeper must not keep its parent alive. */
function letGo(keeper: ChildProcess): void {
  keeper.unref();
  for (const stream of [keeper.stdin, keeper.stdout]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}

/** Whether every folder on the way may be entered by everybody. */
async function openToAll(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
