import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ChunkEstimate, sumEstimates } from '../../../src/statistics/estimate.js';
import { randomFrom } from '../../../src/support/random.js';

const KEYS = ['rows'] as const;

function draw(chunks: readonly number[], size: number, random: () => number): readonly number[] {
  const left = [...chunks];
  return Array.from({ length: size }, () => left.splice(Math.floor(random() * left.length), 1)[0] ?? 0);
}

function estimate(chunks: readonly number[], of: number) {
  const estimate = new ChunkEstimate(KEYS);
  for (const rows of chunks) estimate.add({ rows });
  return estimate.totals(of).rows;
}

it('intervals hold the truth about 19 times of 20', () => {
  const random = randomFrom(7);
  // Sizes from 10 to 50, each third chunk ten times that.
  const chunks = Array.from(
    { length: 400 },
    (_, at) => (10 + Math.floor(random() * 40)) * (at % 3 === 0 ? 10 : 1),
  );
  const truth = chunks.reduce((sum, rows) => sum + rows, 0);
  let held = 0;
  const rounds = 1_000;
  for (let round = 0; round < rounds; round += 1) {
    const { low, high } = estimate(draw(chunks, 40, random), chunks.length);
    if (low <= truth && truth <= high) held += 1;
  }
  expect(held / rounds).toBeGreaterThan(0.92);
  expect(held / rounds).toBeLessThan(0.98);
});

it('all chunks make an exact total, and equal chunks too', () => {
  const sizes = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(sizes, (chunks) => {
      const sum = chunks.reduce((total, rows) => total + rows, 0);
      expect(estimate(chunks, chunks.length)).toEqual({ value: sum, low: sum, high: sum });
    }),
  );
  expect(estimate([25, 25, 25], 12)).toEqual({ value: 300, low: 300, high: 300 });
});

it('a chunk that is read in any case stands for itself alone', () => {
  const estimate = new ChunkEstimate(KEYS);
  for (let at = 0; at < 3; at += 1) estimate.add({ rows: 25 });
  estimate.addCertain({ rows: 4 });
  expect(estimate.totals(13).rows).toEqual({ value: 304, low: 304, high: 304 });
});

it('nothing is estimated below what was seen, and sums are narrower than their parts together', () => {
  const one = estimate([1_000, 0, 0, 0], 400);
  expect(one.low).toBe(1_000);
  const several = sumEstimates(
    [
      { value: 100, low: 70, high: 130 },
      { value: 200, low: 160, high: 240 },
    ],
    20,
  );
  expect(several).toEqual({ value: 300, low: 250, high: 350 });
});
