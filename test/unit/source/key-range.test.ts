import { expect, test } from 'vitest';
import { chunkNumber, type KeyRange, keyRangeChunk, keyRangeOf } from '../../../src/source/key-range.js';

test('a chunk counts in its id, whatever the entity is called', () => {
  const chunk = keyRangeChunk('a/b', 17, { kind: 'keys', keys: [] });
  expect(chunk.id).toBe('a/b/17');
  expect(chunkNumber(chunk)).toBe(17);
});

test.each<KeyRange>([
  { kind: 'span', after: null, upTo: ['1', 'x'], taken: null },
  { kind: 'span', after: ['1', 'x'], upTo: null, taken: 7 },
  { kind: 'keys', keys: [['1', 'x']] },
])('a range survives its journey through a checkpoint', (range) => {
  const chunk = JSON.parse(JSON.stringify(keyRangeChunk('Order', 0, range)));
  expect(keyRangeOf(chunk, 2)).toEqual(range);
});

test.each([
  {},
  { kind: 'ctid' },
  { kind: 'span', after: ['1'], upTo: null, taken: null },
  { kind: 'span', after: null },
  { kind: 'span', after: null, upTo: [1, 2], taken: null },
  { kind: 'keys', keys: [['1', 'x'], ['1']] },
  { kind: 'keys' },
])('what is not a range of two columns is refused: %j', (range) => {
  expect(() => keyRangeOf({ entity: 'Order', id: 'Order/3', range }, 2)).toThrow(/Order\/3/);
});
