import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digestOf } from '../../../src/compare/digest.js';
import { ItemJoin, inDigestOrder } from '../../../src/compare/item-join.js';

const fate = fc.constantFrom('same', 'missing', 'different', 'orphan', 'foreign');

it('joins every key once, with what both sides hold, in memory and on disk', () => {
  const items = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 12 }), fate), {
    selector: ([key]) => key,
    maxLength: 400,
  });
  fc.assert(
    fc.property(items, fc.constantFrom(0, 4096, undefined), (planted, memoryBytes) => {
      using join = new ItemJoin({ folder: tmpdir(), memoryBytes });
      for (const [key, what] of planted) {
        if (what === 'orphan' || what === 'foreign') continue;
        join.expect({ key, value: 'v', entity: 'E', copy: 'c', source: `t#${key}`, expired: false });
      }
      for (const [key, what] of [...planted].reverse()) {
        if (what === 'missing') continue;
        const value = what === 'different' ? 'w' : 'v';
        join.find({ key, value, entity: 'E', source: what === 'foreign' ? null : `t#${key}` });
      }
      const found = [...join.buckets()]
        .flatMap((bucket) => [...bucket])
        .map(({ key, expected, found }) => {
          if (expected === null) return [key, found?.source === null ? 'foreign' : 'orphan'];
          if (found === null) return [key, 'missing'];
          return [key, expected.value === found.value ? 'same' : 'different'];
        });
      expect(new Map(found as [string, string][])).toEqual(new Map(planted));
      expect(found.length).toBe(planted.length);
    }),
    { numRuns: 60 },
  );
});

it('gives all keys in the order of their digests, however they came and however large buckets may be', () => {
  const keys = fc.uniqueArray(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 2000 });
  fc.assert(
    fc.property(keys, fc.constantFrom(0, 4096, undefined), (added, memoryBytes) => {
      using join = new ItemJoin({ folder: tmpdir(), memoryBytes });
      for (const key of added) join.find({ key, value: 'v', entity: 'E', source: null });
      const found = [...join.buckets()].flatMap((bucket) => inDigestOrder(bucket).map(({ key }) => key));
      const byDigest = added.map((key) => digestOf(key)).sort();
      expect(found.map((key) => digestOf(key))).toEqual(byDigest);
    }),
    { numRuns: 30 },
  );
});
