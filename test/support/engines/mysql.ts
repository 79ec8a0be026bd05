import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { type Engine, engine } from './engine.js';
import { startPrivate } from './private-server.js';

/**
 * As MariaDB's in mariadb.ts: nothing has to survive a crash, a binary log, a collation that ignores case, another
 * time zone than the machine's. What is set to nothing or OFF would look for folders that are not there.
 */
const SETTINGS = [
  '--innodb-flush-log-at-trx-commit=2',
  '--sync-binlog=0',
  '--innodb-doublewrite=OFF',
  '--innodb-buffer-pool-size=64M',
  '--innodb-redo-log-capacity=48M',
  '--performance-schema=OFF',
  '--log-bin=binlog',
  '--server-id=1',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_0900_ai_ci',
  '--default-time-zone=+05:30',
  '--max-connections=100',
  '--max-allowed-packet=64M',
  '--secure-file-priv=NULL',
  '--mysqlx=OFF',
];

/** Where a Debian package was unpacked, with every library that it needs. */
export interface UnpackedMySql {
  /** The folder that holds `usr/`. */
  readonly root: string;
  /** Folder of the shared libraries, below the root. */
  readonly libraries: string;
  /** The dynamic loader below the root: the machine's own may be older than the libraries. */
  readonly loader: string;
  /** For people: `Debian mysql-server-core 9.7.4-2`. */
  readonly from: string;
}

/** Starts MySQL from an unpacked package, privately; the engine is called `mariadb` as the tests ask for it. */
export async function startUnpackedMySql({ root, libraries, loader, from }: UnpackedMySql): Promise<Engine> {
  const password = randomBytes(12).toString('hex');
  const urlAt = (port: number) => `mysql://tests:${password}@127.0.0.1:${port}/mysql`;
  const server = await startPrivate({
    name: 'mysql',
    refusesRoot: true,
    binaries: root,
    files: {
      'init.sql': [
        `CREATE USER tests@'%' IDENTIFIED BY '${password}';`,
        "GRANT ALL ON *.* TO tests@'%' WITH GRANT OPTION;",
        "DROP USER root@'localhost';",
        '',
      ].join('\n'),
    },
    steps({ folder, port, binaries }) {
      const run = (...args: readonly string[]) => ({
        command: join(binaries, loader),
        env: { TMPDIR: folder },
        args: [
          ...['--library-path', join(binaries, libraries)],
          ...[join(binaries, 'usr/sbin/mysqld'), '--no-defaults', `--datadir=${join(folder, 'data')}`],
          ...[`--tmpdir=${folder}`, `--lc-messages-dir=${join(binaries, 'usr/share/mysql')}`],
          ...[`--character-sets-dir=${join(binaries, 'usr/share/mysql/charsets')}`],
          ...[`--plugin-dir=${join(binaries, 'usr/lib/mysql/plugin')}`, ...SETTINGS, ...args],
        ],
      });
      return [
        run('--initialize-insecure'),
        run(
          ...[`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`],
          ...[`--pid-file=${join(folder, 'pid')}`, `--init-file=${join(folder, 'init.sql')}`],
        ),
      ];
    },
    stopSignal: 'SIGKILL',
    probe: (port) => version(urlAt(port)),
  });
  return engine({
    name: 'mariadb',
    version: server.version,
    from,
    url: urlAt(server.port),
    outage: server.outage,
    stop: server.stop,
  });
}

async function version(url: string): Promise<string> {
  const connection = await createConnection({ uri: url, connectTimeout: 5_000 });
  try {
    const [rows] = await connection.query({ sql: 'SELECT VERSION()', rowsAsArray: true });
    return String((rows as unknown as string[][])[0]?.[0] ?? 'unknown');
  } finally {
    connection.destroy();
  }
}
