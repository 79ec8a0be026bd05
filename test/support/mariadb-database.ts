import { randomBytes } from 'node:crypto';
import { type Connection, createConnection } from 'mysql2/promise';

export interface MySqlTestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Runs a script of statements; the rows of the last, as arrays of what the driver makes of them. */
  query(sql: string): Promise<readonly (readonly unknown[])[]>;
  drop(): Promise<void>;
}

/** A new database with a name of its own on a MySQL or MariaDB server. */
export async function createMySqlDatabase(engineUrl: string, script = ''): Promise<MySqlTestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(engineUrl);
  url.pathname = name;
  await once(engineUrl, `CREATE DATABASE ${name}`);
  const drop = async () => void (await once(engineUrl, `DROP DATABASE IF EXISTS ${name}`));
  const database = {
    name,
    url: url.href,
    query: (sql: string) => once(url.href, sql),
    drop,
    [Symbol.asyncDispose]: drop,
  };
  try {
    if (script !== '') await database.query(script);
  } catch (error) {
    await drop();
    throw error;
  }
  return database;
}

async function once(url: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const connection: Connection = await createConnection({
    uri: url,
    multipleStatements: true,
    charset: 'utf8mb4',
  });
  try {
    const [results] = await connection.query({ sql, rowsAsArray: true });
    return results as unknown as unknown[][];
  } finally {
    await connection.end();
  }
}
