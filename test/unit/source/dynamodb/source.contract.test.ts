import { beforeAll, describe, expect, test } from 'vitest';
import { resolveOrThrow } from '../../../../src/mapping/check-mapping.js';
import { itemDecoder } from '../../../../src/mapping/from-items/item-decoder.js';
import { parseMapping } from '../../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../../../src/operations/migrate.js';
import { memorySink } from '../../../../src/sink/memory/memory-sink.js';
import { tableSource } from '../../../../src/source/dynamodb/source.js';
import { memorySource } from '../../../../src/source/memory/source.js';
import type { EntityQuery } from '../../../../src/source/row-query.js';
import type { Chunk, Snapshot, Source } from '../../../../src/source/source.js';
import { memoryState } from '../../../../src/state/memory/memory-state.js';
import { type FixtureTable, KEY_TABLES, SHOP_TABLES } from '../../../contract/source/fixture.js';
import { schemaOf } from '../../../contract/source/memory-schema.js';
import {
  collect,
  columnNamed,
  entityQuery,
  join,
  never,
  readAll,
  rowsOf,
  tableNamed,
  treesOf,
} from '../../../contract/source/queries.js';

const TABLES = [...KEY_TABLES, ...SHOP_TABLES];
const schema = schemaOf(TABLES);

/** An item for each row of each table, which its key alone identifies. */
const MAPPING = {
  version: 1,
  table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
  entities: Object.fromEntries(
    TABLES.map(({ name, primaryKey }) => [
      name,
      {
        from: name,
        items: {
          main: {
            key: { pk: `${name}#${(primaryKey ?? []).map((key) => `{${key}}`).join('#')}`, sk: 'ROW' },
          },
        },
      },
    ]),
  ),
};

/**
 * What of the source contract a table of items can keep: its chunks are segments, in no order and of no certain size,
 * and it is asked no questions but rows.
 */
describe('the source contract on a table of items', () => {
  let source: Source;
  let snapshot: Snapshot;

  beforeAll(async () => {
    const mapping = parseMapping(JSON.stringify(MAPPING), 'shop.json');
    const rows = Object.fromEntries(TABLES.map((table) => [table.name, table.rows]));
    const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
    const database = memorySource({ schema, tables: rows });
    const run = { mapping, source: database, sink, state: memoryState(), signal: never };
    expect((await migrate(run)).totals.rejects).toBe(0);
    const scanner = await sink.openReader();
    if (scanner === null) throw new Error('memory can be read');
    source = tableSource({
      scanner,
      decoder: itemDecoder(resolveOrThrow(mapping, schema), schema),
      label: 'memory:shop',
      itemCount: sink.items.size,
      consistent: true,
      pace: { take: async () => undefined, settle: () => undefined },
    });
    snapshot = await source.openSnapshot({ concurrency: 2, signal: never });
  });

  const plan = (query: EntityQuery, rowsPerChunk: number, more = {}): Promise<Chunk[]> =>
    collect(snapshot.planChunks(query, { rowsPerChunk, ...more }));
  const read = async (query: EntityQuery, chunks: readonly Chunk[]) => {
    const trees = [];
    for (const chunk of chunks) {
      const pages = snapshot.readChunk(query, chunk, { pageBytes: 64 * 1024, signal: never });
      trees.push(...treesOf(await collect(pages)));
    }
    return rowsOf(trees);
  };
  const expected = ({ columns, rows }: FixtureTable, query: EntityQuery) => {
    const order = query.columns.map((ref) => columns.findIndex(({ name }) => name === ref.column.name));
    // Without a scale of its own a number is held without the zeros behind it.
    const cell = (row: FixtureTable['rows'][number], index: number) =>
      columns[index]?.type === 'numeric' ? (row[index]?.replace(/0+$/, '') ?? null) : (row[index] ?? null);
    return rows.map((row) => order.map((index) => cell(row, index))).sort();
  };

  test('discovery is plain JSON, the same at each call, and no statement is told', async () => {
    expect(await source.discover(never)).toEqual(JSON.parse(JSON.stringify(schema)));
    const { statements } = source;
    const orders = entityQuery(schema, 'orders');
    expect(statements.ofRun({ concurrency: 2, consistency: 'snapshot' })).toEqual([]);
    expect(statements.ofEntity(orders, { rowsPerChunk: 3 })).toEqual([]);
    expect(source.capabilities.where).toBe(false);
  });

  describe.each(TABLES.map((table) => [table.name, table] as const))('chunks of %s', (label, table) => {
    const query = entityQuery(schema, label);

    test.each([1, 2, 7, 1000])(
      'of about %i rows cover every row exactly once, each as it was',
      async (size) => {
        const chunks = await plan(query, size);
        expect(chunks.map((chunk) => chunk.id)).toEqual(chunks.map((_, index) => `${label}/${index}`));
        expect((await read(query, chunks)).sort()).toEqual(expected(table, query));
        expect(await snapshot.countRows(query, never)).toBe(table.rows.length);
      },
    );

    test('go on behind any chunk, also after a journey through JSON and with another size', async () => {
      const chunks = await plan(query, 20);
      for (const [index, chunk] of chunks.entries()) {
        const after: Chunk = JSON.parse(JSON.stringify(chunk));
        expect(await plan(query, 3, { after })).toEqual(chunks.slice(index + 1));
      }
    });

    test.each([1, 3, 1000])('stop after a limit of %i rows', async (limit) => {
      const rows = await read(query, await plan(query, 3, { limit }));
      expect(rows).toHaveLength(Math.min(limit, table.rows.length));
      expect(expected(table, query)).toEqual(expect.arrayContaining(rows));
    });

    test('of keys are those rows and no others, absent ones left out', async () => {
      const all = expected(table, query);
      const keys = all.filter((_, at) => at % 2 === 0).map((row) => row.slice(0, query.identity.length));
      const absent = query.identity.map(({ nativeType }) =>
        nativeType === 'uuid'
          ? '0b5c9a6e-0000-4000-8000-ffffffffffff'
          : nativeType === 'date'
            ? '2200-01-01'
            : '4711',
      );
      const rows = await read(query, await plan(query, 2, { keys: [...keys, absent] }));
      expect(rows.sort()).toEqual(all.filter((_, at) => at % 2 === 0));
    });
  });

  test('parents are joined by lookups; of one that is not there every cell is NULL', async () => {
    const customers = tableNamed(schema, 'customers');
    const base = entityQuery(schema, 'orders');
    const query = {
      ...base,
      joins: [join(schema, 'customer', 'customers', [{ local: 'customer_id', remote: 'id' }])],
      columns: [...base.columns, { path: 'customer', column: columnNamed(customers, 'name') }],
    };
    const names = (await readAll(snapshot, query, 5)).map(({ row }) => [row[1], row.at(-1)]);
    expect(names).toHaveLength(12);
    const name: { readonly [id: string]: string } = { 1: 'Ada', 2: 'Grace' };
    for (const [id, found] of names) expect([id, found]).toEqual([id, name[String(id)] ?? null]);
  });

  test('what it is not asked for is refused', async () => {
    const orders = tableNamed(schema, 'orders');
    const id = columnNamed(orders, 'id');
    await expect(snapshot.greatest(orders, id, never)).rejects.toMatchObject({ code: 'SOURCE_QUERY' });
    const measure = { table: orders, where: null, columns: [] };
    await expect(snapshot.measure(measure, never)).rejects.toMatchObject({ code: 'SOURCE_QUERY' });
    const question = { sql: 'SELECT 1', parameters: new Map(), most: 1 };
    await expect(snapshot.select(question, never)).rejects.toMatchObject({ code: 'SOURCE_QUERY' });
    expect(await source.statistics(never)).toEqual([]);
  });
});
