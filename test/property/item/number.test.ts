import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonicalNumber,
  numberBytes,
  numberFits,
  plainNumberBytes,
  trimFraction,
} from '../../../src/item/number.js';

const digits = fc.stringMatching(/^0{0,3}\d{0,9}0{0,3}$/);
const noisy = fc
  .tuple(fc.constantFrom('', '-', '+', '--'), digits, fc.constantFrom('', '.', '..', 'e1', ' '), digits)
  .map((parts) => parts.join(''));

test('a plain number is measured and trimmed as the exact path does it, or left to that', () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.oneof(noisy, fc.stringMatching(/^-?\d{1,40}\.\d{1,40}$/)), (text) => {
      const bytes = plainNumberBytes(text);
      if (bytes === 0) return;
      plain += 1;
      expect(numberFits(text)).toBe(true);
      expect(bytes).toBe(numberBytes(text));
      expect(trimFraction(text)).toBe(canonicalNumber(text));
    }),
    { numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(2000);
});

test.each(['0', '7', '-7', '12.50', '0.05', '-0.5', '99999999999999999999999999999999999999'])(
  '%s takes the short way',
  (text) => {
    expect(plainNumberBytes(text)).toBe(numberBytes(text));
  },
);
