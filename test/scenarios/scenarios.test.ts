import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ExpectedItems, writeExpected } from '../../src/mapping/examples/expected-items.js';
import { cellsOfRows, type ExampleTable, readRows } from '../../src/mapping/examples/read-rows.js';
import { lineageText } from '../../src/mapping/lineage.js';
import { type LoadedMapping, loadMapping } from '../../src/mapping/load-mapping.js';
import { resolveTable } from '../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../src/operations/migrate.js';
import { memorySink } from '../../src/sink/memory/memory-sink.js';
import { openRows, openSource } from '../../src/source/open-source.js';
import type { Source } from '../../src/source/source.js';
import {
  findTable,
  type SourceSchema,
  type TableSchema,
  tableLabel,
} from '../../src/source/source-schema.js';
import { memoryState } from '../../src/state/memory/memory-state.js';
import { createMySqlDatabase } from '../support/mariadb-database.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { insertRows, MYSQL, POSTGRES } from './insert-rows.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const signal = new AbortController().signal;

/**
 * A folder is a scenario, without code: `schema.sql`, or `postgres.sql` and `mysql.sql`; `rows.yaml`; `mapping.yaml`
 * (`mapping.ts` where it has functions), which says above what it shows; with only one of them it is about what only that engine has. `expected.yaml`, written by `npx vitest run test/scenarios/scenarios.test.ts -u` and
 * then read over. Every source has to make the same items of it.
 */
const names = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/rows.yaml`, import.meta.url)))
  .map((entry) => entry.name);

describe.each(names)('%s', (name) => {
  const file = (path: string) => fileURLToPath(new URL(`${name}/${path}`, import.meta.url));
  const load = async () => ({
    mapping: await loadMapping(file(existsSync(file('mapping.ts')) ? 'mapping.ts' : 'mapping.yaml')),
    tables: readRows(await readFile(file('rows.yaml'), 'utf8'), file('rows.yaml')),
  });
  const ddlFile = (dialect: string) =>
    existsSync(file('schema.sql')) ? file('schema.sql') : file(`${dialect}.sql`);
  const ddl = (dialect: string) => readFile(ddlFile(dialect), 'utf8');
  const has = { postgres: existsSync(ddlFile('postgres')), mysql: existsSync(ddlFile('mysql')) };

  it.runIf(has.postgres)('makes the expected items of Postgres', async () => {
    const { mapping, tables } = await load();
    await using database = await createDatabase(postgresUrl, await ddl('postgres'));
    for (const sql of insertRows(tables, POSTGRES)) await database.query(sql);
    await using source = await openSource(database.url);
    await expect(await written(mapping, source)).toMatchFileSnapshot(file('expected.yaml'));
  });

  it.runIf(has.mysql)('makes the expected items of MariaDB', async () => {
    const { mapping, tables } = await load();
    await using database = await createMySqlDatabase(mariadbUrl, await ddl('mysql'));
    for (const sql of insertRows(tables, MYSQL)) await database.query(sql);
    await using source = await openSource(database.url);
    await expect(await written(mapping, source)).toMatchFileSnapshot(file('expected.yaml'));
  });

  it.runIf(has.postgres)('makes the same items of rows in memory, where they need no SQL', async (test) => {
    const { mapping, tables } = await load();
    await using database = await createDatabase(postgresUrl, await ddl('postgres'));
    await using discovered = await openSource(database.url);
    const schema = await discovered.discover(signal);
    test.skip(needsSql(mapping, tables, schema), 'a where, a view or a generated column is SQL');
    for (const { label } of tables) expect(findTable(schema, label), label).toBeDefined();
    await using source = await openRows(schema, cellsOfRows(tables, schema, file('rows.yaml')));
    expect(await written(mapping, source)).toBe(await readFile(file('expected.yaml'), 'utf8'));
  });
});

/** The items and rejects of a whole migration, as `expected.yaml` spells them. */
async function written(mapping: LoadedMapping, source: Source): Promise<string> {
  const table = resolveTable(mapping.mapping.table);
  const sink = memorySink({ table });
  const state = memoryState();
  const report = await migrate({ mapping, source, sink, state, chunkSize: 3, signal });
  const items = [...sink.items.values()];
  expect(report.totals.written, 'two items have one key').toBe(items.length);
  const rejects: ExpectedItems['rejects'][number][] = [];
  for await (const { entity, copy, origin, code } of state.rejects(report.run)) {
    rejects.push({ entity, copy, source: lineageText(origin), code });
  }
  // Chunks end in any order.
  const place = ({ entity, source, copy }: (typeof rejects)[number]) =>
    JSON.stringify([entity, source, copy]);
  rejects.sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return writeExpected({ items, rejects }, [table.partitionKey, table.sortKey]);
}

function needsSql(
  { mapping }: LoadedMapping,
  tables: readonly ExampleTable[],
  schema: SourceSchema,
): boolean {
  const given = new Set(tables.map(({ label }) => label));
  const made = ({ columns, heirs }: TableSchema) =>
    heirs !== undefined || columns.some(({ generated }) => generated);
  if (schema.tables.some((table) => made(table) && given.has(tableLabel(table, schema.defaultSchema))))
    return true;
  return Object.values(mapping.entities).some(
    ({ from, where, embed }) =>
      !given.has(from) ||
      [where, ...Object.values(embed ?? {}).map((child) => child.where)].some((sql) => sql !== undefined),
  );
}
