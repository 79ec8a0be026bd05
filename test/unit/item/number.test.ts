import { describe, expect, it } from 'vitest';
import { canonicalNumber, numberBytes, numberFits } from '../../../src/item/number.js';

describe('canonicalNumber', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['0E+200', '0'],
    ['000', '0'],
    ['1.0', '1'],
    ['1e0', '1'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['00012.500', '12.5'],
    ['-12.50', '-12.5'],
    ['1E-7', '0.0000001'],
    ['1.23E-10', '0.000000000123'],
    ['1E+20', '100000000000000000000'],
    ['123456789012345678901234567890123456780000', '123456789012345678901234567890123456780000'],
    ['9.99E+125', `999${'0'.repeat(123)}`],
    ['1E-130', `0.${'0'.repeat(129)}1`],
    ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
    ['-1', '-1'],
  ])('writes %s as DynamoDB returns it', (text, expected) => {
    expect(canonicalNumber(text)).toBe(expected);
  });

  it.each(['', '-', '+', '.', '1e', 'NaN', 'Infinity', '-Infinity', '0x10', ' 1', '1 ', '1_0', '١'])(
    'refuses %j, which is no number',
    (text) => {
      expect(canonicalNumber(text)).toBeNull();
    },
  );

  it('writes what no item can hold with an exponent, not with a million zeros', () => {
    expect(canonicalNumber('-12.50E+1000000')).toBe('-1.25E+1000001');
    expect(canonicalNumber('1E-131')).toBe('1E-131');
  });
});

describe('numberFits', () => {
  it.each([
    '0',
    '-0',
    '1E-130',
    '9.99E+125',
    '-1.5E-130',
    '12345678901234567890123456789012345678E88',
    '0E999',
  ])('accepts %s', (text) => expect(numberFits(text)).toBe(true));
  it.each(['1E126', '1E-131', '123456789012345678901234567890123456789', 'NaN', ''])('refuses %s', (text) =>
    expect(numberFits(text)).toBe(false),
  );
});

describe('numberBytes', () => {
  it.each([
    [1, ['0', '-0', '0.000']],
    [2, ['1', '9', '10', '99', '100', '1000', '10000', '0.1', '0.01', '0.12', '0.0012', '1E+101', '1E-130']],
    [
      3,
      [
        '101',
        '110',
        '123',
        '1234',
        '0.012',
        '0.123',
        '1.2',
        '12.34',
        '10.5',
        '-1',
        '-100',
        '-0.01',
        '12E+99',
      ],
    ],
    [4, ['12345', '123456', '1.234', '100.01', '-123']],
    [20, ['12345678901234567890123456789012345678']],
    [21, ['-12345678901234567890123456789012345678', '1234567890123456789012345678901234567.8']],
  ])('counts %i bytes, as probed on DynamoDB Local', (bytes, texts) => {
    for (const text of texts) expect(`${text}: ${numberBytes(text)}`).toBe(`${text}: ${bytes}`);
  });
});
