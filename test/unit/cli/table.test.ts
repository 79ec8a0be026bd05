import { describe, expect, it } from 'vitest';
import { bytes, count, duration, table } from '../../../src/cli/table.js';

describe('tables for people', () => {
  it('align text to the left and numbers to the right, with thousands separators and no rules', () => {
    const text = table(
      ['entity', 'rows'],
      [
        ['Order', 1234567],
        ['A', 1],
      ],
    );
    expect(text).toBe('entity       rows\nOrder   1,234,567\nA               1\n');
  });

  it('take what is left empty for a number where the others are', () => {
    const text = table(
      ['entity', 'rows'],
      [
        ['Order', 12],
        ['', ''],
      ],
    );
    expect(text).toBe('entity  rows\nOrder     12\n\n');
  });

  it('keep their head when there are no rows', () => {
    expect(table(['entity', 'rows'], [])).toBe('entity  rows\n');
  });

  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1536, '1.5 KB'],
    [5 * 1024 ** 3, '5 GB'],
  ])('%i bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

  it.each([
    [12, '12 ms'],
    [12_345, '12.3 s'],
    [245_000, '4 min 05 s'],
    [12_000_000, '3 h 20 min'],
  ])('%i ms are %s', (value, text) => expect(duration(value)).toBe(text));

  it('counts keep two decimals at most', () => expect(count(1234.567)).toBe('1,234.57'));
});
