import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadMapping } from '../../src/mapping/load-mapping.js';
import type { AttributeMapping } from '../../src/mapping/mapping.js';
import { plan } from '../../src/operations/plan.js';
import { openSource } from '../../src/source/open-source.js';
import { createMySqlDatabase, isMariaDb } from '../support/mariadb-database.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import {
  attributeOf,
  choicesOf,
  LINES,
  MYSQL_LINES,
  type MySqlColumn,
  type PostgresColumn,
  type TypeLine,
  typeOf,
  typesPage,
} from './types-page.js';

const postgresUrl = requireEngine('postgres');
const mysqlUrl = requireEngine('mariadb');

test('docs/types.md is what the code says: npm run docs writes it', () => {
  expect(readFileSync(new URL('../../docs/types.md', import.meta.url), 'utf8')).toBe(typesPage());
});

/** Every column of a table of the page, as `c0`, `c1`, …, with its value. */
function columnsOf(lines: readonly TypeLine<PostgresColumn | MySqlColumn>[]) {
  return lines
    .flatMap(({ columns, raw, literal }) =>
      columns.map((column) => ({ ...column, raw, literal: literal ?? `'${raw.replaceAll("'", "''")}'` })),
    )
    .map((column, position) => ({ ...column, name: `c${position}`, type: typeOf(column) }));
}

type PageColumn = ReturnType<typeof columnsOf>[number];

function tableOf(columns: readonly PageColumn[]): string {
  return `CREATE TABLE things (id int PRIMARY KEY, ${columns.map(({ name, sql }) => `${name} ${sql}`).join(', ')});
    INSERT INTO things VALUES (1, ${columns.map(({ literal }) => literal).join(', ')});`;
}

test('every value of the page is what a row of a live Postgres becomes', async () => {
  const columns = columnsOf(LINES);
  await using database = await createDatabase(
    postgresUrl,
    `CREATE EXTENSION hstore; CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TYPE pair AS (a int, b text);
     ${tableOf(columns)}`,
  );
  await expectItem(database.url, columns);
});

test('every value of the page is what a row of a live MySQL or MariaDB becomes', async () => {
  const mariadb = await isMariaDb(mysqlUrl);
  const columns = columnsOf(
    MYSQL_LINES.map((line) => ({
      ...line,
      columns: line.columns.filter(({ mariadbOnly }) => mariadb || !mariadbOnly),
    })),
  );
  const script = `SET time_zone = '+00:00'; ${tableOf(columns)}`;
  await using database = await createMySqlDatabase(mysqlUrl, script);
  await expectItem(database.url, columns);
});

/** That discovery finds these types, and that the row's item holds what the page says. */
async function expectItem(url: string, columns: readonly PageColumn[]): Promise<void> {
  const attributes: Record<string, AttributeMapping> = {};
  const expected: Record<string, unknown> = {};
  const hold = (attribute: string, mapping: AttributeMapping, value: string | null) => {
    if (value === null) return;
    attributes[attribute] = mapping;
    expected[attribute] = JSON.parse(value);
  };
  for (const { name, type, raw } of columns) {
    hold(name, `{${name}}`, attributeOf(type, raw, null));
    for (const [as, value] of choicesOf(type, raw)) hold(`${name}_${as}`, { column: name, as }, value);
  }
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'things.yaml');
  const items = { main: { key: { pk: 'THING#{id}', sk: 'THING' } } };
  const table = { name: 'things', partitionKey: 'pk', sortKey: 'sk' };
  await writeFile(
    file,
    stringify({ version: 1, table, entities: { Thing: { from: 'things', attributes, items } } }),
  );

  await using source = await openSource(url);
  const { signal } = new AbortController();
  const { tables } = await source.discover(signal);
  const found = Object.fromEntries(tables[0]!.columns.map(({ name, type }) => [name, type]));
  expect(found).toMatchObject(Object.fromEntries(columns.map(({ name, type }) => [name, type])));

  const report = await plan({ mapping: await loadMapping(file), source, samples: 1, signal });
  expect(report.totals).toMatchObject({ items: 1, rejects: 0 });
  expect(report.entities[0]!.copies[0]!.samples[0]).toEqual({
    pk: { S: 'THING#1' },
    sk: { S: 'THING' },
    _type: { S: 'Thing' },
    _src: { S: 'things#1' },
    ...expected,
  });
}

test('every other type of Postgres is the text that it writes, as the page says', async () => {
  await using database = await createDatabase(postgresUrl, 'SELECT 1');
  const types = await database.query<{ name: string }>(
    `SELECT typname AS name FROM pg_type WHERE typtype = 'b' AND typcategory <> 'A' AND typnamespace = 'pg_catalog'::regnamespace`,
  );
  const named = new Set(LINES.flatMap(({ columns }) => columns.map(({ catalog }) => catalog)));
  const others = types.filter(({ name }) => !named.has(name) && name !== 'char');
  expect(others.length).toBeGreaterThan(30);
  for (const { name } of others) {
    expect(typeOf({ sql: name, catalog: name }), name).toEqual({ kind: 'textual' });
  }
});
