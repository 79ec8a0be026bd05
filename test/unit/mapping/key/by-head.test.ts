import { describe, expect, test } from 'vitest';
import { ByHead, headOf } from '../../../../src/mapping/key/by-head.js';

describe('the head of a key', () => {
  test.each([
    ['ORDER#', 'ORDER#'],
    ['ORDER#2024#', 'ORDER#'],
    ['#', '#'],
    ['A B', 'A '],
  ])('%j begins with the head %j', (literal, head) => {
    expect(headOf(literal)).toBe(head);
  });

  test('is not fixed where no separator ends it', () => {
    expect(headOf('ORDER')).toBeNull();
    expect(headOf('ORDER%')).toBeNull();
    expect(headOf('')).toBeNull();
  });
});

describe('things by head', () => {
  const keys = new ByHead<string>();
  keys.add('A#', 'first of A');
  keys.add(null, 'anything');
  keys.add('B#', 'of B');
  keys.add('A#', 'second of A');

  test('one head meets its own and those without, in the order in which they came', () => {
    expect(keys.meeting('A#')).toEqual(['first of A', 'anything', 'second of A']);
    expect(keys.meeting('C#')).toEqual(['anything']);
  });

  test('no head meets all', () => {
    expect(keys.meeting(null)).toEqual(['first of A', 'anything', 'of B', 'second of A']);
  });
});
