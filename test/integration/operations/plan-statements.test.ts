import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadedMapping, loadMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../../src/operations/migrate.js';
import { plan } from '../../../src/operations/plan.js';
import { planStatements, type StatementsReport } from '../../../src/operations/plan-statements.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import type { Source } from '../../../src/source/source.js';
import type { SourceStatement } from '../../../src/source/source-statement.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { createMySqlDatabase, numbers } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { type SentStatements, watchStatements } from '../../support/sent-statements.js';

const TABLES = `
  CREATE TABLE customers (id int PRIMARY KEY, name varchar(40) NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers (id), note varchar(40) NOT NULL, amount decimal(40,2));
  CREATE TABLE order_lines (order_id int NOT NULL, n int NOT NULL, sku varchar(40) NOT NULL, PRIMARY KEY (order_id, n));
  CREATE TABLE parts (order_id int NOT NULL, n int NOT NULL, part int NOT NULL, PRIMARY KEY (order_id, n, part));
  INSERT INTO customers SELECT seq, concat('customer ', seq) FROM NUMBERS;
  INSERT INTO orders SELECT seq, seq, concat('note ', seq), seq FROM NUMBERS;
  INSERT INTO order_lines SELECT seq, 1, 'a' FROM NUMBERS;
  INSERT INTO parts SELECT seq, 1, 1 FROM NUMBERS;`;

/** Joins, children of children, a limit of children, an aggregate, and keys that are not proved to be unique. */
const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order:
    from: orders
    where: "note <> 'none'"
    join: { customer: { via: customer_id } }
    embed:
      lines:
        from: order_lines
        on: { order_id: id }
        orderBy: n
        attributes: [n, sku]
        embed: { parts: { from: parts, on: { order_id: order_id, n: n }, orderBy: part, attributes: [part] } }
      first: { from: order_lines, on: { order_id: id }, orderBy: n, limit: 1, attributes: [n] }
    attributes: { '*': true, customerName: '{customer.name}', lineCount: { count: lines } }
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
      byNote: { key: { pk: 'NOTE#{note}', sk: NOTE } }
`;

describe.each(['postgres', 'mariadb'] as const)('the statements that plan --sql tells, on %s', (name) => {
  const engineUrl = requireEngine(name);
  let database: { url: string; drop(): Promise<void> };
  let folder: string;
  let mapping: LoadedMapping;
  let wire: SentStatements;
  let source: Source;
  const signal = new AbortController().signal;

  beforeAll(async () => {
    const series = name === 'postgres' ? 'generate_series(1, 700) AS seq' : `${numbers(700)} AS n`;
    const script = TABLES.replaceAll('NUMBERS', series);
    database = await (name === 'postgres' ? createDatabase : createMySqlDatabase)(engineUrl, script);
    folder = await mkdtemp(join(tmpdir(), 'tablefold-statements-'));
    await writeFile(join(folder, 'shop.yaml'), MAPPING);
    mapping = await loadMapping(join(folder, 'shop.yaml'));
    wire = await watchStatements(database.url);
    const url = new URL(wire.url);
    if (name === 'postgres') url.searchParams.set('sslmode', 'disable');
    source = await openSource(url.href, { signal });
  });
  afterAll(async () => {
    await source?.[Symbol.asyncDispose]();
    await wire?.[Symbol.asyncDispose]();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Without the bounds that a chunk or a page may lack, and with one name for what only the run knows. */
  const shape = (sql: string) =>
    sql
      .replaceAll(/\s*\b(WHERE|AND) \(?r\.["`]id["`] (>|<=) (@`[^`]+`|\d+|\$\d+::integer)/g, '')
      .replaceAll(/SNAPSHOT '[^']+'/g, "SNAPSHOT '…'")
      .replaceAll(/BINLOG_GTID_POS\([^)]+\)/g, 'BINLOG_GTID_POS(…)')
      .replaceAll(/LIMIT \d+\b/g, 'LIMIT …')
      .replaceAll(/\s+/g, ' ')
      .trim();
  const all = ({ run, entities, collisions, measures }: StatementsReport): readonly SourceStatement[] => [
    ...run,
    ...[...collisions, ...entities, ...measures].flatMap(({ statements }) => statements),
  ];
  const migrated = (more = {}) =>
    migrate({
      mapping,
      source,
      sink: memorySink({ table: resolveTable(mapping.mapping.table) }),
      state: memoryState(),
      chunkSize: 300,
      signal,
      ...more,
    });

  it.each([
    ['all rows of one moment', {}],
    ['chunk by chunk', { consistency: 'chunk' as const }],
    ['the first rows', { selection: { limit: 500 } }],
    ['one row', { selection: { keys: ['id=42'] } }],
  ])('are those that migrate sends, all of them and no other: %s', async (_, more) => {
    wire.take();
    const told = all(await planStatements({ mapping, source, chunkSize: 300, signal, ...more }));
    const asked = wire.take();
    const shapes = new Set(told.map(({ sql }) => shape(sql)));
    const reading = told.filter(({ purpose }) => ['chunks', 'rows', 'children', 'measure'].includes(purpose));
    const readingShapes = new Set(reading.map(({ sql }) => shape(sql)));
    const read = asked.filter((sql) => readingShapes.has(shape(sql)) && !/LIMIT 0$/.test(sql));
    expect(read).toEqual([]); // to be prepared, and for no row

    const { totals } = await migrated(more);
    expect(totals.written).toBeGreaterThan(0);
    const catalogs = new Set(asked.map(shape));
    const sent = new Set(wire.take().map(shape));
    expect([...sent].filter((sql) => !shapes.has(sql) && !catalogs.has(sql))).toEqual([]);
    const always = told.filter(
      ({ purpose, sent: when }) => purpose !== 'measure' && !/where |--resume|each further/.test(when),
    );
    for (const { sql } of always) expect([sql, sent.has(shape(sql))]).toEqual([sql, true]);
  });

  it('hold the counts that plan asks for', async () => {
    const told = all(await planStatements({ mapping, source, chunkSize: 300, signal }));
    wire.take();
    await plan({ mapping, source, chunkSize: 300, signal });
    const sent = new Set(wire.take().map(shape));
    const measures = told.filter(({ purpose }) => purpose === 'measure');
    expect(measures.length).toBeGreaterThan(0);
    for (const { sql } of measures) expect([sql, sent.has(shape(sql))]).toEqual([sql, true]);
  });
});
