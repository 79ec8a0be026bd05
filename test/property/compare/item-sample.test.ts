import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ItemSample } from '../../../src/compare/item-sample.js';

const drawn = (keys: readonly string[], size: number, seed: number): readonly string[] => {
  const sample = new ItemSample({ size, seed });
  for (const key of keys) {
    sample.expect({ key, value: 'v', entity: 'E', copy: 'c', source: `t#${key}`, expired: false });
  }
  expect(sample.of).toBe(keys.length);
  return sample.items().map(({ key }) => key);
};

test('holds as many as asked for, the same ones whatever the order they came in', () => {
  const keys = fc.uniqueArray(fc.string({ maxLength: 8 }), { maxLength: 200 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 50 }), fc.nat(), (all, size, seed) => {
      const sample = drawn(all, size, seed);
      expect(sample.length).toBe(Math.min(size, all.length));
      expect(new Set(sample).size).toBe(sample.length);
      expect(all).toEqual(expect.arrayContaining([...sample]));
      expect(drawn(all.toReversed(), size, seed)).toEqual(sample);
      // A smaller sample is the beginning of a larger one.
      expect(drawn(all, 1, seed)).toEqual(sample.slice(0, 1));
    }),
  );
});

test('every item is as likely as any other, under one seed and under the next', () => {
  const keys = Array.from({ length: 100 }, (_, n) => `"pk":{"S":"ORDER#${n}"}`);
  const times = new Map(keys.map((key) => [key, 0]));
  for (let seed = 0; seed < 2_000; seed += 1) {
    for (const key of drawn(keys, 10, seed)) times.set(key, (times.get(key) ?? 0) + 1);
  }
  // 200 of 2,000 each, with a deviation of 13: five of them.
  for (const count of times.values()) expect(Math.abs(count - 200)).toBeLessThan(68);
});
