import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { WireItem, WireValue } from '../../../src/item/attribute-value.js';
import { itemBytes } from '../../../src/item/size.js';
import { scanBatch } from '../../support/simulator/scan-batch.js';
import type { TableLayout } from '../../support/simulator/table-layout.js';

const TABLE: TableLayout = {
  name: 'shop "1"',
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [
    { name: 'all', partitionKey: ['gsi1pk'], sortKey: ['gsi1sk'], included: null },
    { name: 'some', partitionKey: ['a', 'b'], sortKey: [], included: new Set(['c']) },
  ],
};

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const digits = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }).map(String);
const base64 = fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const { value } = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text.map((S) => ({ S })),
    digits.map((N) => ({ N })),
    base64.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.uniqueArray(text, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
    fc.uniqueArray(digits, { minLength: 1, maxLength: 3 }).map((NS) => ({ NS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }).map((M) => ({ M })),
  ),
}));
const name = fc.oneof(text, fc.constantFrom('gsi1pk', 'gsi1sk', 'a', 'b', 'c', 'd'));
const item = fc
  .tuple(text, text, fc.dictionary(name, value, { maxKeys: 8 }))
  .map(([pk, sk, rest]): WireItem => ({ ...rest, pk: { S: pk }, sk: { S: sk } }));

/** A quarter of the texts with every character escaped, as other clients write them. */
function written(request: object, escaped: boolean, indent: number): Buffer {
  const json = JSON.stringify(request, null, indent);
  if (!escaped) return Buffer.from(json);
  const pattern = /[\u0080-\uffff]/g;
  return Buffer.from(json.replace(pattern, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

const units = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));

it('a batch is read without its objects as it is with them: places, sizes, indexes', () => {
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      fc.constantFrom(0, 2),
      (items, escaped, indent) => {
        const body = written(
          {
            ReturnConsumedCapacity: 'TOTAL',
            RequestItems: { [TABLE.name]: items.map((Item) => ({ PutRequest: { Item } })) },
          },
          escaped,
          indent,
        );
        const batch = scanBatch(body, new Map([[TABLE.name, TABLE]]));
        expect(batch?.capacity).toBe('TOTAL');
        expect(batch?.writes).toHaveLength(items.length);
        for (const [at, write] of (batch?.writes ?? []).entries()) {
          const expected = items[at] as WireItem;
          expect(JSON.parse(body.toString('utf8', write.from, write.to))).toEqual({
            PutRequest: { Item: expected },
          });
          expect(write.units).toBe(units(itemBytes(expected)));
          const projected = Object.fromEntries(
            Object.entries(expected).filter(([key]) => ['pk', 'sk', 'a', 'b', 'c'].includes(key)),
          );
          const indexed = new Map(write.indexed.map((entry) => [entry.index, entry.units]));
          const inAll = 'gsi1pk' in expected && 'gsi1sk' in expected;
          const inSome = 'a' in expected && 'b' in expected;
          // Only scalars can be keys; a set or a map never makes the index's hash.
          expect(indexed.get(0)).toBe(
            inAll && scalars(expected, 'gsi1pk', 'gsi1sk') ? units(itemBytes(expected)) : indexed.get(0),
          );
          if (inSome && scalars(expected, 'a', 'b')) expect(indexed.get(1)).toBe(units(itemBytes(projected)));
          if (!inAll) expect(indexed.has(0)).toBe(false);
          if (!inSome) expect(indexed.has(1)).toBe(false);
        }
      },
    ),
    { numRuns: 500 },
  );
});

function scalars(of: WireItem, ...names: readonly string[]): boolean {
  return names.every((key) => ['S', 'N', 'B'].includes(Object.keys(of[key] as WireValue)[0] ?? ''));
}

it('equal keys have equal hashes, and many keys spread over all of them', () => {
  const bodyOf = (pks: readonly string[]) =>
    written(
      {
        RequestItems: {
          [TABLE.name]: pks.map((pk) => ({ PutRequest: { Item: { pk: { S: pk }, sk: { S: 'x' } } } })),
        },
      },
      false,
      0,
    );
  const hashes = (pks: readonly string[]) =>
    (scanBatch(bodyOf(pks), new Map([[TABLE.name, TABLE]]))?.writes ?? []).map(
      ({ partitionHash }) => partitionHash,
    );
  const [one, other] = hashes(['CUSTOMER#1', 'CUSTOMER#1']);
  expect(one).toBe(other);
  const buckets = new Array<number>(16).fill(0);
  for (const hash of hashes(Array.from({ length: 16_000 }, (_, id) => `CUSTOMER#${id}`))) {
    buckets[Math.floor(hash / 2 ** 28)] = (buckets[Math.floor(hash / 2 ** 28)] ?? 0) + 1;
  }
  expect(Math.min(...buckets)).toBeGreaterThan(850);
  expect(Math.max(...buckets)).toBeLessThan(1_150);
});

it('what is no JSON is refused with its place', () => {
  expect(() => scanBatch(Buffer.from('{"RequestItems":{"shop'), new Map())).toThrow(/inside a string/);
  expect(() => scanBatch(Buffer.from('{"RequestItems" 1}'), new Map())).toThrow(/no : at byte 16/);
});
