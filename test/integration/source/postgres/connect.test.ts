import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { MigrationError } from '../../../../src/support/error.js';
import { entityQuery, never, readAll, withSnapshot } from '../../../contract/source/queries.js';
import { createDatabase, type TestDatabase } from '../../../support/postgres-database.js';
import { requireEngine } from '../../../support/require-resource.js';

const server = requireEngine('postgres');
const SECRET = `s3cr/t@${randomBytes(6).toString('hex')}`;

let database: TestDatabase;
let reader: string;

beforeAll(async () => {
  database = await createDatabase(server);
  reader = `reader_${database.name}`;
  await database.query(`CREATE ROLE ${reader} LOGIN PASSWORD '${SECRET}'`);
});
afterAll(async () => {
  await database?.query(`DROP OWNED BY ${reader}; DROP ROLE ${reader}`);
  await database?.drop();
});

/** The test database's URL with other parts. */
function urlWith(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

async function failure(url: string): Promise<MigrationError> {
  try {
    const source = await openSource(url);
    await source[Symbol.asyncDispose]();
  } catch (error) {
    return error as MigrationError;
  }
  throw new Error('connected');
}

describe('a source that cannot be opened says why, and never the password', () => {
  const wrong = (user: string) =>
    urlWith((url) => {
      url.username = user;
      url.password = SECRET;
    });

  test.each([
    ['a wrong password', () => wrong('postgres'), 'SOURCE_ACCESS_DENIED', /password authentication failed/],
    ['an unknown role', () => wrong('nobody_at_all'), 'SOURCE_ACCESS_DENIED', /nobody_at_all/],
    [
      'a password in the query string',
      () =>
        urlWith((url) => {
          url.password = '';
          url.searchParams.set('password', SECRET);
        }),
      'SOURCE_ACCESS_DENIED',
      /password authentication failed/,
    ],
    [
      'no password',
      () =>
        urlWith((url) => {
          url.password = '';
        }),
      'SOURCE_ACCESS_DENIED',
      /asks for a password/,
    ],
    [
      'a database that is not there',
      () =>
        urlWith((url) => {
          url.pathname = '/no_such_database';
        }),
      'SOURCE_DATABASE_MISSING',
      /no_such_database/,
    ],
    [
      'a database named like the password',
      () =>
        urlWith((url) => {
          url.username = reader;
          url.password = SECRET;
          url.pathname = `/${encodeURIComponent(SECRET)}`;
        }),
      'SOURCE_DATABASE_MISSING',
      /\*\*\*/,
    ],
    [
      'a port where nobody listens',
      () => 'postgres://u:s3cr@127.0.0.1:1/x',
      'SOURCE_CONNECT',
      /127\.0\.0\.1:1\b/,
    ],
    [
      'a host that has no address',
      () => 'postgres://u:s3cr@no.such.host.invalid/x',
      'SOURCE_CONNECT',
      /no\.such\.host/,
    ],
    [
      'TLS where the server has none',
      () => urlWith((url) => url.searchParams.set('sslmode', 'require')),
      'SOURCE_CONNECT',
      /does not support SSL/,
    ],
    [
      'a certificate file that is not there',
      () => urlWith((url) => (url.search = '?sslmode=verify-ca&sslrootcert=/no/such.pem')),
      'SOURCE_URL',
      /no\/such\.pem/,
    ],
    [
      'a password with an unescaped slash',
      () => 'postgres://u:12/s3cr@127.0.0.1/x',
      'SOURCE_URL',
      /not a valid/,
    ],
    [
      'a password with an unescaped hash',
      () => 'postgres://u:12#s3cr@127.0.0.1/x',
      'SOURCE_URL',
      /not a valid/,
    ],
    ['a password with a lone percent sign', () => 'postgres://u:s3cr%@127.0.0.1/x', 'SOURCE_URL', /%XX/],
    ['an impossible port', () => 'postgres://u:s3cr@127.0.0.1:99999/x', 'SOURCE_URL', /not a valid/],
  ])('%s', async (_, url, code, message) => {
    const error = await failure(url());
    expect(error).toMatchObject({ code, hint: expect.stringMatching(/.+/) });
    expect(error.message).toMatch(message);
    const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain(encodeURIComponent(SECRET));
    expect(shown).not.toContain('s3cr');
  });

  test('a server that never answers', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    try {
      const error = await failure(`postgres://u@127.0.0.1:${port}/x?connect_timeout=0.2`);
      expect(error).toMatchObject({ code: 'SOURCE_CONNECT', message: expect.stringContaining(`:${port}`) });
    } finally {
      silent.close();
    }
  });
});

test('an aborted signal ends connecting with its reason', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const controller = new AbortController();
  const opening = openSource(`postgres://u@127.0.0.1:${port}/x`, { signal: controller.signal });
  controller.abort(new Error('changed my mind'));
  await expect(opening).rejects.toThrow('changed my mind');
  silent.close();
});

test('the label names server and database, and neither user nor password', async () => {
  const source = await openSource(database.url);
  const { host } = new URL(database.url);
  expect(source.label).toBe(`postgres://${host}/${database.name}`);
  await source[Symbol.asyncDispose]();
});

test('sessions call themselves by the application name', async () => {
  const source = await openSource(database.url, { applicationName: 'tablefold test' });
  const sessions = await database.query(
    `SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  expect(sessions).toEqual([{ application_name: 'tablefold test' }]);
  await source[Symbol.asyncDispose]();
});

test('a session that another administrator ends is lost by name, and the source opens another', async () => {
  const source = await openSource(database.url);
  await database.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await expect
    .poll(() =>
      source.discover(never).then(
        ({ dialect }) => dialect,
        (error: MigrationError) => error.code,
      ),
    )
    .toBe('postgres');
  await source[Symbol.asyncDispose]();
});

describe('in a session', () => {
  /** The rows of a view over pg_settings, read as an entity: what the session itself sees. */
  test('output settings are set, whatever role and database say', async () => {
    await database.query(`CREATE VIEW settings AS SELECT name, setting FROM pg_settings`);
    await database.query(`ALTER DATABASE ${database.name} SET extra_float_digits = 0`);
    const source = await openSource(`${database.url}?statement_timeout=12345`);
    await withSnapshot(source, async (snapshot, schema) => {
      const query = entityQuery(schema, 'settings', { identifiedBy: ['name'] });
      const settings = new Map(
        (await readAll(snapshot, { ...query, where: 'name IS NOT NULL' }, 1000)).map(({ row }) => [
          row[0],
          row[1],
        ]),
      );
      expect(Object.fromEntries(settings)).toMatchObject({
        TimeZone: 'UTC',
        DateStyle: 'ISO, YMD',
        IntervalStyle: 'iso_8601',
        extra_float_digits: '3',
        bytea_output: 'hex',
        standard_conforming_strings: 'on',
        client_encoding: 'UTF8',
        statement_timeout: '12345',
        idle_in_transaction_session_timeout: '0',
        transaction_read_only: 'on',
        transaction_isolation: 'repeatable read',
        row_security: 'off',
        // Only inside the transaction: through a pooler it would stay behind for the application.
        default_transaction_read_only: 'off',
      });
    });
    await source[Symbol.asyncDispose]();
  });

  test('an attempt to write fails', async () => {
    await database.query(`CREATE TABLE log (id int PRIMARY KEY);
      CREATE FUNCTION note(int) RETURNS bool LANGUAGE sql AS 'INSERT INTO log VALUES ($1) RETURNING true';
      CREATE FUNCTION unlock() RETURNS bool LANGUAGE sql AS
        $$ SELECT set_config('transaction_read_only', 'off', true) IS NULL $$;
      CREATE TABLE victims (id int PRIMARY KEY); INSERT INTO victims VALUES (1)`);
    const source = await openSource(database.url);
    await withSnapshot(source, async (snapshot, schema) => {
      const query = entityQuery(schema, 'victims');
      await expect(readAll(snapshot, { ...query, where: 'note(id)' }, 10)).rejects.toMatchObject({
        code: 'SOURCE_QUERY',
        message: expect.stringContaining('25006'),
      });
      await expect(readAll(snapshot, { ...query, where: 'unlock() OR note(id)' }, 10)).rejects.toThrow(
        /read-write mode/,
      );
      await expect(
        readAll(
          snapshot,
          { ...query, where: 'true)) AS r; COMMIT; INSERT INTO log VALUES (1); SELECT ((1' },
          10,
        ),
      ).rejects.toThrow(/multiple commands/);
      expect(await readAll(snapshot, query, 10)).toHaveLength(1);
    });
    expect(await database.query('SELECT * FROM log')).toEqual([]);
    await source[Symbol.asyncDispose]();
  });
});
