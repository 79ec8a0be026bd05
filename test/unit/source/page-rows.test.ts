import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPageRows } from '../../../src/source/page-rows.js';

const MEGABYTE = 1024 * 1024;
const BOUNDS = { most: 1000, growth: 4 };
const next = (rows: number, bytes: number, milliseconds: number) =>
  nextPageRows({ rows, bytes, milliseconds }, MEGABYTE, BOUNDS);

describe('the rows of the next page', () => {
  it('grow by a factor, up to the most', () => {
    expect(next(16, 1600, 1)).toBe(64);
    expect(next(900, 90_000, 1)).toBe(1000);
  });

  it('make up the bytes that are wanted', () => {
    expect(next(100, 4 * MEGABYTE, 1)).toBe(25);
    expect(next(16, 16 * 300 * 1024, 1)).toBe(3);
  });

  it('come in half a second', () => {
    expect(next(100, 10_000, 2000)).toBe(25);
    expect(next(100, 10_000, 250)).toBe(200);
  });

  it('are one where a row alone is too wide or too slow, and grow again', () => {
    expect(next(1, 5 * MEGABYTE, 1)).toBe(1);
    expect(next(16, 1600, 60_000)).toBe(1);
    expect(next(1, 100, 1)).toBe(4);
  });

  it('settle where a source of any speed takes the time that is aimed at, or the bytes', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 400, noNaN: true }),
        fc.integer({ min: 1, max: 400_000 }),
        (msPerRow, width) => {
          let rows = 16;
          for (let page = 0; page < 12; page += 1) rows = next(rows, rows * width, rows * msPerRow);
          const ideal = Math.max(1, Math.min(BOUNDS.most, 500 / msPerRow, MEGABYTE / width));
          expect(rows).toBeLessThanOrEqual(ideal + 1);
          expect(rows).toBeGreaterThanOrEqual(Math.floor(ideal / 2));
        },
      ),
    );
  });
});
