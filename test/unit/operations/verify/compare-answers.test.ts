import { expect, it } from 'vitest';
import { compareAnswers } from '../../../../src/operations/verify/compare-answers.js';

const one = (row: string | null, total = '1') => ({ row, item: { total: { N: total } } });
const compare = (
  asked: readonly ReturnType<typeof one>[],
  found: readonly ReturnType<typeof one>[],
  ordered = true,
) =>
  compareAnswers(asked, found, { names: new Set(['total']), ordered }).map(
    ({ kind, row }) => `${kind} ${row}`,
  );

it('finds nothing where rows, values and order are the same, numbers by value', () => {
  expect(compare([one('a'), one('b', '2')], [one('a', '1.0'), one('b', '20e-1')])).toEqual([]);
  expect(compare([], [])).toEqual([]);
});

it('tells missing, extra and different rows apart', () => {
  expect(compare([one('a'), one('b'), one('c')], [one('a', '2'), one('c'), one('d')])).toEqual([
    'different a',
    'missing b',
    'extra d',
  ]);
});

it('counts a row as often as it is there', () => {
  expect(compare([one('a'), one('a')], [one('a')])).toEqual(['missing a']);
  expect(compare([one('a')], [one('a'), one('a')])).toEqual(['extra a']);
});

it('takes a row without a key for none of the others', () => {
  expect(compare([one(null)], [one(null)])).toEqual(['missing (no key)', 'extra (no key)']);
});

it('says where another order begins, of the rows that both have, and only where the SQL has an order', () => {
  const asked = [one('a'), one('x'), one('b'), one('c')];
  const found = [one('a'), one('c'), one('b')];
  expect(compare(asked, found)).toEqual(['missing x', 'order b']);
  expect(compare(asked, found, false)).toEqual(['missing x']);
});
