import { expect, it } from 'vitest';
import type { WireItem } from '../../../../src/item/attribute-value.js';
import { compareItems } from '../../../../src/mapping/examples/compare-items.js';

const item = (pk: string, rest: WireItem = {}): WireItem => ({ pk: { S: pk }, sk: { S: 'x' }, ...rest });
const of = (...items: readonly WireItem[]) => ({ items, rejects: [] });
const compare = (expected: Parameters<typeof compareItems>[0], found: Parameters<typeof compareItems>[1]) =>
  compareItems(expected, found, ['pk', 'sk']);

it('the same items in any order and spelling are no difference', () => {
  const one = item('a', { n: { N: '1.0' }, s: { SS: ['a', 'b'] } });
  const same = item('a', { s: { SS: ['b', 'a'] }, n: { N: '1' } });
  expect(compare(of(one, item('b')), of(item('b'), same))).toEqual([]);
});

it('missing, unexpected and different items are told apart, attribute by attribute', () => {
  const expected = of(item('gone'), item('both', { a: { S: '1' }, b: { N: '1' }, c: { S: 'c' } }));
  const found = of(item('new'), item('both', { a: { N: '1' }, b: { N: '1.0' }, d: { S: 'd' } }));
  expect(compare(expected, found)).toEqual([
    { kind: 'missing', key: 'gone | x', item: item('gone') },
    {
      kind: 'different',
      key: 'both | x',
      attributes: [
        { name: 'a', expected: { S: '1' }, found: { N: '1' } },
        { name: 'c', expected: { S: 'c' }, found: null },
        { name: 'd', expected: null, found: { S: 'd' } },
      ],
    },
    { kind: 'unexpected', key: 'new | x', item: item('new') },
  ]);
});

it('two items with one key are a difference even where both are as expected', () => {
  expect(compare(of(item('a')), of(item('a'), item('a')))).toEqual([{ kind: 'collision', key: 'a | x' }]);
});

it('rejects are compared as a whole', () => {
  const reject = { entity: 'Order', copy: 'main', source: 'orders#1', code: 'KEY_NULL' };
  const other = { ...reject, code: 'KEY_EMPTY' };
  expect(compare({ items: [], rejects: [reject] }, { items: [], rejects: [other] })).toEqual([
    { kind: 'missing-reject', reject },
    { kind: 'unexpected-reject', reject: other },
  ]);
});
