import { describe, expect, test } from 'vitest';
import type { ChangedRows, EntityQuery } from '../../../src/source/row-query.js';
import type { Snapshot } from '../../../src/source/source.js';
import type { SourceSchema } from '../../../src/source/source-schema.js';
import { waysOf } from '../../../src/source/ways.js';
import {
  collect,
  columnNamed,
  embedQuery,
  entityQuery,
  join,
  never,
  readAll,
  tableNamed,
} from './queries.js';

/** Only the rows that a change reaches, over joins, children and links. */
export function describeChangedRows(source: () => { schema: SourceSchema; snapshot: Snapshot }): void {
  const column = (table: string, name: string) => columnNamed(tableNamed(source().schema, table), name);
  const since = (table: string, name: string, value: string): ChangedRows => ({
    kind: 'since',
    column: column(table, name),
    value,
  });
  const keys = (
    table: string,
    names: readonly string[],
    of: readonly (readonly string[])[],
  ): ChangedRows => ({
    kind: 'keys',
    columns: names.map((name) => column(table, name)),
    keys: of,
  });
  const orders = (): EntityQuery => {
    const { schema } = source();
    const product = join(schema, 'product', 'products', [{ local: 'sku', remote: 'sku' }]);
    const link = { schema: tableNamed(schema, 'order_tags').schema, name: 'order_tags' };
    return entityQuery(schema, 'orders', {
      joins: [
        join(schema, 'customer', 'customers', [{ local: 'customer_id', remote: 'id' }]),
        join(schema, 'customer.parent', 'customers', [{ local: 'parent_id', remote: 'id' }], 'customer'),
      ],
      embeds: [
        embedQuery(schema, 'lines', [{ local: 'id', remote: 'order_id' }], { joins: [product], limit: 2 }),
        embedQuery(schema, 'tags', [{ local: 'id', remote: 'order_id' }], {
          through: { table: link, pairs: [{ local: 'tag_id', remote: 'id' }] },
        }),
      ],
    });
  };
  /** The orders that are read when these rows of a table changed. */
  const reached = async (table: string, rows: ChangedRows, query = orders(), rowsPerChunk = 2) => {
    const ways = waysOf(query).filter((way) => way.table.name === table);
    const changed = ways.map(({ steps }) => ({ steps, rows }));
    const trees = await readAll(source().snapshot, { ...query, changed }, rowsPerChunk);
    return trees.map(({ row }) => row[0]);
  };

  describe('changed rows', () => {
    test('are read alone, in chunks of so many', async () => {
      const query = { ...orders(), changed: [{ steps: [], rows: since('orders', 'id', '9') }] };
      expect(await reached('orders', since('orders', 'id', '9'))).toEqual(['9', '10', '11', '12']);
      expect(await collect(source().snapshot.planChunks(query, { rowsPerChunk: 2 }))).toHaveLength(2);
      expect(await source().snapshot.countRows(query, never)).toBe(4);
    });

    test('of parents lead to the rows that join them, at any depth', async () => {
      expect(await reached('customers', keys('customers', ['id'], [['2']]))).toEqual(['3', '7', '11']);
      // 2 hangs on 1.
      expect(await reached('customers', keys('customers', ['id'], [['1']]))).toEqual([
        '2',
        '3',
        '6',
        '7',
        '10',
        '11',
      ]);
    });

    test('of children lead to their parents, those beyond a limit too, and bring all of the children', async () => {
      const one = keys('lines', ['order_id', 'line_no'], [['5', '11']]);
      expect(await reached('lines', one)).toEqual(['5']);
      expect(await reached('lines', since('lines', 'rank', '1'))).toHaveLength(11);
      const changed = waysOf(orders())
        .filter(({ table }) => table.name === 'lines')
        .map(({ steps }) => ({ steps, rows: one }));
      const [tree] = await readAll(source().snapshot, { ...orders(), changed }, 5);
      expect(tree!.children[0]!.map((child) => child.row[1])).toEqual(['1', '2']);
    });

    test('of what is joined to children, and of links, lead to the root as well', async () => {
      expect(await reached('products', keys('products', ['sku'], [['S2']]))).toEqual([]);
      expect(await reached('products', keys('products', ['sku'], [['S1']]))).toHaveLength(11);
      expect(await reached('tags', keys('tags', ['id'], [['1']]))).toEqual(['1']);
      const link = keys(
        'order_tags',
        ['order_id', 'tag_id'],
        [
          ['12', '10'],
          ['12', '2'],
        ],
      );
      expect(await reached('order_tags', link)).toEqual(['12']);
    });

    test('that several ways lead to are read once', async () => {
      const changed = waysOf(orders())
        .filter(({ table }) => ['orders', 'lines'].includes(table.name))
        .map(({ table, steps }) => ({
          steps,
          rows: table.name === 'orders' ? since('orders', 'id', '11') : since('lines', 'line_no', '1'),
        }));
      const rows = await readAll(source().snapshot, { ...orders(), changed }, 5);
      expect(rows).toHaveLength(11);
    });

    test('of a group lead to the group, whole', async () => {
      const { schema } = source();
      const customer = column('orders', 'customer_id');
      const cells = [{ name: 'orders of it', kind: 'count', column: null }] as const;
      const count = { ...customer, name: 'orders of it' };
      const groups = (by: readonly (typeof customer)[], identity: typeof customer): EntityQuery => ({
        ...entityQuery(schema, 'orders'),
        identity: [identity],
        columns: [identity, count].map((one) => ({ path: '', column: one })),
        groups: { by, cells },
        changed: [{ steps: [], rows: keys('orders', ['id'], [['3'], ['8']]) }],
      });
      const perCustomer = await readAll(
        source().snapshot,
        groups([customer], { ...customer, nullable: false }),
        5,
      );
      expect(perCustomer.map(({ row }) => row)).toEqual([
        ['2', '3'],
        ['99', '3'],
      ]);
      const all = await readAll(
        source().snapshot,
        groups([], { ...customer, name: 'all', nullable: false }),
        5,
      );
      expect(all.map(({ row }) => row[1])).toEqual(['12']);
    });

    test('are asked for by the greatest value that there is', async () => {
      const { snapshot } = source();
      const greatest = (table: string, name: string) =>
        snapshot.greatest(tableNamed(source().schema, table), column(table, name), never);
      expect(await greatest('orders', 'id')).toBe('12');
      expect(await greatest('empty', 'id')).toBeNull();
    });
  });
}
