import { canonicalNumber, type Decimal, isCanonicalInteger, parseDecimal } from '../../item/number.js';
import type { ColumnType } from '../../source/source-schema.js';
import { complementDigits } from './complement.js';
import type { KeyCodec } from './key-codec.js';

/**
 * Digits of every integer key, so that `int` and `bigint` columns make the same key and widening a column
 * re-keys nothing: 9223372036854775807 has 19, 18446744073709551615 has 20.
 */
export function integerWidth(type: Extract<ColumnType, { kind: 'integer' }>): number {
  return type.unsigned && type.bits === 64 ? 20 : 19;
}

/** Canonical text: `1`, `1.0` and `1.00` are one key. Not in the order of the numbers. */
export const plainNumberCodec: KeyCodec = { width: null, encode: canonicalNumber, decode: canonicalNumber };

/** Ascending: `w` digits, or `-` and their complement. Descending: the complement, or `~` and the digits. */
export function integerCodec(width: number, descending: boolean): KeyCodec {
  const zeros = '0'.repeat(width);
  return {
    width: signedWidth(width),
    encode(value) {
      const number = isCanonicalInteger(value) ? value : canonicalNumber(value);
      if (number === null || !isCanonicalInteger(number)) return null;
      const negative = number.charCodeAt(0) === 45;
      const digits = negative ? number.slice(1) : number;
      if (digits.length > width) return null;
      return signed(zeros.slice(digits.length) + digits, negative, descending);
    },
    decode: (component) => canonicalNumber(unsigned(component, descending)),
  };
}

/** Digits in all, as SQL counts them, and behind the point; what has more is refused, never rounded. */
export function decimalCodec(
  { precision, scale }: { readonly precision: number; readonly scale: number },
  descending: boolean,
): KeyCodec {
  const wholeDigits = Math.max(precision - scale, 1);
  const fractionDigits = Math.max(scale, 0);
  return {
    width: signedWidth(wholeDigits + (fractionDigits === 0 ? 0 : fractionDigits + 1)),
    encode(value) {
      const decimal = parseDecimal(value);
      if (decimal === null) return null;
      const { digits, exponent } = decimal;
      if (digits.length + exponent > wholeDigits || -exponent > fractionDigits) return null;
      const scaled = digits + '0'.repeat(digits === '' ? 0 : exponent + fractionDigits);
      const padded = scaled.padStart(wholeDigits + fractionDigits, '0');
      const whole = padded.slice(0, wholeDigits);
      const text = fractionDigits === 0 ? whole : `${whole}.${padded.slice(wholeDigits)}`;
      return signed(text, decimal.negative, descending);
    },
    decode: (component) => canonicalNumber(unsigned(component, descending)),
  };
}

const EXPONENT_BIAS = 5000;

/** Any size: zero is `0`, ±0.d × 10^e is `1`, e + 5000, d, or `-`, the complement of those, `~`. */
export function floatCodec(descending: boolean): KeyCodec {
  return {
    width: null,
    encode(value) {
      const decimal = parseDecimal(value);
      if (decimal === null) return null;
      if (decimal.digits === '') return '0';
      const exponent = decimal.exponent + decimal.digits.length + EXPONENT_BIAS;
      if (exponent < 0 || exponent > 9999) return null;
      const text = String(exponent).padStart(4, '0') + decimal.digits;
      return decimal.negative === descending ? `1${text}` : `-${complementDigits(text)}~`;
    },
    decode(component) {
      if (component === '0') return '0';
      const high = component.startsWith('1');
      const text = high ? component.slice(1) : complementDigits(component.slice(1, -1));
      if (!/^\d{5,}$/.test(text)) return null;
      const digits = text.slice(4);
      const exponent = Number(text.slice(0, 4)) - EXPONENT_BIAS - digits.length;
      return plain({ negative: high === descending, digits, exponent });
    },
  };
}

/** Plain text where it has a sensible length (`canonicalNumber` decides), else `digitsE±n`. */
function plain({ negative, digits, exponent }: Decimal): string | null {
  return canonicalNumber(`${negative ? '-' : ''}${digits}E${exponent}`);
}

function signed(digits: string, negative: boolean, descending: boolean): string {
  if (descending) return negative ? `~${digits}` : complementDigits(digits);
  return negative ? `-${complementDigits(digits)}` : digits;
}

function unsigned(component: string, descending: boolean): string {
  if (component.startsWith('-')) return `-${complementDigits(component.slice(1))}`;
  if (component.startsWith('~')) return `-${component.slice(1)}`;
  return descending ? complementDigits(component) : component;
}

/** A sign is one character more, and tells so by being first: no such key is the beginning of another. */
function signedWidth(width: number): (text: string, from: number) => number {
  return (text, from) => {
    const first = text.charCodeAt(from);
    return first === 45 || first === 126 ? width + 1 : width;
  };
}
