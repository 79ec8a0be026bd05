import { expect, test } from 'vitest';
import type { Aggregate, EntityQuery } from '../../../src/source/row-query.js';
import type { RowTree, Snapshot } from '../../../src/source/source.js';
import type { SourceSchema } from '../../../src/source/source-schema.js';
import { SHOP_TABLES } from './fixture.js';
import { columnNamed, embedQuery, entityQuery, join, readAll, tableNamed } from './queries.js';

/** Embeds inside embeds, limits and aggregates: part of the source contract. */
export function describeNestedEmbeds(
  fixture: () => { readonly schema: SourceSchema; readonly snapshot: Snapshot },
): void {
  const rowsOf = (table: string) => SHOP_TABLES.find(({ name }) => name === table)?.rows ?? [];
  const keyed = (schema: SourceSchema, table: string, ...columns: string[]) => ({
    key: columns.map((column) => columnNamed(tableNamed(schema, table), column)),
    columns: [
      ...columns,
      ...tableNamed(schema, table)
        .columns.map(({ name }) => name)
        .filter((name) => !columns.includes(name)),
    ].map((column) => ({ path: '', column: columnNamed(tableNamed(schema, table), column) })),
  });
  const through = (schema: SourceSchema) => ({
    table: { schema: tableNamed(schema, 'order_tags').schema, name: 'order_tags' },
    pairs: [{ local: 'tag_id', remote: 'id' }],
  });

  /** customers → orders, newest first → (lines → the tag numbered like the line, tags through the link). */
  function customers(limits: { orders?: number; lines?: number; tags?: number } = {}): EntityQuery {
    const { schema } = fixture();
    const numbered = embedQuery(schema, 'tags', [{ local: 'line_no', remote: 'id' }]);
    const lines = embedQuery(schema, 'lines', [{ local: 'id', remote: 'order_id' }], {
      ...keyed(schema, 'lines', 'order_id', 'line_no'),
      orderBy: [{ column: 'rank', descending: true }],
      limit: limits.lines ?? null,
      embeds: [numbered],
    });
    const tags = embedQuery(schema, 'tags', [{ local: 'id', remote: 'order_id' }], {
      through: through(schema),
      orderBy: [{ column: 'label', descending: false }],
      limit: limits.tags ?? null,
    });
    const orders = embedQuery(schema, 'orders', [{ local: 'id', remote: 'customer_id' }], {
      ...keyed(schema, 'orders', 'id'),
      orderBy: [{ column: 'id', descending: true }],
      tieBreak: [],
      limit: limits.orders ?? null,
      embeds: [lines, tags],
    });
    return { ...entityQuery(schema, 'customers'), embeds: [orders] };
  }

  /** The same by hand, from the fixture's rows. */
  function expected({ orders: few = 99, lines: fewLines = 99, tags: fewTags = 99 } = {}) {
    const rank = (line: readonly (string | null)[]) => (line[3] === null ? 2 : Number(line[3]));
    return rowsOf('customers').map(([customer]) => [
      customer,
      rowsOf('orders')
        .filter((order) => order[1] === customer)
        .sort((a, b) => Number(b[0]) - Number(a[0]))
        .slice(0, few)
        .map(([id]) => [
          id,
          rowsOf('lines')
            .filter(([order]) => order === id)
            .sort((a, b) => rank(b) - rank(a) || Number(a[1]) - Number(b[1]))
            .slice(0, fewLines)
            .map(([, no]) => [no, rowsOf('tags').flatMap(([tag, label]) => (tag === no ? [label] : []))]),
          rowsOf('order_tags')
            .flatMap(([tag, order]) => (order === id ? rowsOf('tags').filter(([own]) => own === tag) : []))
            .map(([, label]) => label)
            .sort()
            .slice(0, fewTags),
        ]),
    ]);
  }

  const shown = (trees: readonly RowTree[]) =>
    trees.map(({ row, children }) => [
      row[0],
      children[0]?.map((order) => [
        order.row[0],
        order.children[0]?.map((line) => [line.row[1], line.children[0]?.map((tag) => tag.row[1])]),
        order.children[1]?.map((tag) => tag.row[1]),
      ]),
    ]);

  test('hold embeds of their own, three levels deep and side by side', async () => {
    const trees = await readAll(fixture().snapshot, customers(), 10);
    expect(shown(trees)).toEqual(expected());
    expect(JSON.stringify(expected())).toContain('"green"');
  });

  test.each([1, 2])('inside embeds are the same in chunks of %i rows and pages of a byte', async (size) => {
    expect(await readAll(fixture().snapshot, customers(), size, 1)).toEqual(
      await readAll(fixture().snapshot, customers(), 10),
    );
  });

  test('are cut to the first of each parent, at every level', async () => {
    for (const limits of [{ orders: 2 }, { lines: 3 }, { tags: 1 }, { orders: 1, lines: 1, tags: 2 }]) {
      const trees = await readAll(fixture().snapshot, customers(limits), 10);
      expect(shown(trees)).toEqual(expected(limits));
      expect(await readAll(fixture().snapshot, customers(limits), 1, 1)).toEqual(trees);
    }
  });

  test('inside embeds have parents of their own', async () => {
    const { schema, snapshot } = fixture();
    const lines = embedQuery(schema, 'lines', [{ local: 'id', remote: 'order_id' }], {
      joins: [join(schema, 'product', 'products', [{ local: 'sku', remote: 'sku' }])],
      columns: [{ path: 'product', column: columnNamed(tableNamed(schema, 'products'), 'name') }],
      limit: 2,
    });
    const orders = embedQuery(schema, 'orders', [{ local: 'id', remote: 'customer_id' }], {
      ...keyed(schema, 'orders', 'id'),
      limit: 1,
      embeds: [lines],
    });
    const trees = await readAll(snapshot, { ...entityQuery(schema, 'customers'), embeds: [orders] }, 10);
    expect(
      trees.map(({ children }) => children[0]?.map((order) => order.children[0]?.map(({ row }) => row))),
    ).toEqual([[[['Nut'], [null]]], [[]]]);
  });

  test('are counted, summed and compared by the source, NULLs ignored, whatever their limit', async () => {
    const { schema, snapshot } = fixture();
    const of = (table: string, on: Aggregate['of']['on'], link: Aggregate['of']['through'] = null) => ({
      table: { schema: tableNamed(schema, table).schema, name: table },
      where: null,
      on,
      through: link,
    });
    const lines = of('lines', [{ local: 'id', remote: 'order_id' }]);
    const rank = columnNamed(tableNamed(schema, 'lines'), 'rank');
    const orders = of('orders', [{ local: 'id', remote: 'customer_id' }]);
    const total = columnNamed(tableNamed(schema, 'orders'), 'total');
    const ofOrder: readonly Aggregate[] = [
      { kind: 'count', of: lines },
      { kind: 'sum', of: lines, column: rank },
      { kind: 'count', of: of('tags', [{ local: 'id', remote: 'order_id' }], through(schema)) },
    ];
    const embed = embedQuery(schema, 'orders', orders.on, {
      ...keyed(schema, 'orders', 'id'),
      columns: [{ path: '', column: columnNamed(tableNamed(schema, 'orders'), 'id') }],
      limit: 2,
      aggregates: ofOrder,
      key: [],
    });
    const query: EntityQuery = {
      ...entityQuery(schema, 'customers'),
      columns: [{ path: '', column: columnNamed(tableNamed(schema, 'customers'), 'id') }],
      aggregates: [
        { kind: 'count', of: orders },
        ...(['sum', 'min', 'max'] as const).map((kind) => ({ kind, of: orders, column: total })),
      ],
      embeds: [embed],
    };
    const trees = await readAll(snapshot, query, 1);
    const plain = ({ row }: RowTree) => row.map((cell) => (cell === null ? null : Number(cell)));
    // customer 1: orders 2 (1.50), 6 (NULL), 10 (9.50); customer 2: 3 (2.50), 7 (6.50), 11 (NULL)
    expect(trees.map(plain)).toEqual([
      [1, 3, 11, 1.5, 9.5],
      [2, 3, 9, 2.5, 6.5],
    ]);
    expect(trees.map(({ children }) => children[0]?.map(plain))).toEqual([
      [
        [2, 11, 4, 0],
        [6, 11, 4, 0],
      ],
      [
        [3, 0, null, 0],
        [7, 11, 4, 0],
      ],
    ]);
  });
}
