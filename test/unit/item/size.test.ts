import { expect, it } from 'vitest';
import { itemBytes, valueBytes } from '../../../src/item/size.js';

it.each([
  [{ S: '' }, 0],
  [{ S: 'é' }, 2],
  [{ S: '😀' }, 4],
  [{ B: 'AAAA' }, 3],
  [{ B: 'AA==' }, 1],
  [{ BOOL: true }, 1],
  [{ NULL: true }, 1],
  [{ N: '-12.34' }, 4],
  [{ L: [] }, 3],
  [{ M: {} }, 3],
  [{ L: [{ S: 'a' }, { N: '1' }] }, 8],
  [{ M: { kk: { S: 'v' }, b: { NULL: true } } }, 10],
  [{ L: [{ L: [] }, { M: {} }] }, 11],
  [{ SS: ['a', 'bb'] }, 3],
  [{ NS: ['1', '-123'] }, 6],
  [{ BS: ['AAAA', 'AA=='] }, 4],
])('counts %j as %i bytes', (value, bytes) => {
  expect(valueBytes(value)).toBe(bytes);
});

it('counts names in UTF-8', () => {
  expect(itemBytes({ pk: { S: 'a' }, größe: { N: '1' } })).toBe(2 + 1 + 7 + 2);
});
