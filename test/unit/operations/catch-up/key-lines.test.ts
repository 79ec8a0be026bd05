import { expect, test } from 'vitest';
import type { EntityMapper } from '../../../../src/mapping/mapper.js';
import { keysOf, parseKeyLines } from '../../../../src/operations/catch-up/key-lines.js';

const mapper = (...columns: string[]) =>
  ({ entity: 'Line', query: { identity: columns.map((name) => ({ name })) } }) as unknown as EntityMapper;
const keys = (text: string, ...columns: string[]) =>
  keysOf({ entity: 'Line', lines: parseKeyLines(text) }, { mappers: [mapper(...columns)] }).keys;

test('a line is a key as text or a JSON object, each row once', () => {
  expect(keys('1\r\n\n{"id": 2}\n{"id":"1"}\n a#b ', 'id')).toEqual([['1'], ['2'], ['a#b']]);
  expect(keys('no=2,order=1\n{"order":3,"no":"x","more":1}', 'order', 'no')).toEqual([
    ['1', '2'],
    ['3', 'x'],
  ]);
});

test.each([
  ['{"id": 9007199254740993}', /no text and no small integer/],
  ['{"id": 1.5}', /no text and no small integer/],
  ['{"no": 1}', /has no id/],
  ['1\n{"id": ', /line 2 of --keys is no JSON object/],
  ['\n', /names 0 rows/],
  ['1\n'.repeat(10_001), /names 10001 rows/],
])('%j is refused', (text, message) => {
  expect(() => keys(text, 'id')).toThrow(message);
});
