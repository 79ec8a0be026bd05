import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { CHILDREN_BYTES, mergeChildren, type RowStream } from '../../../src/source/merge-children.js';
import type { EntityQuery } from '../../../src/source/row-query.js';
import type { Row, RowTree, Sequence } from '../../../src/source/source.js';
import type { Column } from '../../../src/source/source-schema.js';

const id: Column = {
  name: 'id',
  nativeType: 'int',
  type: { kind: 'textual' },
  nullable: false,
  generated: false,
};
const table = { schema: 'public', name: 'orders' };
const embed = {
  name: 'lines',
  table,
  joins: [],
  columns: [],
  aggregates: [],
  where: null,
  on: [],
  through: null,
  orderBy: [],
  tieBreak: [],
  limit: null,
  key: [],
  embeds: [],
};
const query: EntityQuery = {
  entity: 'Order',
  table,
  joins: [],
  columns: [{ path: '', column: id }],
  aggregates: [],
  where: null,
  identity: [id],
  embeds: [embed, embed],
};

/** Rows in pieces, with a count of how many were asked for. */
function stream(...pieces: readonly (readonly Row[])[]): RowStream & { readonly fetches: () => number } {
  let next = 0;
  return {
    fetches: () => next,
    async fetch() {
      const rows = pieces[next] ?? [];
      next += 1;
      return { rows, bytes: rows.length * 10 };
    },
  };
}

async function merged(
  root: RowStream,
  embeds: readonly RowStream[],
  pageBytes = 1_000_000,
): Promise<RowTree[]> {
  const trees: RowTree[] = [];
  for await (const page of mergeChildren(query, root, embeds, pageBytes)) trees.push(...page.rows);
  return trees;
}

const childCells = (trees: readonly RowTree[]) =>
  trees.map(({ row, children }) => [row[0], ...children.map((list) => list.map((child) => child.row[0]))]);

test('children meet their root across the borders of fetches, each embed by itself', async () => {
  const trees = await merged(stream([['1'], ['2']], [['3']]), [
    stream(
      [['1', 'a']],
      [
        ['1', 'b'],
        ['3', 'c'],
      ],
      [['3', 'd']],
    ),
    stream([['2', 'x']]),
  ]);
  expect(childCells(trees)).toEqual([
    ['1', ['a', 'b'], []],
    ['2', [], ['x']],
    ['3', ['c', 'd'], []],
  ]);
});

test('keys that are buffers meet by their bytes', async () => {
  const trees = await merged(stream([[Buffer.from('k')]]), [stream([[Buffer.from('k'), 'a']])]);
  expect(trees[0]!.children[0]!.map((child) => child.row)).toEqual([['a']]);
});

describe('a child without a root fails the chunk', () => {
  test.each([
    ['before all roots', [['0', 'a']]],
    [
      'between two roots',
      [
        ['1', 'a'],
        ['1.5', 'b'],
        ['2', 'c'],
      ],
    ],
    [
      'behind all roots',
      [
        ['2', 'a'],
        ['9', 'b'],
      ],
    ],
  ])('%s', async (_, children) => {
    await expect(merged(stream([['1'], ['2']]), [stream(children)])).rejects.toMatchObject({
      code: 'SOURCE_STRAY_CHILD',
      message: expect.stringContaining('lines'),
    });
  });

  test('where there is no root at all', async () => {
    await expect(merged(stream(), [stream([['1', 'a']])])).rejects.toMatchObject({
      code: 'SOURCE_STRAY_CHILD',
    });
  });
});

describe('children of children', () => {
  const key: Column = { ...id, name: 'no' };
  const parts = { ...embed, name: 'parts' };
  const nested: EntityQuery = { ...query, embeds: [{ ...embed, key: [key], embeds: [parts] }, embed] };
  const read = async (root: RowStream, ...streams: readonly RowStream[]) => {
    const trees: RowTree[] = [];
    for await (const page of mergeChildren(nested, root, streams, 1_000_000)) trees.push(...page.rows);
    return trees;
  };
  const roots = () => stream([['1'], ['2']]);

  test('meet the child above them, across the borders of fetches', async () => {
    const lines = [
      ['1', 'a', 'A'],
      ['1', 'b', 'B'],
      ['2', 'a', 'C'],
    ];
    const inner = [[['1', 'a', 'x']], [['1', 'a', 'y']], [['2', 'a', 'z']]];
    const trees = await read(roots(), stream(lines), stream(...inner), stream([['2', 'beside']]));
    const cells = trees.map(({ children: [own = [], beside = []] }) => [
      own.map(({ row, children }) => [row, children[0]?.map((part) => part.row[0])]),
      beside.map(({ row }) => row[0]),
    ]);
    expect(cells).toEqual([
      [
        [
          [
            ['a', 'A'],
            ['x', 'y'],
          ],
          [['b', 'B'], []],
        ],
        [],
      ],
      [[[['a', 'C'], ['z']]], ['beside']],
    ]);
  });

  test('that meet no child fail the chunk, by the whole path', async () => {
    const reading = read(roots(), stream([['1', 'a']]), stream([['1', '?', 'x']]), stream());
    await expect(reading).rejects.toMatchObject({
      code: 'SOURCE_STRAY_CHILD',
      message: expect.stringContaining('lines.parts belongs to (1, ?)'),
    });
  });

  test('count towards the root, whose further children are dropped, and the next root has its own', async () => {
    const lines = [
      ['1', 'a', ''],
      ['1', 'b', ''],
      ['2', 'a', ''],
    ];
    const inner = [
      ['1', 'a', 'x'.repeat(CHILDREN_BYTES)],
      ['1', 'b', 'x'],
      ['2', 'a', 'y'],
    ];
    const trees = await read(roots(), stream(lines), stream(inner), stream());
    expect(trees.map(({ overflow }) => overflow)).toEqual([true, false]);
    expect(trees[1]?.children[0]?.[0]?.children[0]?.map(({ row }) => row)).toEqual([['y']]);
  });
});

test('two roots with one identity are refused, also across fetches', async () => {
  await expect(merged(stream([['1']], [['1']]), [])).rejects.toThrow(
    /two rows of orders have the same \(id\): \(1\)/,
  );
});

test('children that pass what an item can hold are dropped, and the next root has its own', async () => {
  const half = 'x'.repeat(CHILDREN_BYTES / 2 - 8); // and 8 for the row
  const trees = await merged(stream([['1'], ['2'], ['3']]), [
    stream(
      [
        ['1', half],
        ['1', half],
        ['2', half],
      ],
      [['3', 'small']],
    ),
    stream([
      ['1', 'y'],
      ['2', half],
    ]),
  ]);
  expect(trees.map(({ overflow }) => overflow)).toEqual([true, false, false]);
  expect(trees[0]!.children).toEqual([[], []]);
  expect(trees[1]!.children.map((list) => list.length)).toEqual([1, 1]);
  expect(trees[2]!.children[0]!.map((child) => child.row)).toEqual([['small']]);
});

test('a page ends when it is full, and nothing more is fetched until the next is asked for', async () => {
  const root = stream([['1'], ['2'], ['3'], ['4']], [['5']]);
  const children = stream(
    [['1', 'aaaaaaaaaa']],
    [['2', 'bbbbbbbbbb']],
    [
      ['3', 'c'],
      ['4', 'd'],
    ],
  );
  const pages = mergeChildren(query, root, [children, stream()], 40);
  const first = await pages.next();
  expect(Array.from(first.value?.rows ?? [], ({ row }) => row[0])).toEqual(['1', '2']);
  expect(first.value?.bytes).toBe(56);
  expect([root.fetches(), children.fetches()]).toEqual([1, 3]);
  await pages.return();
  expect([root.fetches(), children.fetches()]).toEqual([1, 3]);
});

test('a page ends with the root that brings it to 250 rows, its children counted', async () => {
  const ids = ['1', '2', '3', '4', '5', '6', '7'];
  const root = stream(ids.map((id) => [id]));
  const children = stream(ids.flatMap((id) => Array.from({ length: 99 }, (_, line) => [id, `${line}`])));
  const pages: number[] = [];
  for await (const { rows } of mergeChildren(query, root, [children, stream()], 1_000_000)) {
    pages.push(rows.length);
  }
  expect(pages).toEqual([3, 3, 1]);
});

test('a root with any number of children is held in flat memory', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  let grown = 0;
  let fetches = 0;
  const children: RowStream = {
    async fetch() {
      if (fetches === 30) {
        collectGarbage();
        grown = process.memoryUsage().heapUsed - before;
        return { rows: [], bytes: 0 };
      }
      fetches += 1;
      const rows = Array.from({ length: 500 }, () => ['1', Buffer.alloc(10_000, fetches).toString('latin1')]);
      return { rows, bytes: 5_000_000 };
    },
  };
  const [tree] = await merged(stream([['1']]), [children]);
  expect(tree).toMatchObject({ overflow: true });
  // 150 MB went by.
  expect(grown).toBeLessThan(32 * 1024 * 1024);
});

test('rows without children are read when they are asked for, one by one', async () => {
  const bare = { ...query, embeds: [] };
  let read = 0;
  const three: Sequence<Row> = {
    length: 3,
    *[Symbol.iterator]() {
      for (const id of ['1', '2', '2']) {
        read += 1;
        yield [id];
      }
    },
  };
  const pages = mergeChildren(bare, { fetch: async () => ({ rows: three, bytes: 3 }) }, [], 100);
  const { value: page } = await pages.next();
  expect(page?.rows.length).toBe(3);
  expect(read).toBe(0);
  const trees = page?.rows[Symbol.iterator]();
  expect(trees?.next().value).toEqual({ row: ['1'], children: [], overflow: false });
  expect(read).toBe(1);
  trees?.next();
  // Two root rows of one identity: found where the second is come upon.
  expect(() => trees?.next()).toThrow(expect.objectContaining({ code: 'SOURCE_QUERY' }));
});
