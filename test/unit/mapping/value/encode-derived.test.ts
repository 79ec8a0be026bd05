import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { WireValue } from '../../../../src/item/attribute-value.js';
import { valueBytes } from '../../../../src/item/size.js';
import {
  writeDerived,
  writeDerivedNumber,
  writeDerivedText,
} from '../../../../src/mapping/value/encode-derived.js';
import type { Encoding } from '../../../../src/mapping/value/encode-value.js';

/** The value, or the failure's code and reason; its size is checked on the way. */
function made(write: (into: Encoding) => string): unknown {
  const into: Encoding = { bytes: 0, failure: null };
  const text = write(into);
  if (into.failure !== null) return `${into.failure.code}: ${into.failure.reason}`;
  const value = JSON.parse(text) as WireValue;
  expect(into.bytes, text).toBe(valueBytes(value));
  return value;
}
const encoded = (value: unknown) => made((into) => writeDerived(value, 0, into));

function nested(levels: number): unknown {
  return levels === 0 ? 'x' : [nested(levels - 1)];
}

describe('what a function returns', () => {
  it.each<[value: unknown, wire: unknown]>([
    ['é"', { S: 'é"' }],
    ['', { S: '' }],
    [true, { BOOL: true }],
    [0, { N: '0' }],
    [-0, { N: '0' }],
    [2 ** 53 - 1, { N: '9007199254740991' }],
    [0.1, { N: '0.1' }],
    [1e-7, { N: '0.0000001' }],
    [12345678901234567890123456789012345678n, { N: '12345678901234567890123456789012345678' }],
    [Uint8Array.of(1, 2), { B: 'AQI=' }],
    [Buffer.from('padding').subarray(0, 3), { B: 'cGFk' }],
    [[1, 'a', null, []], { L: [{ N: '1' }, { S: 'a' }, { NULL: true }, { L: [] }] }],
    [{ a: 1n, b: undefined, c: { d: 'é' } }, { M: { a: { N: '1' }, c: { M: { d: { S: 'é' } } } } }],
    [Object.freeze({ __proto__: null, a: 1 }), { M: { a: { N: '1' } } }],
    [new Set(['b', 'a']), { SS: ['b', 'a'] }],
    [new Set([1, 2n]), { NS: ['1', '2'] }],
    [new Set([Uint8Array.of(1)]), { BS: ['AQ=='] }],
    [nested(31), expect.anything()],
    [runInContext('({ list: [new Set([1])] })', createContext()), { M: { list: { L: [{ NS: ['1'] }] } } }],
  ])('%s is a value', (value, wire) => {
    expect(encoded(value)).toEqual(wire);
  });

  it.each<[value: unknown, failure: RegExp]>([
    [2 ** 53, /^DERIVE_VALUE: .* bigint$/],
    [Number.NaN, /^DERIVE_VALUE: NaN/],
    [Number.NEGATIVE_INFINITY, /^DERIVE_VALUE: -Infinity/],
    [10n ** 38n + 1n, /^VALUE_NOT_EXACT/],
    ['\ud800', /^DERIVE_VALUE: half/],
    [Symbol('a'), /^DERIVE_VALUE: a symbol is/],
    [() => 1, /^DERIVE_VALUE: a function is/],
    [new Date(0), /^DERIVE_VALUE: a Date is/],
    [/a/, /^DERIVE_VALUE: a RegExp is/],
    [new Map([['a', 1]]), /^DERIVE_VALUE: a Map is/],
    [Promise.resolve(1), /^DERIVE_VALUE: a Promise \(derive cannot be async\) is/],
    [[1, undefined], /^DERIVE_VALUE: an element/],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [[1, , 2], /^DERIVE_VALUE: an element/],
    [{ '': 1 }, /^DERIVE_VALUE: a name of a map/],
    [{ '\udfff': 1 }, /^DERIVE_VALUE: a name of a map/],
    [{ a: [{ b: Number.NaN }] }, /^DERIVE_VALUE: NaN/],
    [new Set(), /^DERIVE_VALUE: a set without/],
    [new Set([1, 1n]), /^DERIVE_VALUE: two elements/],
    [new Set([Uint8Array.of(1), Uint8Array.of(1)]), /^DERIVE_VALUE: two elements/],
    [new Set(['a', 1]), /^DERIVE_VALUE: a set is of/],
    [new Set([true]), /^DERIVE_VALUE: a boolean is no element/],
    [nested(32), /^VALUE_TOO_DEEP/],
  ])('%s is none', (value, failure) => {
    expect(encoded(value)).toMatch(failure);
  });

  it('that contains itself is too deep, not endless', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(encoded(loop)).toMatch(/^VALUE_TOO_DEEP/);
  });

  it('is a number as: number, digits in a text among them', () => {
    const number = (value: unknown, whole = false) => made((into) => writeDerivedNumber(value, whole, into));
    expect(number('12.50')).toEqual({ N: '12.5' });
    expect(number(7n)).toEqual({ N: '7' });
    expect(number(1.5)).toEqual({ N: '1.5' });
    expect(number('twelve')).toMatch(/^DERIVE_VALUE: a string is no number/);
    expect(number(true)).toMatch(/^DERIVE_VALUE: a boolean is no number/);
    expect(number(2 ** 60)).toMatch(/^DERIVE_VALUE: .*bigint/);
    expect(number('1700000000', true)).toEqual({ N: '1700000000' });
    expect(number('1700000000.5', true)).toMatch(/^DERIVE_VALUE: time to live/);
  });

  it('is text as: string', () => {
    expect(made((into) => writeDerivedText('a', into))).toEqual({ S: 'a' });
    expect(made((into) => writeDerivedText(1, into))).toMatch(/^DERIVE_VALUE: a number is no text/);
  });
});
