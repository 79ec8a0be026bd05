import { expect, test } from 'vitest';
import { callDynamoDb } from '../../support/dynamodb-call.js';
import { createTable, scanAll } from '../../support/dynamodb-table.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const dynamodbUrl = requireEngine('dynamodb');

test('a test database has the server settings that change data capture needs', async () => {
  await using database = await createDatabase(postgresUrl);
  expect(await database.query('SHOW wal_level')).toEqual([{ wal_level: 'logical' }]);
});

test('a test database sorts text by language, as production does, and not by bytes', async () => {
  await using database = await createDatabase(postgresUrl);
  const rows = await database.query(`SELECT t FROM (VALUES ('b'), ('B'), ('a'), ('A')) v(t) ORDER BY t`);
  expect(rows.map(({ t }) => t).join('')).toBe('aAbB');
});

test('a dropped database is gone although someone is connected', async () => {
  const database = await createDatabase(postgresUrl, 'CREATE TABLE a (b int)');
  await using other = await createDatabase(postgresUrl);
  await database.drop();
  expect(await other.query('SELECT 1 FROM pg_database WHERE datname = $1', [database.name])).toEqual([]);
});

test('a test table gives back its items as DynamoDB JSON, sorted by key', async () => {
  await using table = await createTable(dynamodbUrl, {
    indexes: [{ name: 'gsi1', partitionKey: 'gsi1pk', sortKey: null }],
  });
  const items = ['b', 'a', 'c'].map((pk) => ({
    pk: { S: pk },
    sk: { S: 'x' },
    raw: { B: 'AAEC' },
    gsi1pk: { S: 'g' },
  }));
  for (const Item of items) await callDynamoDb(dynamodbUrl, 'PutItem', { TableName: table.name, Item });
  expect(await table.scanAll()).toEqual([items[1], items[0], items[2]]);
});

test('a table of several pages is read to its end', async () => {
  await using table = await createTable(dynamodbUrl, { sortKey: null });
  const text = { S: 'x'.repeat(390_000) };
  for (const pk of ['1', '2', '3', '4']) {
    await callDynamoDb(dynamodbUrl, 'PutItem', { TableName: table.name, Item: { pk: { S: pk }, text } });
  }
  expect((await scanAll(dynamodbUrl, table.name)).map(({ pk }) => pk)).toEqual(
    ['1', '2', '3', '4'].map((pk) => ({ S: pk })),
  );
});
