import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { Source } from '../../../../src/source/source.js';
import { never } from '../../../contract/source/queries.js';
import { createMySqlDatabase, type MySqlTestDatabase } from '../../../support/mariadb-database.js';
import { requireEngine } from '../../../support/require-resource.js';

const server = requireEngine('mariadb');

let database: MySqlTestDatabase;
let source: Source;

beforeAll(async () => {
  database = await createMySqlDatabase(
    server,
    'CREATE TABLE sold (id int PRIMARY KEY); CREATE TABLE held (id int PRIMARY KEY); INSERT INTO sold VALUES (1)',
  );
  source = await openSource(database.url);
});
afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await database?.drop();
});

const options = (...names: string[]) => ({
  concurrency: 3,
  tables: names.map((name) => ({ schema: database.name, name })),
  signal: never,
});

describe('a moment', () => {
  test('that is shared gives no reason, and lets others write before a row is read', async () => {
    await using snapshot = await source.openSnapshot(options('sold', 'held'));
    expect(snapshot).toMatchObject({ readers: 3, readersReason: undefined, consistent: true });
    await database.query('SET lock_wait_timeout = 1; INSERT INTO held VALUES (10); DELETE FROM held');
  });

  test('of one reader that was asked for gives no reason', async () => {
    await using snapshot = await source.openSnapshot({ ...options('sold'), concurrency: 1 });
    expect(snapshot).toMatchObject({ readers: 1, readersReason: undefined });
  });

  test('is read over one connection, and says so, while another session keeps a write lock', async () => {
    const writer = await createConnection(database.url);
    try {
      await writer.query('START TRANSACTION');
      await writer.query('INSERT INTO held VALUES (7)');
      await using snapshot = await source.openSnapshot(options('sold', 'held'));
      expect(snapshot).toMatchObject({
        readers: 1,
        consistent: true,
        readersReason: {
          why: expect.stringContaining('not to be had in 3 tries of 2 s'),
          hint: expect.stringContaining('SHOW FULL PROCESSLIST'),
        },
      });
      await writer.query('COMMIT');
    } finally {
      await writer.end();
    }
  });

  test('of a user who may not lock tables names the GRANT, and with it has all its readers', async () => {
    const user = `o'plain_${database.name.slice(-8)}`;
    const account = `'${user.replace("'", "''")}'@'%'`;
    await database.query(
      `CREATE USER ${account} IDENTIFIED BY 'readonly'; GRANT SELECT ON ${database.name}.* TO ${account}`,
    );
    const url = new URL(database.url);
    url.username = encodeURIComponent(user);
    url.password = 'readonly';
    await using plain = await openSource(url.href);
    let hint = '';
    {
      await using snapshot = await plain.openSnapshot(options('sold', 'held'));
      expect(snapshot).toMatchObject({ readers: 1, consistent: true });
      expect(snapshot.readersReason?.why).toMatch(/may not lock the tables .*denied/);
      hint = snapshot.readersReason?.hint ?? '';
    }
    const grant = hint.slice(hint.indexOf('GRANT'));
    expect(grant).toMatch(`GRANT LOCK TABLES, SELECT ON \`${database.name}\`.* TO `);
    await database.query(grant);
    await using granted = await openSource(url.href);
    await using snapshot = await granted.openSnapshot(options('sold', 'held'));
    expect(snapshot).toMatchObject({ readers: 3, readersReason: undefined });
    await database.query(`DROP USER ${account}`);
  });

  test('of unknown tables is read over one connection, and says so', async () => {
    await using snapshot = await source.openSnapshot(options());
    expect(snapshot).toMatchObject({
      readers: 1,
      readersReason: { why: expect.stringContaining('not known which tables') },
    });
  });

  test('of a table that is gone says what the server said', async () => {
    await using snapshot = await source.openSnapshot(options('sold', 'gone'));
    expect(snapshot.readersReason?.why).toMatch(/cannot be locked for a moment: .*gone/);
  });
});
