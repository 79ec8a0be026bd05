import { expect, test } from 'vitest';
import { itemFingerprint } from '../../../../src/compare/digest.js';
import type { WireItem } from '../../../../src/item/attribute-value.js';
import { keyOf } from '../../../../src/item/canonical.js';
import { resolveTable } from '../../../../src/mapping/resolve/resolve-table.js';
import { lineageIndexOf, lookAtOld, type OldLook } from '../../../../src/operations/catch-up/old-items.js';
import { mappedTables, prepare } from '../../../../src/operations/prepare.js';
import { memorySource } from '../../../../src/source/memory/source.js';
import { loadText, SHOP } from '../../mapping/shop.js';
import { migrated, OLD, SHOP_ROWS } from '../written-shop.js';

const KEYS = ['pk', 'sk'];
const signal = new AbortController().signal;
const dearer = (SHOP_ROWS['orders'] ?? []).map((row) =>
  row.map((cell) => (cell === '10.50' ? '11.00' : cell)),
);
const before = memorySource({ schema: SHOP, tables: SHOP_ROWS });
const after = memorySource({ schema: SHOP, tables: { ...SHOP_ROWS, orders: dearer } });

/** An open order whose total is in a key, and has changed: the item of its former total, and a last look at it. */
async function lookAtFormer(change: (item: WireItem) => WireItem | null = (item) => item) {
  const [was, is] = [
    [...(await migrated(OLD, before)).items.values()],
    [...(await migrated(OLD, after)).items.values()],
  ];
  const [old, ...others] = was.filter((item) => !is.some((one) => isAt(one, item)));
  if (old === undefined || others.length > 0) throw new Error('one key was to change');
  const held = [...is, old].map(change).filter((item) => item !== null);
  const mapping = loadText(OLD);
  const { mappers } = await prepare({ mapping, source: after, signal });
  await using snapshot = await after.openSnapshot({
    ...{ concurrency: 1, tables: mappedTables(mappers), consistency: 'chunk', signal },
  });
  const look = {
    ...{ snapshot, keys: KEYS, signal },
    mappers: new Map(mappers.map((mapper) => [mapper.entity, mapper])),
    reader: {
      get: async (keys: readonly string[]) =>
        new Map(
          keys.flatMap((key) => {
            const item = held.find((one) => isAt(one, JSON.parse(key) as WireItem));
            return item === undefined ? [] : [[key, item] as const];
          }),
        ),
    },
  } as unknown as OldLook;
  const row = { entity: String(old['_type']?.['S']), source: String(old['_src']?.['S']) };
  const orphan = { ...row, key: keyOf(old, KEYS), fingerprint: itemFingerprint(old) };
  return { old, looked: await lookAtOld([orphan], look) };
}

function isAt(item: WireItem, other: WireItem): boolean {
  return KEYS.every((name) => item[name]?.['S'] === other[name]?.['S']);
}

test('what lies under a former key may go when its row has all of its items', async () => {
  const { old, looked } = await lookAtFormer();
  expect(looked).toEqual({ items: [old], gone: 0 });
});

test('it stays while one of its successors is missing: its row has changed once more since it was written', async () => {
  const { looked } = await lookAtFormer((item) => (item['total']?.['N'] === '11' ? null : item));
  expect(looked).toEqual({ items: [], gone: 0 });
});

test('it stays when it is not what was seen any more, and is gone when it is not there', async () => {
  const isOld = (item: WireItem) => item['total']?.['N'] === '10.5';
  const changed = await lookAtFormer((item) => (isOld(item) ? { ...item, seen: { BOOL: true } } : item));
  expect(changed.looked).toEqual({ items: [], gone: 0 });
  const gone = await lookAtFormer((item) => (isOld(item) ? null : item));
  expect(gone.looked).toEqual({ items: [], gone: 1 });
});

test.each([
  ['{ partitionKey: [_src], projection: keysOnly }', 'byRow'],
  ['{ partitionKey: [_src], sortKey: [_type] }', 'byRow'],
  ['{ partitionKey: [_src], sortKey: [total] }', null],
  ['{ partitionKey: [_type], sortKey: [_src] }', null],
  ['{ partitionKey: [_src, _type] }', null],
])('an index %s tells the items of a row: %s', (index, name) => {
  const { mapping } = loadText(OLD.replace(/ {2}indexes:\n/, `  indexes:\n    byRow: ${index}\n`));
  expect(lineageIndexOf(resolveTable(mapping.table))?.name ?? null).toBe(name);
});
