import { randomBytes } from 'node:crypto';
import pg from 'pg';

const SERVER = process.env['TABLEFOLD_TEST_POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  query(text: string): Promise<void>;
  value(text: string): Promise<string>;
}

export async function createDatabase(): Promise<TestDatabase> {
  const name = `tablefold_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: SERVER });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return {
    url: url.href,
    query: async (text) => {
      await client.query(text);
    },
    value: async (text) => String((await client.query({ text, rowMode: 'array' })).rows[0]?.[0]),
    async [Symbol.asyncDispose]() {
      await client.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}
