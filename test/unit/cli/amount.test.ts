import { expect, it } from 'vitest';
import { parseAmount } from '../../../src/cli/amount.js';
import { money } from '../../../src/cli/table.js';

it('an amount of money is a number, with a dollar sign or without', () => {
  expect(['500', '12.50', ' $0.05 '].map(parseAmount)).toEqual([500, 12.5, 0.05]);
});

it.each(['', '-5', '1e3', '12,50', 'many', '5 %'])('%j is no amount', (text) => {
  expect(() => parseAmount(text)).toThrow(expect.objectContaining({ code: 'USAGE_VALUE' }));
});

it('money has two decimals, and what is less than the last of them is not nothing', () => {
  expect([money(312.5, 'USD'), money(0, 'USD'), money(0.004, 'USD'), money(1234.5, 'CNY')]).toEqual([
    '$312.50',
    '$0.00',
    '< $0.01',
    'CN¥1,234.50',
  ]);
});
