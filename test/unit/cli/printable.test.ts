import { expect, it } from 'vitest';
import { clip, columnsOf, printable, readable } from '../../../src/cli/printable.js';

it('shows what a terminal would obey, and leaves the rest as it is', () => {
  expect(printable('Löve 😀 "\\" \u001b[31m\u0007\r\n\t\u009b\u202e\u2028')).toBe(
    'Löve 😀 "\\" \\u{1b}[31m\\u{7}\\r\\n\\t\\u{9b}\\u{202e}\\u{2028}',
  );
  expect(printable('half \ud83d')).toBe('half \\u{d83d}');
});

it('writes values on one line with their numbers exact', () => {
  expect(readable({ N: '12345678901234567890.12' })).toBe('12345678901234567890.12');
  expect(
    readable({ M: { 'a\u001b': { L: [{ S: 'x\n' }, { NULL: true }, { BOOL: false }, { B: 'AQI=' }] } } }),
  ).toBe('{"a\\u001b": ["x\\n", null, false, 0x0102]}');
  expect(readable({ NS: ['1', '2'] })).toBe('{1, 2}');
  expect(readable({ SS: ['\u009b'] })).toBe('{"\\u{9b}"}');
});

it('clips by what a terminal draws, two columns for wide characters', () => {
  expect([columnsOf('añ漢😀'), clip('漢字漢字', 5), clip('abc', 3), clip('abcd', 3)]).toEqual([
    6,
    '漢字…',
    'abc',
    'ab…',
  ]);
});
