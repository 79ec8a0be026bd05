import { describe, expect, it } from 'vitest';
import { expectedText, readParameter } from '../../../../src/mapping/access/read-parameter.js';
import type { ColumnType } from '../../../../src/source/source-schema.js';

const INT = { kind: 'integer', bits: 32, unsigned: false } as const;
const CASES: readonly (readonly [ColumnType, string, string | null])[] = [
  [INT, '42', '42'],
  [INT, '42.0', '42'],
  [INT, '-2147483648', '-2147483648'],
  [INT, '2147483648', null],
  [INT, '4.2', null],
  [INT, '', null],
  [{ kind: 'integer', bits: 64, unsigned: true }, '18446744073709551615', '18446744073709551615'],
  [{ kind: 'integer', bits: 64, unsigned: true }, '-1', null],
  [{ kind: 'decimal', precision: 10, scale: 2 }, '12.50', '12.5'],
  [{ kind: 'decimal', precision: 10, scale: 2 }, '1,5', null],
  [{ kind: 'boolean' }, 'True', 't'],
  [{ kind: 'boolean' }, 'no', null],
  [{ kind: 'uuid' }, '0F8FAD5B-D9CB-469F-A165-70867728950E', '0f8fad5b-d9cb-469f-a165-70867728950e'],
  [{ kind: 'uuid' }, '42', null],
  [{ kind: 'bytes', maxLength: null }, '0xAB', '\\xab'],
  [{ kind: 'bytes', maxLength: null }, 'abc', null],
  [{ kind: 'enum', labels: ['NEW', 'PAID'] }, 'PAID', 'PAID'],
  [{ kind: 'enum', labels: ['NEW', 'PAID'] }, 'paid', null],
  [{ kind: 'date' }, '2024-01-31', '2024-01-31'],
  [{ kind: 'date' }, '31.1.2024', null],
  [{ kind: 'time', zone: false, signed: false }, '9:30', null],
  [{ kind: 'timestamp', zone: true }, '2024-01-31T09:30:00.5Z', '2024-01-31 09:30:00.5+00'],
  [{ kind: 'timestamp', zone: true }, '2024-01-31 00:30+02:00', '2024-01-30 22:30:00+00'],
  [{ kind: 'timestamp', zone: true }, '2024-01-31', '2024-01-31 00:00:00+00'],
  [{ kind: 'timestamp', zone: false }, '2024-01-31T09:30:00', '2024-01-31 09:30:00'],
  [{ kind: 'timestamp', zone: false }, '2024-01-31T09:30:00+02:00', null],
  [{ kind: 'timestamp', zone: true }, 'yesterday', null],
  [{ kind: 'text', maxLength: null, padded: false }, '', ''],
  [{ kind: 'json' }, '{}', null],
];

describe('a parameter of a column', () => {
  it.each(CASES)('of %j reads %j as %j', (type, text, raw) => {
    expect(readParameter(type, text)).toBe(raw);
  });

  it('says what it expects, in people’s words', () => {
    expect(expectedText(INT)).toBe('a whole number of 32 bits');
    expect(expectedText({ kind: 'enum', labels: ['NEW', 'PAID'] })).toBe('one of NEW, PAID');
    expect(expectedText({ kind: 'timestamp', zone: true })).toContain('YYYY-MM-DDTHH:MM:SSZ');
  });
});
