import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Aggregate } from '../../src/source/measure.js';
import type { EntityQuery } from '../../src/source/row-query.js';
import type { Chunk, Snapshot, Source } from '../../src/source/source.js';
import type { SourceSchema } from '../../src/source/source-schema.js';
import { describeChangedRows } from './source/changed-rows.js';
import { KEY_TABLES, type MakeFixture, SHOP_TABLES, type SourceFixture } from './source/fixture.js';
import { describeNestedEmbeds } from './source/nested-embeds.js';
import {
  collect,
  columnNamed,
  embedQuery,
  entityQuery,
  join,
  never,
  readAll,
  rowsOf,
  tableNamed,
  treesOf,
  withSnapshot,
} from './source/queries.js';
import { describeSelect } from './source/select.js';

/** What every source must do: each adapter runs this against a fixture of its own making. */
export function describeSource(name: string, makeFixture: MakeFixture): void {
  describe(`the source contract on ${name}`, () => {
    let fixture: SourceFixture;
    let source: Source;
    let schema: SourceSchema;
    let snapshot: Snapshot;

    beforeAll(async () => {
      fixture = await makeFixture([...KEY_TABLES, ...SHOP_TABLES]);
      source = await fixture.open();
      schema = await source.discover(never);
      snapshot = await source.openSnapshot({ concurrency: 2, signal: never });
    });
    afterAll(async () => {
      await snapshot?.[Symbol.asyncDispose]();
      await source?.[Symbol.asyncDispose]();
      await fixture?.[Symbol.asyncDispose]();
    });

    const plan = (query: EntityQuery, rowsPerChunk: number, more = {}): Promise<Chunk[]> =>
      collect(snapshot.planChunks(query, { rowsPerChunk, ...more }));
    const read = async (query: EntityQuery, chunk: Chunk, pageBytes = 64 * 1024) =>
      treesOf(await collect(snapshot.readChunk(query, chunk, { pageBytes, signal: never })));
    const readChunks = async (query: EntityQuery, chunks: readonly Chunk[]) => {
      const trees = [];
      for (const chunk of chunks) trees.push(...(await read(query, chunk)));
      return trees;
    };

    describe('discovery', () => {
      test('finds tables, columns in their order, keys and foreign keys', () => {
        for (const { name: table, columns, primaryKey } of [...KEY_TABLES, ...SHOP_TABLES]) {
          const found = tableNamed(schema, table);
          expect(found.columns.map((column) => column.name)).toEqual(columns.map((column) => column.name));
          expect(found.primaryKey).toEqual(primaryKey);
          for (const { name: column, nullable } of columns) {
            expect(columnNamed(found, column).nullable).toBe(nullable === true);
          }
        }
        const [key] = tableNamed(schema, 'lines').foreignKeys;
        expect(key).toMatchObject({
          columns: ['order_id'],
          references: { name: 'orders', columns: ['id'], schema: tableNamed(schema, 'orders').schema },
        });
      });

      test('is plain JSON, the same at each call', async () => {
        expect(await source.discover(never)).toEqual(JSON.parse(JSON.stringify(schema)));
      });
    });

    test('tells every statement before it is sent: for each embed one more; nothing where no SQL is spoken', () => {
      const lines = embedQuery(schema, 'lines', [{ local: 'id', remote: 'order_id' }]);
      const orders = entityQuery(schema, 'orders', { embeds: [lines] });
      const { statements } = source;
      const [column] = orders.identity;
      if (column === undefined) throw new Error('orders has no key');
      const columns = [{ column, aggregates: ['nulls'] as const }];
      const told = [
        ...statements.ofRun({ concurrency: 2, tables: [orders.table], consistency: 'snapshot' }),
        ...statements.ofEntity(orders, { rowsPerChunk: 3 }),
        ...statements.ofMeasure({ table: orders.table, where: null, columns }),
      ];
      expect(told).toEqual(JSON.parse(JSON.stringify(told)));
      const purposes = new Set(told.map(({ purpose }) => purpose));
      const spoken = ['connection', 'snapshot', 'check', 'chunks', 'rows', 'children', 'measure'];
      for (const purpose of spoken)
        expect([purpose, purposes.has(purpose as never)]).toEqual([purpose, source.capabilities.where]);
      expect(told.filter(({ purpose }) => purpose === 'children')).toHaveLength(
        source.capabilities.where ? 1 : 0,
      );
    });

    describe.each(KEY_TABLES.map((table) => [table.name, table] as const))('chunks of %s', (label, table) => {
      const query = () => entityQuery(schema, label);
      /** The fixture's rows, identity first as the query asks for them. */
      const expected = () => {
        const order = query().columns.map((ref) =>
          table.columns.findIndex((c) => c.name === ref.column.name),
        );
        return table.rows.map((row) => order.map((index) => row[index] ?? null));
      };

      test.each([1, 2, 7, 1000])('of %i rows cover every row exactly once, in one order', async (size) => {
        const chunks = await plan(query(), size);
        expect(chunks.map((chunk) => chunk.id)).toEqual(chunks.map((_, index) => `${label}/${index}`));
        expect(chunks).toHaveLength(Math.ceil(table.rows.length / size));
        const rows = rowsOf(await readChunks(query(), chunks));
        expect(rows).toEqual(rowsOf(await readAll(snapshot, query(), 1000)));
        expect([...rows].sort()).toEqual(expected().sort());
      });

      test('go on behind any chunk, also after a journey through JSON', async () => {
        const chunks = await plan(query(), 2);
        for (const [index, chunk] of chunks.entries()) {
          const after: Chunk = JSON.parse(JSON.stringify(chunk));
          expect(await plan(query(), 2, { after })).toEqual(chunks.slice(index + 1));
        }
      });

      test.each([1, 3, 4, 1000])('stop after a limit of %i rows', async (limit) => {
        const chunks = await plan(query(), 3, { limit });
        const rows = rowsOf(await readChunks(query(), chunks));
        expect(rows).toEqual(rowsOf(await readAll(snapshot, query(), 1000)).slice(0, limit));
        for (const [index, after] of chunks.entries()) {
          expect(await plan(query(), 3, { limit, after })).toEqual(chunks.slice(index + 1));
        }
      });

      test('hold only the given keys that exist, each once, in key order', async () => {
        const width = query().identity.length;
        const all = rowsOf(await readAll(snapshot, query(), 1000));
        const keys = all.filter((_, index) => index % 2 === 1).map((row) => row.slice(0, width).map(String));
        const asked = [...[...keys].reverse(), ...keys.slice(0, 1)];
        const chunks = await plan(query(), 2, { keys: asked });
        const rows = rowsOf(await readChunks(query(), chunks));
        expect(rows).toEqual(all.filter((_, index) => index % 2 === 1));
        for (const [index, after] of chunks.entries()) {
          expect(await plan(query(), 2, { keys: asked, after })).toEqual(chunks.slice(index + 1));
        }
      });

      test('are counted by the source', async () => {
        expect(await snapshot.countRows(query(), never)).toBe(table.rows.length);
      });
    });

    describe('keys', () => {
      test('of integers and dates are walked by value, not by their text', async () => {
        const numbers = rowsOf(await readAll(snapshot, entityQuery(schema, 'by_bigint'), 2)).map((row) =>
          BigInt(String(row[0])),
        );
        expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
        const pairs = rowsOf(await readAll(snapshot, entityQuery(schema, 'by_pair'), 5));
        expect(pairs.slice(0, 4).map((row) => row[1])).toEqual(['-1', '2', '9', '10']);
      });

      test('that do not exist make no chunk', async () => {
        expect(await plan(entityQuery(schema, 'by_bigint'), 10, { keys: [['4711']] })).toEqual([]);
      });

      test('of the wrong type or width are refused by name', async () => {
        const query = entityQuery(schema, 'by_bigint');
        await expect(plan(query, 10, { keys: [['abc']] })).rejects.toMatchObject({ code: 'SOURCE_KEY' });
        await expect(plan(query, 10, { keys: [['abc']] })).rejects.toThrow(/by_bigint.*id .*abc/);
        await expect(plan(query, 10, { keys: [['1', '2']] })).rejects.toThrow(/by_bigint.*id /);
      });

      test('of another identity in a chunk are refused', async () => {
        const [chunk] = await plan(entityQuery(schema, 'by_pair'), 2);
        await expect(read(entityQuery(schema, 'by_bigint'), chunk!)).rejects.toMatchObject({
          code: 'SOURCE_QUERY',
          hint: expect.stringContaining('--restart'),
        });
      });

      test('that hold NULL are refused instead of passed over', async () => {
        const query = entityQuery(schema, 'orders', { identifiedBy: ['total'] });
        await expect(plan(query, 10)).rejects.toThrow(/orders.*total.*NULL/);
      });

      test('that two rows share are refused instead of mixed up', async () => {
        const query = entityQuery(schema, 'lines', { identifiedBy: ['sku'] });
        await expect(readAll(snapshot, query, 1000)).rejects.toThrow(/same \(sku\)/);
      });
    });

    describe('measures', () => {
      const measure = async (label: string, column: string, aggregates: readonly Aggregate[]) => {
        const table = tableNamed(schema, label);
        const { rows, columns } = await snapshot.measure(
          {
            table: { schema: table.schema, name: table.name },
            where: null,
            columns: [
              { column: columnNamed(table, column), aggregates },
              { column: columnNamed(table, table.primaryKey![0]!), aggregates: ['nulls'] },
            ],
          },
          never,
        );
        expect(columns[1]).toEqual({ nulls: '0' });
        return [rows, columns[0]];
      };

      test('count NULLs, digits and what is no number', async () => {
        expect(
          await measure('orders', 'total', [
            'nulls',
            'digits',
            'nan',
            'infinite',
            'tooPrecise',
            'outOfRange',
          ]),
        ).toEqual([
          12,
          { nulls: '3', digits: '3', nan: '0', infinite: '0', tooPrecise: '0', outOfRange: '0' },
        ]);
      });

      test('tell the bytes of the longest text in UTF-8', async () => {
        expect(await measure('by_text', 'id', ['longest'])).toEqual([16, { longest: '7' }]);
      });

      test('tell the first and the last date', async () => {
        const days = KEY_TABLES.find(({ name: table }) => table === 'by_date')!
          .rows.map(([day]) => day)
          .sort();
        expect(
          await measure('by_date', 'id', [
            'earliest',
            'latest',
            'zeroDates',
            'partialDates',
            'afterYear9999',
          ]),
        ).toEqual([
          days.length,
          { earliest: days[0], latest: days.at(-1), zeroDates: '0', partialDates: '0', afterYear9999: '0' },
        ]);
      });

      test('tell of an empty table that there is nothing to tell', async () => {
        expect(await measure('empty', 'label', ['longest', 'nulls'])).toEqual([
          0,
          { longest: null, nulls: '0' },
        ]);
      });
    });

    describe('joins', () => {
      const customers = () => tableNamed(schema, 'customers');
      const query = () =>
        entityQuery(schema, 'orders', {
          joins: [
            join(schema, 'customer', 'customers', [{ local: 'customer_id', remote: 'id' }]),
            join(schema, 'customer.parent', 'customers', [{ local: 'parent_id', remote: 'id' }], 'customer'),
          ],
          columns: [
            { path: '', column: columnNamed(tableNamed(schema, 'orders'), 'id') },
            { path: '', column: columnNamed(tableNamed(schema, 'orders'), 'customer_id') },
            { path: 'customer', column: columnNamed(customers(), 'name') },
            { path: 'customer.parent', column: columnNamed(customers(), 'name') },
          ],
        });

      test('bring in parents, and NULL where the key is NULL or nobody has it', async () => {
        const rows = rowsOf(await readAll(snapshot, query(), 5));
        expect(rows.slice(0, 4)).toEqual([
          ['1', null, null, null],
          ['2', '1', 'Ada', null],
          ['3', '2', 'Grace', 'Ada'],
          ['4', '99', null, null],
        ]);
        expect(rows).toHaveLength(12);
      });
    });

    describe('embeds', () => {
      const orders = () => entityQuery(schema, 'orders');
      const lines = (more = {}) => embedQuery(schema, 'lines', [{ local: 'id', remote: 'order_id' }], more);
      const tags = () =>
        embedQuery(schema, 'tags', [{ local: 'id', remote: 'order_id' }], {
          through: {
            table: { schema: tableNamed(schema, 'order_tags').schema, name: 'order_tags' },
            pairs: [{ local: 'tag_id', remote: 'id' }],
          },
          orderBy: [{ column: 'label', descending: true }],
        });

      test('come in their order, ties broken, NULL as the largest', async () => {
        const query = {
          ...orders(),
          embeds: [lines({ orderBy: [{ column: 'rank', descending: true }] })],
        };
        const trees = await readAll(snapshot, query, 5);
        expect(trees).toHaveLength(12);
        for (const { row, children, overflow } of trees) {
          const expected = row[0] === '3' ? [] : ['3', '6', '9', '2', '4', '8', '10', '1', '5', '7', '11'];
          expect(children[0]!.map((child) => child.row[1])).toEqual(expected);
          expect(children[0]!.every((child) => child.row[0] === row[0])).toBe(true);
          expect(overflow).toBe(false);
        }
      });

      test('ascending put NULL last', async () => {
        const query = {
          ...orders(),
          embeds: [lines({ orderBy: [{ column: 'rank', descending: false }] })],
        };
        const [first] = await readAll(snapshot, query, 5);
        expect(first!.children[0]!.map((child) => child.row[3])).toEqual([
          '0',
          '0',
          '0',
          '0',
          '1',
          '1',
          '1',
          '1',
          null,
          null,
          null,
        ]);
      });

      test('reach through a link table, and several stand side by side', async () => {
        const query = { ...orders(), embeds: [tags(), lines()] };
        const trees = await readAll(snapshot, query, 4);
        const labels = trees.map(({ children }) => children[0]!.map((child) => child.row[1]));
        expect(labels[0]).toEqual(['red', 'green', 'blue']);
        expect(labels[11]).toEqual(['green', 'blue']);
        expect(labels.slice(1, 11).flat()).toEqual([]);
        expect(trees.map(({ children }) => children[1]!.length)).toEqual(
          trees.map(({ row }) => (row[0] === '3' ? 0 : 11)),
        );
      });

      test('have parents of their own', async () => {
        const products = tableNamed(schema, 'products');
        const query = {
          ...orders(),
          embeds: [
            lines({
              joins: [join(schema, 'product', 'products', [{ local: 'sku', remote: 'sku' }])],
              columns: [
                { path: '', column: columnNamed(tableNamed(schema, 'lines'), 'line_no') },
                { path: 'product', column: columnNamed(products, 'name') },
              ],
            }),
          ],
        };
        const [first] = await readAll(snapshot, query, 3);
        expect(first!.children[0]!.slice(0, 2).map((child) => child.row)).toEqual([
          ['1', 'Nut'],
          ['2', null],
        ]);
      });

      test.each([1, 2, 7])('are the same in chunks of %i rows and pages of a byte', async (size) => {
        const query = { ...orders(), embeds: [tags(), lines()] };
        expect(await readAll(snapshot, query, size, 1)).toEqual(await readAll(snapshot, query, 1000));
      });

      test('belong to the rows of a limit and of given keys only', async () => {
        const query = { ...orders(), embeds: [lines()] };
        const limited = await readChunks(query, await plan(query, 2, { limit: 3 }));
        expect(limited.map(({ row, children }) => [row[0], children[0]!.length])).toEqual([
          ['1', 11],
          ['2', 11],
          ['3', 0],
        ]);
        const given = await readChunks(query, await plan(query, 2, { keys: [['10'], ['3']] }));
        expect(given.map(({ row, children }) => [row[0], children[0]!.length])).toEqual([
          ['3', 0],
          ['10', 11],
        ]);
      });

      describeNestedEmbeds(() => ({ schema, snapshot }));
    });

    describeChangedRows(() => ({ schema, snapshot }));

    describeSelect(() => ({ schema, snapshot, source, fixture }));

    describe('reading', () => {
      const query = () => entityQuery(schema, 'by_date');

      test('plans lazily: a consumer that stops asking is told no more', async () => {
        const chunks = snapshot.planChunks(query(), { rowsPerChunk: 1 })[Symbol.asyncIterator]();
        expect((await chunks.next()).value?.id).toBe('by_date/0');
        await chunks.return?.();
        expect(await plan(query(), 10)).toHaveLength(3);
      });

      test('can be left early, and the connection serves the next chunk', async () => {
        await withSnapshot(
          source,
          async (own) => {
            for (let round = 0; round < 3; round += 1) {
              const [chunk] = await collect(own.planChunks(query(), { rowsPerChunk: 1000 }));
              for await (const page of own.readChunk(query(), chunk!, { pageBytes: 1, signal: never })) {
                expect(page.rows.length).toBeLessThan(23);
                break;
              }
              expect(await readAll(own, query(), 1000)).toHaveLength(23);
            }
          },
          1,
        );
      });

      test('ends with the reason of an abort, and the snapshot serves others', async () => {
        await withSnapshot(
          source,
          async (own) => {
            const [chunk] = await collect(own.planChunks(query(), { rowsPerChunk: 1000 }));
            const controller = new AbortController();
            const pages = own.readChunk(query(), chunk!, { pageBytes: 1, signal: controller.signal });
            const reading = (async () => {
              for await (const _ of pages) controller.abort(new Error('enough'));
            })();
            await expect(reading).rejects.toThrow('enough');
            expect(await readAll(own, query(), 1000)).toHaveLength(23);
          },
          1,
        );
      });

      test('does not begin once its signal is aborted', async () => {
        const [chunk] = await plan(query(), 10);
        const signal = AbortSignal.abort(new Error('before'));
        await expect(collect(snapshot.readChunk(query(), chunk!, { pageBytes: 1, signal }))).rejects.toThrow(
          'before',
        );
      });

      test('runs in parallel, more chunks at once than connections', async () => {
        const orders = { ...entityQuery(schema, 'orders'), embeds: [] };
        const chunks = await plan(orders, 1);
        const trees = await Promise.all(chunks.map((chunk) => read(orders, chunk)));
        expect(rowsOf(trees.flat())).toEqual(rowsOf(await readAll(snapshot, orders, 1000)));
      });
    });

    test('where is understood, or refused', async () => {
      const query = entityQuery(schema, 'orders', { where: 'customer_id = 1 OR customer_id = 2' });
      if (!source.capabilities.where) {
        await expect(readAll(snapshot, query, 5)).rejects.toMatchObject({ code: 'SOURCE_QUERY' });
        expect(await source.probe(query, never)).toMatch(/where/);
        return;
      }
      expect(rowsOf(await readAll(snapshot, query, 1)).map((row) => row[0])).toEqual([
        '2',
        '3',
        '6',
        '7',
        '10',
        '11',
      ]);
      expect(await snapshot.countRows(query, never)).toBe(6);
      const limited = await plan(query, 2, { limit: 3 });
      expect(rowsOf(await readChunks(query, limited)).map((row) => row[0])).toEqual(['2', '3', '6']);
      const given = await plan(query, 2, { keys: [['1'], ['2']] });
      expect(rowsOf(await readChunks(query, given)).map((row) => row[0])).toEqual(['2']);
    });

    test('a good query is probed without complaint', async () => {
      const embeds = [embedQuery(schema, 'lines', [{ local: 'id', remote: 'order_id' }])];
      expect(await source.probe({ ...entityQuery(schema, 'orders'), embeds }, never)).toBeNull();
    });

    test('a snapshot keeps to its moment while others write', async () => {
      const query = { ...entityQuery(schema, 'customers'), embeds: [] };
      await withSnapshot(source, async (own) => {
        expect(own.consistent).toBe(source.capabilities.consistentSnapshot);
        await fixture.insert('customers', ['3', 'Edsger', null]);
        await fixture.delete('customers', 'id', '2');
        expect(rowsOf(await readAll(own, query, 1)).map((row) => row[0])).toEqual(['1', '2']);
        expect(await own.countRows(query, never)).toBe(2);
      });
      await withSnapshot(source, async (own) => {
        expect(rowsOf(await readAll(own, query, 1)).map((row) => row[0])).toEqual(['1', '3']);
      });
    });
  });
}
