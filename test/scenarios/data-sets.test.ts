import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem, WireValue } from '../../src/item/attribute-value.js';
import { canonicalNumber } from '../../src/item/number.js';
import { tablefold } from '../support/cli.js';
import { postgresScripts } from '../support/data-sets.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

/**
 * Real databases through the built binary. `expected.sql` beside each mapping computes every item a second
 * time, in SQL and without any code of the mapper; the table must hold exactly those.
 */
describe.each(['chinook', 'sakila'] as const)('%s', (name) => {
  const scripts = postgresScripts(name);
  const folder = new URL(`./${name}/`, import.meta.url);
  const mapping = fileURLToPath(new URL('mapping.yaml', folder));
  const table = uniqueTableName();
  let database: TestDatabase;
  let state: string;
  let common: readonly string[];

  beforeAll(async () => {
    database = await createDatabase(postgresUrl, ...scripts);
    state = await mkdtemp(join(tmpdir(), 'tablefold-test-'));
    common = ['--mapping', mapping, '--table', table, '--endpoint-url', dynamoUrl];
  });

  afterAll(async () => {
    await dropTable(dynamoUrl, table);
    await database?.drop();
    await rm(state, { recursive: true, force: true });
  });

  it('passes check, and plan says how many items there will be', async () => {
    const source = ['--mapping', mapping, '--source', database.url, '--json'];
    const check = await tablefold(['check', ...source]);
    expect(JSON.parse(check.stdout)).toMatchObject({ errors: 0 });
    expect(check.exit).toBe(0);
    const plan = await tablefold(['plan', ...source]);
    expect(plan.exit, plan.stderr).toBe(0);
    const expected = await expectedItems(name, database.url);
    expect(JSON.parse(plan.stdout)).toMatchObject({ totals: { items: expected.size, rejects: 0 } });
  });

  it('becomes exactly the items that SQL says, and no other', async () => {
    const created = await tablefold(['table', 'create', ...common]);
    expect(created.exit, created.stderr).toBe(0);
    const migrated = await tablefold([
      'migrate',
      ...common,
      '--source',
      database.url,
      '--state',
      state,
      '--chunk-size',
      '1000',
      '--json',
    ]);
    expect(migrated.exit, migrated.stderr).toBe(0);
    const expected = await expectedItems(name, database.url);
    const report = JSON.parse(migrated.stdout);
    expect(report).toMatchObject({ consistent: true, totals: { written: expected.size, rejects: 0 } });

    const found = new Map((await scanAll(dynamoUrl, table)).map((item) => [keyOf(item), plainItem(item)]));
    expect([...expected.keys()].filter((key) => !found.has(key))).toEqual([]);
    expect([...found.keys()].filter((key) => !expected.has(key))).toEqual([]);
    const different = [...expected].filter(
      ([key, item]) => JSON.stringify(found.get(key)) !== JSON.stringify(item),
    );
    expect(
      different.slice(0, 3).map(([key, item]) => ({ key, expected: item, found: found.get(key) })),
    ).toEqual([]);
  }, 600_000); // 60,000 items through DynamoDB Local took over two minutes on a machine that did much else
});

async function expectedItems(name: string, url: string): Promise<Map<string, unknown>> {
  const read = (file: string) => readFile(new URL(file, import.meta.url), 'utf8');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(await read('./expected-prelude.sql'));
    const sql = await read(`./${name}/expected.sql`);
    const { rows } = await client.query<{ pk: string; sk: string; attributes: string }>(
      `SELECT pk, sk, jsonb_strip_nulls(attributes)::text AS attributes FROM (${sql.replace(/^--.*$/gm, '')}) AS expected`,
    );
    const items = new Map(rows.map(({ pk, sk, attributes }) => [`${pk} | ${sk}`, plainJson(attributes)]));
    expect(items.size).toBe(rows.length);
    return items;
  } finally {
    await client.end();
  }
}

/** JSON text with its numbers as canonical text, keys in order: no number passes through a double. */
function plainJson(text: string): unknown {
  const quoted = text.replaceAll(/("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)/g, (_, string, number) =>
    string === undefined ? JSON.stringify({ number: canonicalNumber(number) }) : string,
  );
  return inOrder(JSON.parse(quoted));
}

function plainItem(item: WireItem): unknown {
  const { pk: _pk, sk: _sk, ...rest } = item;
  return inOrder(Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, plainValue(value)])));
}

function plainValue(value: WireValue): unknown {
  if ('S' in value) return value['S'];
  if ('N' in value) return { number: canonicalNumber(value['N'] as string) };
  if ('BOOL' in value) return value['BOOL'];
  if ('L' in value) return (value['L'] as WireValue[]).map(plainValue);
  if ('M' in value) {
    return Object.fromEntries(
      Object.entries(value['M'] as WireItem).map(([name, inner]) => [name, plainValue(inner)]),
    );
  }
  throw new Error(`no plain form of ${JSON.stringify(value)}`);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, inOrder(inner)]),
  );
}

function keyOf(item: WireItem): string {
  return `${String(item['pk']?.['S'])} | ${String(item['sk']?.['S'])}`;
}
