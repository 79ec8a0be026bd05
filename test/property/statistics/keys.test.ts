import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeavyKeys } from '../../../src/statistics/heavy-keys.js';
import { KeySample } from '../../../src/statistics/key-sample.js';

const ROOM = 16;
const items = fc.array(
  fc.record({
    key: fc.oneof(fc.integer({ max: 5, min: 0 }), fc.integer({ min: 0, max: 400 })).map((n) => `key ${n}`),
    bytes: fc.integer({ min: 1, max: 5_000 }),
    units: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 600, size: 'max' },
);

interface Weight {
  items: number;
  bytes: number;
  units: number;
}

function weigh(all: readonly { key: string; bytes: number; units: number }[]): ReadonlyMap<string, Weight> {
  const weights = new Map<string, Weight>();
  for (const { key, bytes, units } of all) {
    const before = weights.get(key) ?? { items: 0, bytes: 0, units: 0 };
    weights.set(key, {
      items: before.items + 1,
      bytes: before.bytes + bytes,
      units: before.units + units,
    });
  }
  return weights;
}

it('a heavy key is always found, and its units lie between what was counted and what may be missed', () => {
  fc.assert(
    fc.property(items, (all) => {
      const heavy = new HeavyKeys(ROOM);
      for (const { key, bytes, units } of all) heavy.add(key, bytes, units);
      const truth = weigh(all);
      const total = all.reduce((sum, { units }) => sum + units, 0);
      const found = new Map(heavy.top(ROOM).map((one) => [one.key, one]));
      expect(found.size).toBeLessThanOrEqual(ROOM);
      for (const [key, { units }] of truth) {
        const one = found.get(key);
        if (units > (2 / ROOM) * total) expect(one, `${key} of ${units}`).toBeDefined();
        if (one === undefined) continue;
        expect(one.missed).toBeLessThanOrEqual((2 / ROOM) * total);
        expect(units).toBeGreaterThanOrEqual(one.units);
        expect(units).toBeLessThanOrEqual(one.units + one.missed);
        if (one.missed === 0) expect(truth.get(key)).toEqual({ items: one.items, bytes: one.bytes, units });
      }
      if (truth.size <= ROOM) expect([...found.values()].every(({ missed }) => missed === 0)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('what is kept of a sample of keys is exact, whenever its items come', () => {
  fc.assert(
    fc.property(items, (all) => {
      const sample = new KeySample(ROOM);
      for (const { key, bytes, units } of all) sample.add(key, bytes, units);
      const truth = weigh(all);
      const kept = sample.weights();
      expect(kept.length).toBeLessThanOrEqual(ROOM);
      expect(sample.exact).toBe(truth.size <= ROOM);
      const known = [...truth.values()].map((weight) => JSON.stringify(weight));
      for (const weight of kept) expect(known).toContain(JSON.stringify(weight));
      if (sample.exact) expect(sample.keys).toBe(truth.size);
    }),
    { numRuns: 300 },
  );
});
