import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../../src/item/attribute-value.js';
import { parseMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { type Initiated, init } from '../../../src/operations/init.js';
import { migrate } from '../../../src/operations/migrate.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { type CountedDatabase, countedMariaDb, countedPostgres } from '../../support/counted-database.js';
import { mysqlScript, postgresScripts } from '../../support/data-sets.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const chinook = postgresScripts('chinook');
const sakila = postgresScripts('sakila');
const shop = new URL('../../demo/shop.sql', import.meta.url);
const { signal } = new AbortController();

const onPostgres = (...scripts: readonly (URL | string)[]) => countedPostgres(postgresUrl, ...scripts);
const onMariaDb = (script: string) => countedMariaDb(mariadbUrl, script);

const DATABASES: readonly (readonly [string, () => Promise<CountedDatabase>])[] = [
  ['the shop in Postgres', () => onPostgres(shop)],
  ['Chinook in Postgres', () => onPostgres(...chinook)],
  ['Sakila in Postgres', () => onPostgres(...sakila)],
  ['Chinook in MariaDB', async () => onMariaDb(await mysqlScript('chinook'))],
  ['Sakila in MariaDB', async () => onMariaDb(await mysqlScript('sakila'))],
];

describe.each(DATABASES)('a draft of %s', (name, open) => {
  let database: CountedDatabase;
  let drafted: Initiated;
  beforeAll(async () => {
    database = await open();
    await using source = await openSource(database.url);
    drafted = await init({ source, file: 'mapping.yaml', tableName: 'drafted', signal });
  }, 300_000);
  afterAll(() => database?.[Symbol.asyncDispose]());

  it('passes check', () => {
    const { errors, problems, leftOut } = drafted.report;
    expect(errors).toBe(0);
    // Sakila's payment is an old kind of partitioned table: it has the rows of heirs that have no key.
    const parts = name === 'Sakila in Postgres' ? /^payment_p2007_0[1-6]$/ : /^$/;
    expect(leftOut.map((out) => out.table).filter((table) => !parts.test(table))).toEqual([]);
    const codes = new Set(problems.map(({ code }) => code));
    if (name === 'Sakila in Postgres') expect(codes.delete('IDENTITY_NOT_UNIQUE')).toBe(true); // payment's heirs
    codes.delete('PARENT_FAN_OUT'); // the names of lookup rows, each with a line to decide
    expect([...codes]).toEqual([]);
  });

  it('migrates at once: no reject, and every row is there in each of its copies', async () => {
    const mapping = parseMapping(drafted.text, 'mapping.yaml');
    await using source = await openSource(database.url);
    const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
    const { totals } = await migrate({ mapping, source, sink, state: memoryState(), signal });
    expect(totals.rejects).toBe(0);
    const found = countItems(sink.items.values());
    const expected: Record<string, number> = {};
    for (const { entity, table, copies } of drafted.report.entities) {
      const rows = await database.count(table);
      if (rows > 0) expected[entity] = rows * copies.length;
    }
    expect(found).toEqual(expected);
    expect(totals.written).toBe(sink.items.size);
  });
});

it('drafts the shop as this text', async () => {
  await using database = await onPostgres(shop);
  await using source = await openSource(database.url);
  const { text } = await init({ source, file: 'mapping.yaml', tableName: 'shop', signal });
  const lines = text.replace(/postgres:.*/, 'postgres://…/shop.');
  await expect(lines).toMatchFileSnapshot('drafts/shop.yaml');
});

it('keeps values that DynamoDB cannot hold by policies, and out of keys', async () => {
  await using database = await onPostgres(`
    CREATE TABLE things (id int PRIMARY KEY, slug text UNIQUE, ratio float8, price money, seen timestamptz NOT NULL,
      owner int REFERENCES things, body text);
    CREATE INDEX ON things (owner, seen);
    INSERT INTO things VALUES (1, 'a', 'NaN', 1, '2024-01-01', NULL, repeat('x', 500000)),
      (2, repeat('é', 1100), 1.5, 2, 'infinity', 1, NULL);
    CREATE TABLE no_key (note text);
    CREATE TABLE long_key (name text PRIMARY KEY);
    INSERT INTO long_key VALUES (repeat('é', 1100));`);
  await using source = await openSource(database.url);
  const { text, report } = await init({ source, file: 'mapping.yaml', signal });
  const mapping = parseMapping(text, 'mapping.yaml');
  expect(report.leftOut.map(({ table, why }) => `${table}: ${why}`)).toEqual([
    expect.stringMatching(/^no_key: neither a primary key/),
    'long_key: its key name holds text over 2,048 bytes',
  ]);
  expect(mapping.mapping.entities['Thing']).toEqual({
    from: 'things',
    attributes: {
      '*': true,
      ratio: { column: 'ratio', as: 'string' },
      price: { column: 'price', as: 'string' },
      seen: { column: 'seen', as: 'string' },
    },
    oversize: 'split',
    items: {
      main: {
        key: { pk: 'THING#{id}', sk: 'THING' },
        indexes: { gsi1: { pk: 'THING#{owner}', sk: 'THING#{id}' } },
      },
    },
  });
  const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
  const { totals } = await migrate({ mapping, source, sink, state: memoryState(), signal });
  expect(totals.rejects).toBe(0);
});

it('keeps what MySQL alone can hold: zero dates and a tinyint(1) that is a number', async () => {
  await using database = await onMariaDb(`
    SET sql_mode = '';
    CREATE TABLE things (id int PRIMARY KEY, born date, changed datetime, level tinyint(1), flag tinyint(1));
    INSERT INTO things VALUES (1, '0000-00-00', '2024-00-01', 7, 1);`);
  await using source = await openSource(database.url);
  const { text } = await init({ source, file: 'mapping.yaml', signal });
  const mapping = parseMapping(text, 'mapping.yaml');
  expect(mapping.mapping.entities['Thing']?.attributes).toEqual({
    '*': true,
    born: { column: 'born', zeroDate: 'omit' },
    changed: { column: 'changed', as: 'string' },
    level: { column: 'level', as: 'number' },
  });
  const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
  expect((await migrate({ mapping, source, sink, state: memoryState(), signal })).totals).toMatchObject({
    written: 1,
    rejects: 0,
  });
});

it('leaves out a table of which its user may not read every column, with the reason', async () => {
  await using database = await createDatabase(
    postgresUrl,
    'CREATE TABLE open (id int PRIMARY KEY); CREATE TABLE closed (id int PRIMARY KEY, note text);',
  );
  const role = `role_${database.name}`;
  await database.query(
    `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT SELECT ON open TO ${role}; GRANT SELECT (note) ON closed TO ${role}`,
  );
  try {
    const url = new URL(database.url);
    url.username = role;
    url.password = 'x';
    await using source = await openSource(url.href);
    const { report } = await init({ source, file: 'mapping.yaml', signal });
    expect(report.entities.map(({ table }) => table)).toEqual(['open']);
    expect(report.leftOut).toEqual([{ table: 'closed', why: expect.stringContaining('permission denied') }]);
  } finally {
    await database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});

function countItems(items: Iterable<WireItem>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    const entity = String(item['_type']?.['S']);
    counts[entity] = (counts[entity] ?? 0) + 1;
  }
  return counts;
}
