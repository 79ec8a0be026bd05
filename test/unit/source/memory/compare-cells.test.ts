import { describe, expect, test } from 'vitest';
import { compareCells, isCellOf } from '../../../../src/source/memory/compare-cells.js';
import type { ColumnType } from '../../../../src/source/source-schema.js';

const decimal: ColumnType = { kind: 'decimal', precision: null, scale: null };
const float: ColumnType = { kind: 'float', bits: 64 };
const text: ColumnType = { kind: 'text', maxLength: null, padded: false };

describe('cells are ordered by what they mean', () => {
  test.each<[string, ColumnType, (string | null)[]]>([
    [
      'integers',
      { kind: 'integer', bits: 64, unsigned: false },
      ['-10', '-9', '9', '10', '9007199254740993', null],
    ],
    [
      'decimals',
      decimal,
      ['-Infinity', '-1.5', '-1.45', '0.1', '9.99', '10', '10.01', 'Infinity', 'NaN', null],
    ],
    ['floats', float, ['-1e+300', '-5e-324', '5e-324', '1e-7', '2', '1e+22', 'Infinity', 'NaN']],
    ['text by code point', text, ['', 'A', 'a', 'ä', 'ﬀ', '😀']],
    ['enums', { kind: 'enum', labels: ['sad', 'ok'] }, ['sad', 'ok']],
  ])('%s', (_, type, sorted) => {
    const shuffled = [...sorted].sort();
    expect(shuffled.sort((a, b) => compareCells(type, a, b))).toEqual(sorted);
  });
});

test('decimals are equal whatever their scale', () => {
  expect(compareCells(decimal, '1.0', '1.000')).toBe(0);
  expect(compareCells(decimal, '-0.5', '-0.50')).toBe(0);
});

test('text that is no value of a type is told from one that is', () => {
  expect(isCellOf(decimal, '1.5')).toBe(true);
  expect(isCellOf(decimal, '')).toBe(false);
  expect(isCellOf({ kind: 'uuid' }, 'x')).toBe(false);
  expect(isCellOf({ kind: 'date' }, '2024-01-31')).toBe(true);
  expect(isCellOf({ kind: 'enum', labels: ['a'] }, 'b')).toBe(false);
});
