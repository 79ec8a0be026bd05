import { describe, expect, it } from 'vitest';
import { valueOrder } from '../../../../src/mapping/value/value-order.js';
import type { ColumnType } from '../../../../src/source/source-schema.js';

const DECIMAL: ColumnType = { kind: 'decimal', precision: null, scale: null };
const TIMESTAMP: ColumnType = { kind: 'timestamp', zone: true };

describe('valueOrder', () => {
  it.each<[string, ColumnType, readonly string[]]>([
    [
      'decimals',
      DECIMAL,
      [
        '-Infinity',
        '-100.5',
        '-100.49999999999999999999999999999999999999',
        '-9',
        '-0.001',
        '0',
        '0.001',
        '0.0011',
        '9',
        '10',
        '100.5',
        '9007199254740992',
        '9007199254740993',
        'Infinity',
        'NaN',
      ],
    ],
    ['floats', { kind: 'float', bits: 64 }, ['-1e+300', '-2', '-1e-300', '1e-300', '2', '1e+300']],
    ['years', { kind: 'year' }, ['0000', '1901', '2155']],
    [
      'dates',
      { kind: 'date' },
      [
        '-infinity',
        '4713-01-01 BC',
        '0001-01-01 BC',
        '0000-00-00',
        '0001-01-01',
        '2024-01-31',
        '9999-12-31',
        '10000-01-01',
        'infinity',
      ],
    ],
    [
      'timestamps',
      TIMESTAMP,
      [
        '-infinity',
        '0001-12-31 23:59:59+00 BC',
        '2024-01-31 09:30:00+00',
        '2024-01-31 09:30:00.000001+00',
        '2024-01-31 09:30:00.1+00',
        '2024-01-31 09:30:01+00',
        'infinity',
      ],
    ],
    [
      'times',
      { kind: 'time', zone: false, signed: true },
      ['-838:59:59', '-00:00:01.5', '-00:00:01', '00:00:00', '09:30:00', '23:59:59.999999', '100:00:00'],
    ],
    ['enums', { kind: 'enum', labels: ['sad', 'ok', 'happy'] }, ['', 'sad', 'ok', 'happy']],
  ])('puts %s in the order of both databases', (_, type, ascending) => {
    const order = valueOrder(type);
    for (const [at, bound] of ascending.entries()) {
      for (const [other, raw] of ascending.entries()) {
        expect(Math.sign(order?.(bound)(raw) ?? NaN) + 0, `${raw} to ${bound}`).toBe(Math.sign(other - at));
      }
    }
  });

  it.each<[ColumnType, string, string]>([
    [DECIMAL, '1.50', '15e-1'],
    [DECIMAL, '-0.0', '0'],
    [TIMESTAMP, '2024-01-31 09:30:00.100000+00', '2024-01-31T09:30:00.1Z'],
    [{ kind: 'time', zone: false, signed: true }, '-00:00:00', '0:00:00'.padStart(8, '0')],
  ])('holds spellings of one value of %j to be equal: %s and %s', (type, raw, bound) => {
    expect(valueOrder(type)?.(bound)(raw)).toBe(0);
  });

  it.each<ColumnType>([
    { kind: 'text', maxLength: null, padded: false },
    { kind: 'time', zone: true, signed: false },
    { kind: 'textual' },
    { kind: 'json' },
    { kind: 'boolean' },
  ])('has none for %j', (type) => {
    expect(valueOrder(type)).toBeNull();
  });

  it('does not go on with text that is no value of the type', () => {
    expect(() => valueOrder(DECIMAL)?.('1')('one')).toThrow('the source gave "one" for a number');
    expect(() => valueOrder({ kind: 'date' })?.('2024-01-31')('today')).toThrow('for a date');
  });
});
