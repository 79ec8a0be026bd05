import { describe, expect, it } from 'vitest';
import { parseWriteLimit, shareOf } from '../../../src/operations/write-limit.js';

describe('--max-write-units', () => {
  it.each([
    ['500', { kind: 'units', units: 500 }],
    ['80%', { kind: 'percent', percent: 80 }],
    ['12.5 %', { kind: 'percent', percent: 12.5 }],
    ['100%', { kind: 'percent', percent: 100 }],
  ])('%s is a rate', (text, limit) => expect(parseWriteLimit(text)).toEqual(limit));

  it.each(['', '0', '0%', '101%', '1.5', '-5', '%', '80%%', '1e9', 'fast'])(
    '%s is none, and the hint shows both spellings',
    (text) => {
      expect(() => parseWriteLimit(text)).toThrow(
        expect.objectContaining({ code: 'USAGE_VALUE', hint: expect.stringMatching(/500.*80%/) }),
      );
    },
  );

  it('as a share is one of the sum of table and indexes, and says what that is', () => {
    const found = shareOf(50, [
      { index: null, units: 1000, origin: 'provisioned' },
      { index: 'GSI1', units: 501, origin: 'provisioned' },
    ]);
    expect(found).toEqual({
      units: 750,
      because: '50 % of 1501 write units a second: table 1000 (provisioned), index GSI1 501 (provisioned)',
    });
  });

  it('as a small share of a small table is never nothing', () => {
    expect(shareOf(1, [{ index: null, units: 5, origin: 'provisioned' }]).units).toBe(1);
  });
});
