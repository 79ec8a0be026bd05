import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { WireItem, WireValue } from '../../../src/item/attribute-value.js';
import { canonicalItem } from '../../../src/item/canonical.js';
import { LIMITS } from '../../../src/item/limits.js';
import {
  isPart,
  OVERSIZE,
  parsePartSortKey,
  partCount,
  partSortKey,
  restoreItem,
} from '../../../src/item/oversize.js';
import { itemBytes } from '../../../src/item/size.js';
import { splitItem } from '../../../src/item/split-item.js';
import { zipItem } from '../../../src/item/zip-item.js';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 1000) / 20;

/** Text of about so many bytes, of characters of one to four; compressible or not. */
const text = (bytes: number) =>
  fc
    .tuple(fc.constantFrom('x', 'é', '漢', '\u{1f600}', '"\\', 'ab\u0001'), fc.nat(bytes), fc.nat())
    .map(([unit, size, seed]) => unit.repeat(size / Buffer.byteLength(unit)) + String(seed));
const binary = (bytes: number) =>
  fc.nat(bytes).map((size) => Buffer.alloc(size, `${size} bytes`).toString('base64'));
const value: fc.Arbitrary<WireValue> = fc.oneof(
  { weight: 3, arbitrary: text(600_000).map((S) => ({ S })) },
  binary(900_000).map((B) => ({ B })),
  fc.constantFrom<WireValue>({ N: '12.5' }, { BOOL: true }, { NULL: true }, { S: '' }, { L: [] }, { M: {} }),
  fc
    .tuple(text(20_000), fc.nat(60))
    .map(([S, count]) => ({ L: Array.from({ length: count }, () => ({ S })) })),
  fc.tuple(text(9_000), fc.nat(90)).map(([S, count]) => ({
    M: Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, { S }])),
  })),
  fc
    .tuple(text(5_000), fc.integer({ min: 1, max: 90 }))
    .map(([word, count]) => ({ SS: Array.from({ length: count }, (_, i) => `${i}${word}`) })),
  fc
    .integer({ min: 1, max: 90_000 })
    .map((count) => ({ NS: Array.from({ length: count }, (_, i) => `${i}.5`) })),
);
const KEYS = { pk: { S: 'A#1' }, sk: { S: 'B#1' } };
const LABELS = { _type: { S: 'A' }, _src: { S: 'a#1' } };
const KEEP = new Set([...Object.keys(KEYS), ...Object.keys(LABELS)]);
const items = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'notes', 'Größe', '__proto__'), value, {
    minKeys: 1,
    maxKeys: 5,
  })
  .map((attributes): WireItem => ({ ...KEYS, ...LABELS, ...attributes }));

describe('an item over 400 KB', () => {
  test('is the same again after it was split, every part fits, and parts stand behind their head', () => {
    let split = 0;
    fc.assert(
      fc.property(items, (item) => {
        if (itemBytes(item) <= LIMITS.itemBytes) return;
        const keys = { ...KEYS, sk: { S: partSortKey('B#1', 1) } };
        const made = splitItem(item, KEEP, itemBytes({ ...keys, ...LABELS }));
        if (made === null) throw new Error('everything here can be cut');
        const parts = made.parts.map((part, at) => {
          const whole = { ...KEYS, sk: { S: partSortKey('B#1', at + 1) }, ...LABELS, ...part };
          expect(itemBytes(whole)).toBeLessThanOrEqual(LIMITS.itemBytes);
          expect(isPart(whole)).toBe(true);
          return whole;
        });
        expect(itemBytes(made.head)).toBeLessThanOrEqual(LIMITS.itemBytes);
        expect(partCount(made.head)).toBe(parts.length);
        split += parts.length > 1 ? 1 : 0;
        expect(canonicalItem(restoreItem(made.head, parts.toReversed()))).toBe(canonicalItem(item));
      }),
      { numRuns: RUNS },
    );
    expect(split).toBeGreaterThan(RUNS / 20);
  });

  test('is the same again after it was compressed, which makes it fit', () => {
    let zipped = 0;
    fc.assert(
      fc.property(items, (item) => {
        if (itemBytes(item) <= LIMITS.itemBytes) return;
        const made = zipItem(item, KEEP);
        if (made === null) return;
        zipped += 1;
        expect(itemBytes(made)).toBeLessThanOrEqual(LIMITS.itemBytes);
        for (const name of KEEP) expect(made[name]).toBe(item[name]);
        expect(canonicalItem(restoreItem(made))).toBe(canonicalItem(item));
      }),
      { numRuns: RUNS },
    );
    expect(zipped).toBeGreaterThan(RUNS / 20);
  });
});

describe('reading an item back', () => {
  it('leaves what was never too large as it is', () => {
    const item = { ...KEYS, a: { S: 'x' } };
    expect(restoreItem(item)).toBe(item);
    expect(partCount(item)).toBe(0);
    expect(isPart(item)).toBe(false);
  });

  it('says which part is missing', () => {
    const head = { ...KEYS, [OVERSIZE.parts]: { N: '2' } };
    const part = { ...KEYS, [OVERSIZE.part]: { N: '1' }, a: { S: 'x' } };
    expect(() => restoreItem(head, [part])).toThrow('part 2 of 2 is missing');
  });

  it('ignores the parts of an earlier, longer version', () => {
    const head = { ...KEYS, [OVERSIZE.parts]: { N: '1' } };
    const part = (number: number, text: string) => ({
      [OVERSIZE.part]: { N: String(number) },
      a: { S: text },
    });
    expect(restoreItem(head, [part(2, 'old'), part(1, 'new')])).toEqual({ ...KEYS, a: { S: 'new' } });
  });

  it('knows the sort keys of parts, and that all others are none', () => {
    expect(parsePartSortKey(partSortKey('ORDER#1', 12))).toEqual({ head: 'ORDER#1', part: 12 });
    for (const none of ['ORDER#1', 'ORDER#1$', 'ORDER#1$12', 'A$0001$0002', 'A$0000']) {
      expect(parsePartSortKey(none)).toBeNull();
    }
  });
});
