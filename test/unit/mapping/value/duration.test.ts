import { describe, expect, it } from 'vitest';
import { addDuration, parseDuration } from '../../../../src/mapping/value/duration.js';

const add = (raw: string, text: string) => addDuration(raw, parseDuration(text)!);

describe('parseDuration', () => {
  it('reads every part, and a sign for all of them', () => {
    expect(parseDuration('P1Y2M3W4DT5H6M7.5S')).toEqual({
      months: 14,
      days: 25,
      seconds: 18_367,
      micros: 500_000,
    });
    expect(parseDuration('-P30D')).toEqual({ months: 0, days: -30, seconds: 0, micros: 0 });
  });

  it.each(['', 'P', 'PT', 'P1DT', '7Y', 'P7', 'P1.5Y', 'P1H', 'PT1D', 'P1Y ', 'P-1Y', 'PT1.1234567S'])(
    'refuses %j',
    (text) => expect(parseDuration(text)).toBeNull(),
  );

  it('refuses more than the calendar has', () => expect(parseDuration(`P${'9'.repeat(20)}D`)).toBeNull());
});

describe('addDuration', () => {
  it.each([
    ['2024-01-31', 'P1M', '2024-02-29'],
    ['2023-01-31', 'P1M', '2023-02-28'],
    ['2024-02-29', 'P1Y', '2025-02-28'],
    ['2024-02-29', '-P4Y', '2020-02-29'],
    ['2024-01-31', 'P1M1D', '2024-03-01'],
    ['0001-01-01', 'P9998Y', '9999-01-01'],
    ['0099-12-31', 'P1D', '0100-01-01'],
    ['2024-12-31 23:59:59.999999', 'PT0.000001S', '2025-01-01 00:00:00'],
    ['2024-01-01 00:00:00+00', '-PT0.5S', '2023-12-31 23:59:59.5+00'],
    ['2024-01-31 09:30:00.25+00', 'P7Y', '2031-01-31 09:30:00.25+00'],
    ['1969-12-31 23:59:59.5', 'PT1S', '1970-01-01 00:00:00.5'],
  ])('%s and %s make %s', (raw, duration, made) => expect(add(raw, duration)).toBe(made));

  it.each([
    ['9999-12-31', 'P1D'],
    ['0001-01-01', '-P1D'],
    ['0001-01-31', '-P1M'],
    ['9999-12-31 23:59:59.999999', 'PT0.000001S'],
    ['2024-01-01', 'P9999Y'],
    ['infinity', 'P1D'],
    ['0044-03-15 BC', 'P1D'],
  ])('%s and %s make nothing', (raw, duration) => expect(add(raw, duration)).toBeNull());
});
