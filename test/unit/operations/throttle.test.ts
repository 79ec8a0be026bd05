import { describe, expect, it } from 'vitest';
import { isTrue } from '../../../src/operations/throttle.js';

describe('an answer to --throttle-query', () => {
  it.each([null, '', ' ', 'f', 'false', 'FALSE', 'no', 'off', '0', '0.00', '-0', '.0', '\0'])(
    '%j lets read',
    (answer) => {
      expect(isTrue(answer)).toBe(false);
    },
  );
  it.each(['t', 'true', '1', '0.01', '-1', '12.5', 'yes', 'on', 'lagging', '\x01'])('%j pauses', (answer) => {
    expect(isTrue(answer)).toBe(true);
  });
});
