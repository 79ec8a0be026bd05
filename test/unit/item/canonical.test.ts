import { describe, expect, it } from 'vitest';
import { canonicalItem, canonicalKey, sameItem } from '../../../src/item/canonical.js';

describe('sameItem', () => {
  it.each([
    [{ a: { N: '1.0' } }, { a: { N: '1e0' } }],
    [{ a: { N: '-0' } }, { a: { N: '0' } }],
    [
      { a: { S: 'x' }, b: { S: 'y' } },
      { b: { S: 'y' }, a: { S: 'x' } },
    ],
    [
      { a: { M: { x: { N: '1' }, y: { NULL: true } } } },
      { a: { M: { y: { NULL: true }, x: { N: '1.00' } } } },
    ],
    [{ a: { SS: ['b', 'a'] } }, { a: { SS: ['a', 'b'] } }],
    [{ a: { NS: ['10', '9', '9.0'] } }, { a: { NS: ['9', '1E1'] } }],
    [{ a: { BS: ['AQ==', 'AA=='] } }, { a: { BS: ['AA', 'AQ'] } }],
    [{ a: { L: [{ N: '1.0' }] } }, { a: { L: [{ N: '1' }] } }],
  ])('holds %j and %j to be the same', (a, b) => {
    expect(sameItem(a, b)).toBe(true);
  });

  it.each([
    [{ a: { N: '1' } }, { a: { S: '1' } }],
    [{ a: { N: '9007199254740993' } }, { a: { N: '9007199254740992' } }],
    [{ a: { L: [{ S: 'a' }, { S: 'b' }] } }, { a: { L: [{ S: 'b' }, { S: 'a' }] } }],
    [{ a: { S: '' } }, {}],
    [{ a: { NULL: true } }, {}],
    [{ a: { SS: ['a'] } }, { a: { L: [{ S: 'a' }] } }],
    [{ a: { S: 'é' } }, { a: { S: 'e\u0301' } }],
    [{ a: { SS: ['a","b'] } }, { a: { SS: ['a', 'b'] } }],
  ])('tells %j and %j apart', (a, b) => {
    expect(sameItem(a, b)).toBe(false);
  });
});

describe('canonicalItem', () => {
  it('sorts attributes, sets and map entries, and keeps lists', () => {
    const item = { z: { NS: ['2', '1.0'] }, a: { L: [{ S: 'b' }, { S: 'a' }] } };
    expect(canonicalItem(item)).toBe('{"a":{"L":[{"S":"b"},{"S":"a"}]},"z":{"NS":["1","2"]}}');
  });
});

describe('canonicalKey', () => {
  it('is the same however the JSON was written, and ignores other attributes', () => {
    const spelled = JSON.parse('{"sk":{"S":"\\u0041"},"pk":{"S":"x"},"other":{"N":"1"}}');
    expect(canonicalKey(spelled, ['pk', 'sk'])).toBe('{"pk":{"S":"x"},"sk":{"S":"A"}}');
  });
});
