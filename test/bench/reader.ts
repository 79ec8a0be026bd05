import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { measured } from './measure.js';

export type ReaderName = 'tablefold' | 'tablefold-4' | 'pg-cursor' | 'copy' | 'mysql2' | 'dump';

export interface ReaderTask {
  readonly name: ReaderName;
  readonly sourceUrl: string;
  /** URL of the built package, as users run it. */
  readonly dist: string;
  readonly rows: number;
}

const TABLE = 'orders';
const PAGE = 4000;

/** One way of reading the whole table, in a process of its own, so that its CPU and memory are its own. Prints a Measure. */
const task = JSON.parse(process.argv[2] ?? '') as ReaderTask;
process.stdout.write(JSON.stringify(await measured(await load(task))));

/** Modules are loaded before the clock starts, for everybody. */
async function load({ name, sourceUrl, dist, rows }: ReaderTask): Promise<() => Promise<number>> {
  switch (name) {
    case 'tablefold':
      return loadTablefold(sourceUrl, dist, 1);
    case 'tablefold-4':
      return loadTablefold(sourceUrl, dist, 4);
    case 'pg-cursor': {
      const { default: pg } = await import('pg');
      const { default: Cursor } = await import('pg-cursor');
      return async () => {
        const client = new pg.Client(sourceUrl);
        await client.connect();
        const cursor = client.query(new Cursor(`SELECT * FROM ${TABLE} ORDER BY id`));
        let read = 0;
        for (let page = await cursor.read(PAGE); page.length > 0; page = await cursor.read(PAGE))
          read += page.length;
        await client.end();
        return read;
      };
    }
    case 'copy': {
      const { default: pg } = await import('pg');
      const { to } = await import('pg-copy-streams');
      return async () => {
        const client = new pg.Client(sourceUrl);
        await client.connect();
        let read = 0;
        for await (const bytes of client.query(to(`COPY ${TABLE} TO STDOUT`))) read += lines(bytes);
        await client.end();
        return read;
      };
    }
    case 'mysql2': {
      const { createConnection } = await import('mysql2');
      return async () => {
        const connection = createConnection(sourceUrl);
        let read = 0;
        for await (const _ of connection
          .query(`SELECT * FROM ${TABLE} ORDER BY id`)
          .stream({ highWaterMark: PAGE }))
          read += 1;
        connection.end();
        return read;
      };
    }
    case 'dump':
      return () => dump(new URL(sourceUrl), rows);
  }
}

async function loadTablefold(url: string, dist: string, concurrency: number): Promise<() => Promise<number>> {
  const { openSource } = (await import(
    new URL('index.js', dist).href
  )) as typeof import('../../src/index.js');
  await import(new URL(`source/${url.startsWith('postgres') ? 'postgres' : 'mysql'}/source.js`, dist).href);
  return async () => {
    const { signal } = new AbortController();
    await using source = await openSource(url);
    const schema = await source.discover(signal);
    const table = schema.tables.find(({ name }) => name === TABLE);
    const [id] = table?.columns ?? [];
    if (table === undefined || id === undefined) throw new Error(`there is no table ${TABLE}`);
    const query = {
      entity: 'Order',
      table,
      joins: [],
      columns: table.columns.map((column) => ({ path: '', column })),
      aggregates: [],
      where: null,
      identity: [id],
      embeds: [],
    };
    await using snapshot = await source.openSnapshot({ concurrency, tables: [table], signal });
    const chunks = snapshot.planChunks(query, { rowsPerChunk: 10_000 })[Symbol.asyncIterator]();
    let read = 0;
    const reader = async () => {
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
        for await (const page of snapshot.readChunk(query, next.value, { pageBytes: 1024 * 1024, signal }))
          read += page.rows.length;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, reader));
    return read;
  };
}

/** The dump program of MariaDB or MySQL into nothing: what server and protocol can do without JavaScript. */
async function dump({ hostname, port, username, password, pathname }: URL, rows: number): Promise<number> {
  const where = ['--no-defaults', '-h', hostname, '-P', port, '-u', decodeURIComponent(username)];
  const what = ['--single-transaction', '--quick', '--skip-lock-tables', pathname.slice(1), TABLE];
  const child = spawn('mysqldump', [...where, ...what], {
    env: { ...process.env, MYSQL_PWD: decodeURIComponent(password) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exit] = await once(child, 'close');
  if (exit !== 0) throw new Error(`mysqldump ended with ${exit}`);
  return rows;
}

function lines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
