import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { runScript } from './postgres-script.js';

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Rows as objects, values as `pg` parses them. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Closes its connection and drops the database, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * A new database with a name of its own, filled by the scripts in their order: a string is SQL, a `URL` is a
 * file (`new URL('shop.sql', import.meta.url)`), in the subset of psql's language that dumps use.
 */
export async function createDatabase(
  engineUrl: string,
  ...scripts: readonly (string | URL)[]
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await once(engineUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(engineUrl);
  url.pathname = name;

  const drop = (): Promise<void> =>
    once(
      engineUrl,
      async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
    );
  try {
    for (const script of scripts) {
      const sql = typeof script === 'string' ? script : await readFile(script, 'utf8');
      // Its own connection: a dump changes settings.
      await once(url.href, (client) => runScript(client, sql));
    }
  } catch (error) {
    await drop();
    throw error;
  }
  return {
    name,
    url: url.href,
    query: (sql, values = []) =>
      once(url.href, async (client) => (await client.query(sql, [...values])).rows),
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

/** The server's major release: 17. */
export async function serverRelease(engineUrl: string): Promise<number> {
  const { rows } = await once(engineUrl, (client) =>
    client.query<{ version: number }>("SELECT current_setting('server_version_num')::int / 10000 AS version"),
  );
  return rows[0]?.version ?? 0;
}

export async function once<Result>(
  url: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
