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

/** Whether the server is MariaDB, whose types and tables are not all MySQL's. */
export async function isMariaDb(engineUrl: string): Promise<boolean> {
  const [row] = await once(engineUrl, 'SELECT version()');
  return String(row?.[0]).includes('MariaDB');
}

/** `(SELECT … AS seq …)`, the numbers from 1 to `count`, on servers with and without sequences. */
export function numbers(count: number): string {
  const digits = Array.from(String(count - 1), (_, n) => `d${n}`);
  const ten = Array.from({ length: 10 }, (_, d) => `SELECT ${d} AS d`).join(' UNION ALL ');
  const seq = digits.map((digit, n) => `${digit}.d * ${10 ** n}`).join(' + ');
  const tables = digits.map((digit) => `(${ten}) AS ${digit}`).join(', ');
  return `(SELECT seq FROM (SELECT 1 + ${seq} AS seq FROM ${tables}) AS every WHERE seq <= ${count})`;
}

export async function once(url: string, sql: string): Promise<readonly (readonly unknown[])[]> {
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
