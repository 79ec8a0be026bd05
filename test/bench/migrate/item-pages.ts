import { createConnection } from 'mysql2';
import pg from 'pg';
import Cursor from 'pg-cursor';
import type { ObjectRow, PlainItem, Shape } from './shape.js';

type Query = (sql: string) => Promise<readonly ObjectRow[]>;

/** Items of the rows, page by page, as most people read them: objects by a cursor or a stream, one more query for children. */
export async function* itemPages(sourceUrl: string, shape: Shape): AsyncGenerator<PlainItem[]> {
  const pages = sourceUrl.startsWith('postgres') ? postgresPages : mysqlPages;
  for await (const { rows, query } of pages(sourceUrl, shape)) yield await itemsOf(rows, query, shape);
}

interface Page {
  readonly rows: readonly ObjectRow[];
  readonly query: Query;
}

async function* postgresPages(url: string, { sql, pageRows }: Shape): AsyncGenerator<Page> {
  // A careful author keeps timestamps as text: a Date would lose their microseconds.
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text);
  const open = async () => {
    const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
    await client.connect();
    return client;
  };
  const [client, second] = await Promise.all([open(), open()]);
  const cursor = client.query(new Cursor<ObjectRow>(sql));
  const query: Query = async (text) => (await second.query<ObjectRow>(text)).rows;
  for (let rows = await cursor.read(pageRows); rows.length > 0; rows = await cursor.read(pageRows))
    yield { rows, query };
  await cursor.close();
  await Promise.all([client.end(), second.end()]);
}

async function* mysqlPages(url: string, { sql, pageRows }: Shape): AsyncGenerator<Page> {
  const [connection, second] = [0, 1].map(() =>
    createConnection({ uri: url, dateStrings: true, timezone: 'Z' }),
  ) as [ReturnType<typeof createConnection>, ReturnType<typeof createConnection>];
  const query: Query = async (text) => (await second.promise().query(text))[0] as ObjectRow[];
  await connection.promise().query("SET time_zone = '+00:00'");
  await query("SET time_zone = '+00:00'");
  let rows: ObjectRow[] = [];
  for await (const row of connection.query(sql).stream({ highWaterMark: pageRows })) {
    rows.push(row as ObjectRow);
    if (rows.length < pageRows) continue;
    yield { rows, query };
    rows = [];
  }
  if (rows.length > 0) yield { rows, query };
  connection.end();
  second.end();
}

async function itemsOf(rows: readonly ObjectRow[], query: Query, shape: Shape): Promise<PlainItem[]> {
  const { childrenSql, parent } = shape;
  if (childrenSql === undefined || parent === undefined) return rows.map((row) => shape.item(row, []));
  const ids = rows.map((row) => row['id']).join();
  const children = new Map<unknown, ObjectRow[]>(rows.map((row) => [row['id'], []]));
  for (const child of await query(childrenSql.replace(':ids', ids))) children.get(child[parent])?.push(child);
  return rows.map((row) => shape.item(row, children.get(row['id']) ?? []));
}
