import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/cli/duration.js';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['90', 90_000],
    ['10m', 600_000],
    ['10min', 600_000],
    ['1.5h', 5_400_000],
    ['2D', 172_800_000],
    ['0', 0],
  ])('%s is %i ms', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each(['', 'h', '-1s', '5 weeks', '1h30m', '1e9', '99999999999999d'])(
    '%s is none, and the hint shows one',
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        expect.objectContaining({ code: 'USAGE_VALUE', hint: expect.stringContaining('10m') }),
      );
    },
  );
});
