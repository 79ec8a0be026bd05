import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { messageOf } from '../../../src/support/error.js';
import type { Certificates } from '../certificates.js';
import { inContainer } from './docker.js';
import { engine, type Recipe, type Way } from './engine.js';
import { startUnpackedMySql, type UnpackedMySql } from './mysql.js';
import { startPrivate } from './private-server.js';

const VARIABLE = 'TABLEFOLD_TEST_MYSQL_URL';
/** JSON of an `UnpackedMySql`: what tests start for themselves is MySQL then, as the server of the URL is. */
export const UNPACKED = 'TABLEFOLD_TEST_MYSQL_UNPACKED';
const IMAGE = 'mariadb:10.11';
/** Debian's folders; elsewhere the environment names a server. */
const SERVER = '/usr/sbin/mariadbd';
const INSTALL = '/usr/bin/mariadb-install-db';

/**
 * What is committed survives a kill -9, which tests do, and no more; a binary log, so that a snapshot has a position; a server's usual
 * character set, whose collation ignores case, and another time zone than the machine's.
 */
const SETTINGS = [
  '--innodb-flush-log-at-trx-commit=2',
  '--sync-binlog=0',
  '--innodb-doublewrite=OFF',
  '--innodb-buffer-pool-size=64M',
  '--innodb-log-file-size=48M',
  '--performance-schema=ON',
  '--performance-schema-instrument=statement/%=ON',
  '--log-bin=binlog',
  '--binlog-format=ROW',
  '--server-id=1',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_general_ci',
  '--default-time-zone=+05:30',
  '--max-connections=100',
  '--max-allowed-packet=64M',
];

export const mariadb: Recipe = {
  name: 'mariadb',
  ways: [fromEnvironment, dockerWay(), () => debian()],
  remedy: `Install Debian’s mariadb-server-core and mariadb-client-core, start Docker, or set ${VARIABLE} to the URL of an administrator.`,
};

/** A server of its own with TLS; `certified` is left to the test to create (`REQUIRE X509`). */
export function mariadbWithTls(certificates: Certificates): Recipe {
  const files = {
    'server.key': certificates.serverKey,
    'server.crt': certificates.server,
    'authority.crt': certificates.authority,
  };
  return { ...mariadb, ways: [() => debian(files)] };
}

/** One that belongs to its test alone, which may kill it. */
export const privateMariadb: Recipe = { ...mariadb, ways: [unpackedMySql, () => debian()] };

async function fromEnvironment(): ReturnType<Way> {
  const url = process.env[VARIABLE];
  if (url === undefined || url === '') return { reason: `${VARIABLE} is not set` };
  try {
    return engine({
      name: 'mariadb',
      version: await version(url),
      from: VARIABLE,
      url,
      stop: async () => {},
    });
  } catch (error) {
    return { reason: `${VARIABLE} does not answer: ${messageOf(error)}`, final: true };
  }
}

async function unpackedMySql(): ReturnType<Way> {
  const unpacked = process.env[UNPACKED];
  if (unpacked === undefined) return { reason: `${UNPACKED} is not set` };
  return startUnpackedMySql(JSON.parse(unpacked) as UnpackedMySql);
}

function dockerWay(): Way {
  const password = randomBytes(12).toString('hex');
  return inContainer({
    name: 'mariadb',
    image: IMAGE,
    port: 3306,
    configure: (container, wait) =>
      container
        .withEnvironment({ MARIADB_ROOT_PASSWORD: password })
        .withCommand([...SETTINGS])
        // Twice: the image's first start is only for its own set-up.
        .withWaitStrategy(wait.forLogMessage(/ready for connections/, 2)),
    url: (host, port) => `mysql://root:${password}@${host}:${port}/mysql`,
    version,
  });
}

async function debian(certificates: Readonly<Record<string, string>> = {}): ReturnType<Way> {
  if (!existsSync(SERVER) || !existsSync(INSTALL)) return { reason: `no ${SERVER}` };
  const password = randomBytes(12).toString('hex');
  const urlAt = (port: number) => `mysql://tests:${password}@127.0.0.1:${port}/mysql`;
  try {
    const server = await startPrivate({
      name: 'mariadb',
      refusesRoot: true,
      binaries: '/usr',
      files: {
        ...certificates,
        'init.sql': [
          `CREATE USER IF NOT EXISTS tests@'%' IDENTIFIED BY '${password}';`,
          "GRANT ALL ON *.* TO tests@'%' WITH GRANT OPTION;",
          "DELETE FROM mysql.global_priv WHERE User IN ('', 'root');",
          'FLUSH PRIVILEGES;',
          '',
        ].join('\n'),
      },
      steps: ({ folder, port }) => [
        {
          command: INSTALL,
          env: { TMPDIR: folder }, // that of the run may be closed to nobody
          args: [
            ...[
              '--no-defaults',
              `--datadir=${join(folder, 'data')}`,
              '--auth-root-authentication-method=normal',
            ],
            ...['--skip-test-db', '--skip-name-resolve'],
          ],
        },
        {
          command: SERVER,
          env: { TMPDIR: folder },
          args: [
            ...['--no-defaults', `--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`],
            ...[`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`],
            ...[`--pid-file=${join(folder, 'pid')}`, `--init-file=${join(folder, 'init.sql')}`],
            ...['--skip-name-resolve', ...SETTINGS],
            ...(Object.keys(certificates).length === 0
              ? []
              : ['ssl-key=server.key', 'ssl-cert=server.crt', 'ssl-ca=authority.crt'].map(
                  (pair) => `--${pair.replace('=', `=${folder}/`)}`,
                )),
          ],
        },
      ],
      // No farewell to disk: the data goes away with the folder.
      stopSignal: 'SIGKILL',
      probe: (port) => version(urlAt(port)),
    });
    return engine({
      name: 'mariadb',
      version: server.version,
      from: SERVER,
      url: urlAt(server.port),
      outage: server.outage,
      stop: server.stop,
    });
  } catch (error) {
    return { reason: `${SERVER}: ${messageOf(error)}` };
  }
}

async function version(url: string): Promise<string> {
  const connection = await createConnection({ uri: url, connectTimeout: 5_000 });
  try {
    const [rows] = await connection.query({ sql: 'SELECT VERSION()', rowsAsArray: true });
    return String((rows as unknown as string[][])[0]?.[0] ?? 'unknown').replace(/-MariaDB.*/, '');
  } finally {
    connection.destroy();
  }
}
