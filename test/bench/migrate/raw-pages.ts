import { createConnection } from 'mysql2';
import pg from 'pg';
import Cursor from 'pg-cursor';
import type { Shape } from './shape.js';

const PAGE = 5000;

/** The shape's rows as raw text, counted and thrown away: yields how many a page held. Children are read with their page. */
export async function* rawPages(url: string, shape: Shape): AsyncGenerator<number> {
  const pageRows = shape.childrenSql === undefined ? PAGE : shape.pageRows;
  yield* url.startsWith('postgres') ? postgresPages(url, shape, pageRows) : mysqlPages(url, shape, pageRows);
}

async function* postgresPages(
  url: string,
  { sql, childrenSql }: Shape,
  pageRows: number,
): AsyncGenerator<number> {
  const types = { getTypeParser: () => (text: string) => text };
  const [client, second] = [new pg.Client(url), new pg.Client(url)];
  await Promise.all([client.connect(), second.connect()]);
  const cursor = client.query(new Cursor<string[]>(sql, [], { rowMode: 'array', types } as never));
  for (let rows = await cursor.read(pageRows); rows.length > 0; rows = await cursor.read(pageRows)) {
    const text = childrenSql?.replace(':ids', rows.map(([id]) => id).join());
    if (text !== undefined) await second.query({ text, rowMode: 'array', types } as never);
    yield rows.length;
  }
  await cursor.close();
  await Promise.all([client.end(), second.end()]);
}

async function* mysqlPages(
  url: string,
  { sql, childrenSql }: Shape,
  pageRows: number,
): AsyncGenerator<number> {
  const options = {
    uri: url,
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  };
  const connection = createConnection(options);
  const second = createConnection(options);
  let ids: unknown[] = [];
  const page = async () => {
    const count = ids.length;
    if (childrenSql !== undefined) await second.promise().query(childrenSql.replace(':ids', ids.join()));
    ids = [];
    return count;
  };
  for await (const row of connection.query(sql).stream({ highWaterMark: pageRows })) {
    ids.push((row as unknown[])[0]);
    if (ids.length === pageRows) yield await page();
  }
  if (ids.length > 0) yield await page();
  connection.end();
  second.end();
}
