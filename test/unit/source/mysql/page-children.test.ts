import { expect, test } from 'vitest';
import { CHILDREN_BYTES, mergeChildren } from '../../../../src/source/merge-children.js';
import { PageChildren } from '../../../../src/source/mysql/page-children.js';
import type { EntityQuery } from '../../../../src/source/row-query.js';
import type { Row } from '../../../../src/source/source.js';

const roots: Row[] = [['a'], ['b'], ['c']];

function filled(budget: number, ...embeds: readonly (readonly Row[])[]): PageChildren {
  const children = new PageChildren(roots, 1, budget);
  for (const [index, rows] of embeds.entries()) {
    children.begin(index, 1);
    for (const row of rows) children.take(row);
  }
  return children;
}

test('children that fit are all kept', () => {
  const rows: Row[] = [
    ['a', '1'],
    ['c', '2'],
    ['c', '3'],
  ];
  const children = filled(100, rows, []);
  expect([children.complete, children.of(0), children.of(1)]).toEqual([3, rows, []]);
});

test('the root whose children pass the budget is left to the next page with all behind it, in every embed', () => {
  const first: Row[] = [
    ['a', '1234'],
    ['b', '1234'],
    ['c', '1'],
  ];
  const second: Row[] = [
    ['a', '5'],
    ['b', '678'],
    ['b', '9'],
    ['c', '0'],
  ];
  const children = filled(52, first, second);
  expect(children.complete).toBe(1);
  expect(children.of(0)).toEqual([['a', '1234']]);
  expect(children.of(1)).toEqual([['a', '5']]);
});

test('the first root keeps its children whatever the budget: there is always a page', () => {
  const children = filled(1, [
    ['a', '1234'],
    ['a', '5678'],
    ['b', '1'],
  ]);
  expect([children.complete, children.of(0)]).toEqual([
    1,
    [
      ['a', '1234'],
      ['a', '5678'],
    ],
  ]);
});

test('a child of nobody stays where it was met', () => {
  const children = filled(100, [
    ['a', '1'],
    ['?', '2'],
    ['b', '3'],
  ]);
  expect(children.of(0)).toEqual([
    ['a', '1'],
    ['?', '2'],
    ['b', '3'],
  ]);
});

/** What is dropped here must be an overflow there: with a long key in front of short children too. */
test.each([0, 1, 2])(
  'a root one of whose children was dropped overflows (%i children over)',
  async (over) => {
    const key = 'k'.repeat(1000);
    const children = new PageChildren([[key]], 1, 100);
    children.begin(0, 1);
    const filler = 'x'.repeat(CHILDREN_BYTES / 100 - 8); // and 8 for the row
    for (let n = 0; n < 100; n += 1) children.take([key, filler]);
    for (let n = 0; n < over; n += 1) children.take([key, '']);
    const stream = (rows: readonly Row[]) => {
      let rest = rows;
      return {
        async fetch() {
          const fetched = { rows: rest, bytes: 1 };
          rest = [];
          return fetched;
        },
      };
    };
    const query = {
      entity: 'E',
      identity: [{}],
      embeds: [{ name: 'e', key: [], embeds: [] }],
    } as unknown as EntityQuery;
    const pages = mergeChildren(query, stream([[key]]), [stream(children.of(0))], 100);
    const { value } = await pages.next();
    const [tree] = value?.rows ?? [];
    expect(tree?.overflow).toBe(over > 0);
    expect(tree?.children[0]).toHaveLength(over > 0 ? 0 : 100);
  },
);
