import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chanceToMiss, inAll } from '../../../src/statistics/sample-of-items.js';

/** Chances of 0, 1, 2, … of `many` in a sample, by Pascal's triangle: exact as far as doubles go. */
function chances(size: number, of: number, many: number): readonly number[] {
  const choose = (n: number, k: number): number => {
    if (k < 0 || k > n) return 0;
    let result = 1;
    for (let i = 1; i <= k; i += 1) result = (result * (n - k + i)) / i;
    return result;
  };
  return Array.from(
    { length: size + 1 },
    (_, x) => (choose(many, x) * choose(of - many, size - x)) / choose(of, size),
  );
}

const drawn = fc
  .integer({ min: 1, max: 60 })
  .chain((of) => fc.record({ of: fc.constant(of), size: fc.integer({ min: 1, max: of }) }));

test('the chance to miss is the one that counting gives', () => {
  fc.assert(
    fc.property(drawn, fc.integer({ min: 0, max: 60 }), ({ size, of }, wanted) => {
      const many = Math.min(wanted, of);
      expect(chanceToMiss({ size, of }, many)).toBeCloseTo(chances(size, of, many)[0] ?? 0, 9);
    }),
  );
});

test('the interval holds every total that is not too unlikely, and no other', () => {
  fc.assert(
    fc.property(drawn, fc.integer({ min: 0, max: 60 }), ({ size, of }, wanted) => {
      const found = Math.min(wanted, size);
      const { value, low, high } = inAll({ size, of }, found);
      if (size === of) {
        expect([value, low, high]).toEqual([found, found, found]);
        return;
      }
      const likely = Array.from({ length: of + 1 }, (_, many) => many).filter((many) => {
        if (many < found || many > found + of - size) return false;
        const all = chances(size, of, many);
        const sum = (from: number, to: number) => all.slice(from, to).reduce((a, b) => a + b, 0);
        return sum(0, found + 1) >= 0.025 - 1e-9 && sum(found, size + 1) >= 0.025 - 1e-9;
      });
      expect(low).toBe(found === 0 ? 0 : Math.min(...likely, value));
      expect(high).toBe(Math.max(...likely));
    }),
    { numRuns: 2_000 },
  );
});

test('large samples: the rule of three, and halves of millions', () => {
  expect(inAll({ size: 10_000, of: 10_000_000 }, 0).high).toBeGreaterThan(3_600);
  expect(inAll({ size: 10_000, of: 10_000_000 }, 0).high).toBeLessThan(3_700); // ln 40 / 10,000 of them
  const half = inAll({ size: 100_000, of: 10_000_000 }, 50_000);
  expect(half.value).toBe(5_000_000);
  expect(half.low).toBeGreaterThan(4_965_000);
  expect(half.high).toBeLessThan(5_035_000);
  expect(chanceToMiss({ size: 10_000, of: 10_000_000 }, 1)).toBeCloseTo(0.999, 6);
  expect(chanceToMiss({ size: 10_000, of: 10_000_000 }, 10_000)).toBeCloseTo(Math.exp(-10), 5);
});
