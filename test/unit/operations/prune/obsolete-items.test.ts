import { expect, test } from 'vitest';
import type { WireItem } from '../../../../src/item/attribute-value.js';
import { canonicalKey } from '../../../../src/item/canonical.js';
import { OVERSIZE, partSortKey } from '../../../../src/item/oversize.js';
import type { ObsoleteOfRow } from '../../../../src/mapping/backfill/compile-obsolete.js';
import type { ResolvedTable } from '../../../../src/mapping/resolved-mapping.js';
import { ObsoleteFinder, type ObsoleteOrphan } from '../../../../src/operations/prune/obsolete-items.js';
import type { ItemReader } from '../../../../src/sink/sink.js';

const KEYS = ['pk', 'sk'];
const SOURCE = 'orders#1';
const item = (pk: string, sk: string, more: WireItem = {}): WireItem => ({
  pk: { S: pk },
  sk: { S: sk },
  _src: { S: SOURCE },
  ...more,
});
const keyOf = (one: WireItem) => canonicalKey(one, KEYS);

const NEW = item('NEW', '1');
const FIRST = item('FIRST', '1');
const PLAIN = item('PLAIN', '1');
const HEAD = item('SPLIT', '1', { [OVERSIZE.parts]: { N: '2' } });
const PARTS = [1, 2].map((part) =>
  item('SPLIT', partSortKey('1', part), { [OVERSIZE.part]: { N: String(part) } }),
);
const OBSOLETE: ObsoleteOfRow = {
  source: SOURCE,
  items: [
    { entity: 'Order', copy: 'first', key: keyOf(FIRST), isFirst: true },
    { entity: 'Order', copy: 'split', key: keyOf(HEAD), isFirst: false },
    { entity: 'Order', copy: 'plain', key: keyOf(PLAIN), isFirst: false },
  ],
  successors: [keyOf(NEW)],
};

function finderOf(held: readonly WireItem[]) {
  const table = new Map(held.map((one) => [keyOf(one), one]));
  const reader = {
    get: async (keys: readonly string[]) =>
      new Map(keys.flatMap((key) => (table.has(key) ? [[key, table.get(key)]] : []))),
  } as unknown as ItemReader;
  const design = { partitionKey: 'pk', sortKey: 'sk', lineageAttribute: '_src' } as ResolvedTable;
  const { signal } = new AbortController();
  return { table, finder: new ObsoleteFinder({ reader, keys: KEYS, table: design, signal }) };
}

async function batchesOf(finder: ObsoleteFinder): Promise<readonly (readonly ObsoleteOrphan[])[]> {
  const batches: (readonly ObsoleteOrphan[])[] = [];
  for await (const batch of finder.batches()) batches.push(batch);
  return batches;
}

test('what others are told from goes behind them: parts and plain items, then heads, then the first copy', async () => {
  const { table, finder: opened } = finderOf([NEW, FIRST, PLAIN, HEAD, ...PARTS]);
  using finder = opened;
  await finder.look([OBSOLETE, null], 2);
  expect(finder).toMatchObject({ rows: 2, count: 5, gone: 0, incomplete: 0 });
  expect(finder.copies(OBSOLETE.items).map(({ copy, items }) => [copy, items])).toEqual([
    ['first', 1],
    ['split', 3],
    ['plain', 1],
  ]);
  const batches = await batchesOf(finder);
  expect(batches.map((batch) => batch.map(({ key }) => keyOf(key)))).toEqual([
    [...PARTS, PLAIN].map(keyOf),
    [keyOf(HEAD)],
    [keyOf(FIRST)],
  ]);
  // With a part left, neither its head nor the first copy may go.
  for (const gone of [PLAIN, PARTS[0]]) table.delete(keyOf(gone ?? {}));
  const [plain = [], heads = [], first = []] = batches;
  expect(await finder.lookAgain(plain)).toEqual({ items: [PARTS[1]], gone: 2 });
  for (const batch of [heads, first]) expect(await finder.lookAgain(batch)).toEqual({ items: [], gone: 0 });
  table.delete(keyOf(PARTS[1] ?? {}));
  expect(await finder.lookAgain(first)).toEqual({ items: [], gone: 0 }); // the head is there
  expect(await finder.lookAgain(heads)).toEqual({ items: [HEAD], gone: 0 });
  table.delete(keyOf(HEAD));
  expect(await finder.lookAgain(first)).toEqual({ items: [FIRST], gone: 0 });
});

test('nothing goes of a row whose successors are not there, are of another row, or cannot be made', async () => {
  const other = { ...NEW, _src: { S: 'orders#2' } };
  for (const [held, row] of [
    [[FIRST, PLAIN], OBSOLETE],
    [[FIRST, PLAIN, other], OBSOLETE],
    [[FIRST, PLAIN, NEW], { ...OBSOLETE, successors: null }],
  ] as const) {
    using finder = finderOf(held).finder;
    await finder.look([row], 1);
    expect(finder).toMatchObject({ count: 0, incomplete: 2, gone: 1 });
  }
});

test("an item stays when it is changed, or a successor goes, between both looks; one of another row is nobody's", async () => {
  const { table, finder: opened } = finderOf([NEW, PLAIN, { ...FIRST, _src: { S: 'orders#2' } }]);
  using finder = opened;
  await finder.look([OBSOLETE], 1);
  expect(finder).toMatchObject({ count: 1, incomplete: 0, gone: 1 });
  const [batch = []] = await batchesOf(finder);
  expect(await finder.lookAgain(batch)).toEqual({ items: [PLAIN], gone: 0 });
  table.set(keyOf(PLAIN), { ...PLAIN, seen: { BOOL: true } });
  expect(await finder.lookAgain(batch)).toEqual({ items: [], gone: 0 });
  table.set(keyOf(PLAIN), PLAIN);
  table.delete(keyOf(NEW));
  expect(await finder.lookAgain(batch)).toEqual({ items: [], gone: 0 });
});
