import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SizeHistogram } from '../../../src/statistics/size-histogram.js';

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 409_600 })), {
  minLength: 1,
  maxLength: 300,
  size: 'max',
});

function histogramOf(values: readonly number[]): SizeHistogram {
  const histogram = new SizeHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

it('quantiles are less than 1 % off, and exact for small items; ends, mean and sum are exact', () => {
  fc.assert(
    fc.property(sizes, (values) => {
      const sorted = [...values].sort((a, b) => a - b);
      const sum = sorted.reduce((total, value) => total + value, 0);
      const spread = histogramOf(values).spread()!;
      expect(spread).toMatchObject({
        min: sorted[0],
        max: sorted.at(-1),
        mean: Math.round(sum / sorted.length),
      });
      for (const [share, found] of [
        [0.5, spread.median],
        [0.99, spread.p99],
      ] as const) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
        expect(Math.abs(found - exact), `${found} for ${exact}`).toBeLessThanOrEqual(
          exact < 103 ? 0 : exact * 0.01,
        );
      }
    }),
    { numRuns: 300 },
  );
});

it('every value lies in exactly one bar', () => {
  fc.assert(
    fc.property(sizes, (values) => {
      const bars = histogramOf(values).bars();
      for (const { from, to, items } of bars) {
        expect(items).toBe(values.filter((value) => value >= from && value < to).length);
      }
      expect(bars.reduce((sum, { items }) => sum + items, 0)).toBe(values.length);
    }),
  );
});
