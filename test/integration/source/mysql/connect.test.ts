import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { MigrationError } from '../../../../src/support/error.js';
import { entityQuery, never, withSnapshot } from '../../../contract/source/queries.js';
import { startPrivately } from '../../../support/engines/resolve-engines.js';
import { createMySqlDatabase, type MySqlTestDatabase } from '../../../support/mariadb-database.js';
import { requireEngine } from '../../../support/require-resource.js';

const server = requireEngine('mariadb');
const SECRET = `s3cr/t@${randomBytes(6).toString('hex')}`;

let database: MySqlTestDatabase;
let reader: string;

beforeAll(async () => {
  database = await createMySqlDatabase(
    server,
    'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)',
  );
  reader = `reader_${database.name.slice(-8)}`;
  await database.query(
    `CREATE USER ${reader}@'%' IDENTIFIED BY '${SECRET}'; GRANT SELECT ON ${database.name}.* TO ${reader}@'%'`,
  );
});
afterAll(async () => {
  await database?.query(`DROP USER ${reader}`);
  await database?.drop();
});

/** The test database's URL with other parts. */
function urlWith(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

const asReader = () =>
  urlWith((url) => {
    url.username = reader;
    url.password = encodeURIComponent(SECRET);
  });

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
  test.each([
    [
      'a wrong password',
      () =>
        urlWith((url) => {
          url.username = reader;
          url.password = encodeURIComponent(`x${SECRET}`);
        }),
      'SOURCE_ACCESS_DENIED',
      /Access denied for user.*1045/,
    ],
    [
      'an unknown user',
      () =>
        urlWith((url) => {
          url.username = 'nobody_at_all';
          url.password = encodeURIComponent(SECRET);
        }),
      'SOURCE_ACCESS_DENIED',
      /nobody_at_all/,
    ],
    [
      'a missing database',
      () =>
        urlWith((url) => {
          url.pathname = '/not_there';
        }),
      'SOURCE_DATABASE_MISSING',
      /not_there/,
    ],
    [
      'a database that the user may not see',
      () => asReader().replace(database.name, 'mysql'),
      'SOURCE_ACCESS_DENIED',
      /Access denied/,
    ],
    [
      'a port where nobody listens',
      () =>
        urlWith((url) => {
          url.port = '1';
          url.password = encodeURIComponent(SECRET);
        }),
      'SOURCE_CONNECT',
      /cannot reach mysql at 127\.0\.0\.1:1.*ECONNREFUSED/,
    ],
    [
      'a server without TLS, or without a trusted certificate, where both are wanted',
      () =>
        urlWith((url) => {
          url.searchParams.set('ssl-mode', 'VERIFY_IDENTITY');
        }),
      'SOURCE_CONNECT',
      /secure connection|self.signed certificate/,
    ],
  ])('%s', async (_, url, code, message) => {
    const error = await failure(url());
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.any(String) });
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
    expect(inspect(error, { depth: 9 })).not.toContain(encodeURIComponent(SECRET));
  });

  test('a server that never answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const error = await failure(
      `mysql://u:${encodeURIComponent(SECRET)}@127.0.0.1:${port}/d?connect_timeout=1`,
    );
    expect(error).toMatchObject({ code: 'SOURCE_CONNECT', message: expect.stringContaining('ETIMEDOUT') });
    silent.close();
  });
});

test('an aborted signal ends connecting with its reason', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const controller = new AbortController();
  const opening = openSource(`mysql://u@127.0.0.1:${port}/d`, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(opening).rejects.toThrow('enough');
  silent.close();
});

test('the label names server and database, and neither user nor password', async () => {
  await using source = await openSource(asReader());
  const { host } = new URL(server);
  expect(source.label).toBe(`mysql://${host}/${database.name}`);
});

test('a session that an administrator ends is lost by name, and the source opens another', async () => {
  await using source = await openSource(asReader());
  const [row] = await database.query(
    `SELECT id FROM information_schema.PROCESSLIST WHERE user = '${reader}'`,
  );
  await database.query(`KILL ${row?.[0]}`);
  // Whether the end is noticed before or by the next statement depends on the network.
  const answers = [
    await source.discover(never).catch((error: unknown) => error),
    await source.discover(never),
  ];
  expect(answers[0]).toMatchObject(
    answers[0] instanceof Error ? { code: 'SOURCE_LOST' } : { dialect: 'mysql' },
  );
  expect(answers[1]).toMatchObject({ defaultSchema: database.name });
});

describe('in a session', () => {
  test('what the server or the user sets by default does not matter', async () => {
    // Whoever connects to the server that tests share would be met by these defaults too.
    const own = await startPrivately('mariadb');
    try {
      const odd = await createMySqlDatabase(
        own.url,
        "CREATE TABLE padded (id int PRIMARY KEY, c char(3)); INSERT INTO padded VALUES (1, 'a'), (2, 'b')",
      );
      await odd.query(
        "SET GLOBAL sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,NO_BACKSLASH_ESCAPES,ANSI_QUOTES', GLOBAL sql_select_limit = 1",
      );
      await using source = await openSource(odd.url);
      await withSnapshot(source, async (snapshot, schema) => {
        const query = entityQuery(schema, 'padded', { where: String.raw`c <> '\'' AND c <> "x"` });
        const rows = [];
        for await (const chunk of snapshot.planChunks(query, { rowsPerChunk: 10 })) {
          for await (const page of snapshot.readChunk(query, chunk, { pageBytes: 1000, signal: never })) {
            for (const { row } of page.rows) rows.push(row);
          }
        }
        expect(rows).toEqual([
          ['1', 'a'],
          ['2', 'b'],
        ]);
      });
    } finally {
      await own.stop();
    }
  });

  test('an attempt to write fails', async () => {
    await database.query(`CREATE TABLE written (id int PRIMARY KEY) ENGINE=InnoDB;
      CREATE FUNCTION writes() RETURNS int DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO written VALUES (1); RETURN 1; END`);
    await using source = await openSource(database.url);
    await withSnapshot(source, async (snapshot, schema) => {
      const query = entityQuery(schema, 't', { where: 'writes() = 1' });
      await expect(snapshot.countRows(query, never)).rejects.toThrow(/READ ONLY transaction/);
    });
    expect(await database.query('SELECT count(*) FROM written')).toEqual([[0]]);
  });

  test('a statement that takes longer than statement_timeout ends, and the error says so', async () => {
    await using source = await openSource(`${database.url}?statement_timeout=100`);
    await withSnapshot(source, async (snapshot, schema) => {
      const query = entityQuery(schema, 't', { where: 'SLEEP(60) = 0' });
      await expect(snapshot.countRows(query, never)).rejects.toMatchObject({
        code: 'SOURCE_QUERY',
        hint: expect.stringContaining('statement_timeout'),
      });
    });
  });
});
