import { expect, test } from 'vitest';
import { boundOf, latestOf } from '../../../../src/operations/catch-up/watermark.js';
import type { Column, ColumnType } from '../../../../src/source/source-schema.js';

const column = (type: ColumnType): Column => ({
  name: 'changed',
  nativeType: type.kind,
  type,
  nullable: false,
  generated: false,
});
const bound = (type: ColumnType, value: string, overlapMs?: number) =>
  boundOf({ column: 'changed', value }, column(type), 'orders.changed', overlapMs);
const zoned = { kind: 'timestamp', zone: true } as const;
const local = { kind: 'timestamp', zone: false } as const;
const integer = { kind: 'integer', bits: 64, unsigned: false } as const;

test.each([
  [zoned, '2026-01-31T09:30:00Z', 0, '2026-01-31 09:30:00.000000+00'],
  [zoned, '2026-01-31 09:30:00.123456+00', 0, '2026-01-31 09:30:00.123456+00'],
  [local, '2026-01-31T09:30', 0, '2026-01-31 09:30:00.000000'],
  [local, '2026-01-31T00:00:00.000001Z', undefined, '2026-01-30 23:45:00.000001'],
  [local, '1969-12-31T23:59:59.9Z', 100, '1969-12-31 23:59:59.800000'],
  [{ kind: 'date' }, '2026-03-01', undefined, '2026-02-28'],
  [{ kind: 'date' }, '2026-03-01', 0, '2026-03-01'],
  [integer, '9007199254740993', undefined, '9007199254740993'],
] as const)('%o from %s less %s milliseconds begins at %s', (type, value, overlap, expected) => {
  expect(bound(type, value, overlap)).toBe(expected);
});

test.each([
  [zoned, '2026-02-30'],
  [zoned, '2026-01-31T09:30:00+02:00'],
  [zoned, 'infinity'],
  [integer, '1.5'],
  [{ kind: 'textual' }, 'x'],
] as const)('%o does not take %s', (type, value) => {
  expect(() => bound(type, value)).toThrow(expect.objectContaining({ code: 'USAGE_VALUE' }));
});

test('the latest is found by value, not by text, and is spelled as a watermark', () => {
  expect(latestOf(['2026-01-01 00:00:00.5+00', null, '2026-01-01 00:00:00.45+00'])).toBe(
    '2026-01-01T00:00:00.500000Z',
  );
  expect(latestOf(['9', '10'])).toBe('10');
  expect(latestOf(['2026-01-01'])).toBe('2026-01-01T00:00:00.000000Z');
  expect(latestOf([null, 'infinity'])).toBeNull();
  expect(bound({ kind: 'date' }, latestOf(['2026-01-01']) ?? '', 0)).toBe('2026-01-01');
});
