import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { GenericContainer } from 'testcontainers';
import { messageOf } from '../../../src/support/error.js';
import { type EngineName, engine, type Way } from './engine.js';

const PING_MS = 500;

export interface ContainerPlan {
  readonly name: EngineName;
  /** Official image with its tag. */
  readonly image: string;
  readonly port: number;
  configure(container: GenericContainer, wait: typeof import('testcontainers').Wait): GenericContainer;
  url(host: string, port: number): string;
  version(url: string): Promise<string>;
}

/**
 * An engine in a container, where a daemon answers. testcontainers' own reaper removes it after a kill of
 * this process. Loaded only then: it takes 0.4 s.
 */
export function inContainer(plan: ContainerPlan): Way {
  return async () => {
    if (!(await daemonAnswers())) return { reason: 'no Docker daemon answers' };
    try {
      const { GenericContainer, Wait } = await import('testcontainers');
      const container = await plan
        .configure(new GenericContainer(plan.image).withExposedPorts(plan.port), Wait)
        .start();
      const url = plan.url(container.getHost(), container.getMappedPort(plan.port));
      return engine({
        name: plan.name,
        version: await plan.version(url),
        from: `Docker image ${plan.image}`,
        url,
        stop: async () => void (await container.stop()),
      });
    } catch (error) {
      return { reason: `Docker image ${plan.image}: ${messageOf(error)}` };
    }
  };
}

/** Whether a daemon answers `/_ping` where testcontainers would look for it; at most half a second. */
export async function daemonAnswers(environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  return (await Promise.all(daemonAddresses(environment).map(ping))).includes(true);
}

type Address = { readonly socketPath: string } | { readonly host: string; readonly port: number };

function daemonAddresses(environment: NodeJS.ProcessEnv): Address[] {
  const named = environment['DOCKER_HOST'];
  if (named !== undefined && URL.canParse(named)) {
    const { protocol, hostname, port, pathname } = new URL(named);
    if (protocol === 'unix:' || protocol === 'npipe:') return [{ socketPath: pathname }];
    return [{ host: hostname, port: Number(port || 2375) }];
  }
  if (process.platform === 'win32') return [{ socketPath: '//./pipe/docker_engine' }];
  const run = environment['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(run === undefined ? [] : [join(run, 'docker.sock')]),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
  ]
    .filter((path) => existsSync(path))
    .map((socketPath) => ({ socketPath }));
}

function ping(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ ...address, path: '/_ping', timeout: PING_MS }, (reply) => {
      reply.resume();
      resolve(reply.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
