import { expect, it } from 'vitest';
import type { WireItem } from '../../../../src/item/attribute-value.js';
import { readExpected, writeExpected } from '../../../../src/mapping/examples/expected-items.js';

const KEYS = ['pk', 'sk'] as const;

const EVERY_TYPE: WireItem = {
  pk: { S: 'A#1' },
  sk: { S: '1' },
  text: { S: 'plain' },
  looksLikeNumber: { S: '12.50' },
  looksLikeNull: { S: 'null' },
  looksLikeTruth: { S: 'true' },
  date: { S: '2024-02-29' },
  empty: { S: '' },
  odd: { S: '# - : {a} "b" \'c\' \t\n\u0000 \u2028 🙂' },
  digits: { N: '12345678901234567890123456789012345678' },
  small: { N: '-0.5' },
  truth: { BOOL: false },
  nothing: { NULL: true },
  bytes: { B: 'AAEC/w==' },
  noBytes: { B: '' },
  list: { L: [{ N: '1' }, { L: [] }, { M: { 'a b': { S: 'c' } } }, { NULL: true }] },
  map: { M: { '12': { S: 'number as a name' }, empty: { M: {} } } },
  texts: { SS: ['b', '1'] },
  numbers: { NS: ['1', '2.5'] },
  manyBytes: { BS: ['AA==', 'Ag=='] },
};

it('every type of value is written and read back as it was', () => {
  const text = writeExpected({ items: [EVERY_TYPE], rejects: [] }, KEYS);
  expect(readExpected(text, 'expected.yaml')).toEqual({ items: [EVERY_TYPE], rejects: [] });
});

it('items are written in the order of their keys, as bytes', () => {
  const item = (pk: string, sk: string): WireItem => ({ pk: { S: pk }, sk: { S: sk } });
  const items = [item('b', 'a'), item('a', '\u{1F600}'), item('a', '\uFF5E'), item('B', 'z')];
  const text = writeExpected({ items, rejects: [] }, KEYS);
  expect(readExpected(text, 'x').items).toEqual([items[3], items[2], items[1], items[0]]);
});

it('rejects are written and read back', () => {
  const rejects = [{ entity: 'Order', copy: 'byRep', source: 'orders#7', code: 'KEY_NULL' }];
  const text = writeExpected({ items: [], rejects }, KEYS);
  expect(readExpected(text, 'x')).toEqual({ items: [], rejects });
});

it.each([
  ['items: 1', '1:8: expected a list of items'],
  ['items:\n  - [a]', '2:5: expected attributes'],
  ['things: []', '1:9: expected items or rejects, found things'],
  ['rejects:\n  - { entity: Order }', '2:5: a reject has entity, copy, source, code; copy is missing'],
  ['items: [', 'expected.yaml:1:'],
  ['items:\n  - { pk: 1, pk: 2 }', 'expected.yaml:2:'],
])('a file that says %j is refused with its place', (text, message) => {
  expect(() => readExpected(text, 'expected.yaml')).toThrow(message);
});
