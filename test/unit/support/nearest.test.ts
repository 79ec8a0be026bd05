import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/support/nearest.js';

describe('did you mean', () => {
  it.each([
    ['custmer_id', ['id', 'customer_id', 'created_at'], 'customer_id'],
    ['STATUS', ['status', 'state'], 'status'],
    ['itmes', ['items', 'times'], 'items'],
    ['form', ['from', 'where'], 'from'],
    ['abdc', ['cbda'], null],
    ['xyz', ['customer_id', 'status'], null],
    ['a', ['b'], 'b'],
    ['id', [], null],
  ])('%s among %j is %s', (word, names, expected) => {
    expect(nearest(word, names)).toBe(expected);
  });
});
