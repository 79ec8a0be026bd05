import fc from 'fast-check';
import { parseDecimal } from '../../../src/item/number.js';
import type { ResolvedColumn } from '../../../src/mapping/template.js';
import { canonicalText } from '../../../src/mapping/value/canonical-text.js';
import type { ColumnType } from '../../../src/source/source-schema.js';

/** Runs of each property: some seconds by default; `PROPERTY_RUNS=200000` for a night. */
export const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 1000);

/** A type with raw texts of its values and their order, computed without the codecs. */
export interface KeyValues {
  readonly type: ColumnType;
  readonly raw: fc.Arbitrary<string>;
  readonly compare: (a: string, b: string) => number;
}

/** Short texts of everything around the separators: empty ones, and beginnings of each other, are common. */
const nearSeparators = fc
  .array(fc.constantFrom('\u001f', ' ', '!', '"', '#', '$', '%', '&', '%20', '%2'), { maxLength: 3 })
  .map((chars) => chars.join(''));

/** Characters around the separators and the escape, letters, and the ends of UTF-8's lengths. */
const allLengths = fc
  .array(
    fc.constantFrom(
      ...[' ', '!', '"', '#', '$', '%', '&', '/', '0', '9', 'A', 'a', '~', '\u007f', '\u0080', 'é'],
      ...['\u07ff', '\u0800', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}', '\u0001', '\u001f'],
    ),
    { maxLength: 6 },
  )
  .map((chars) => chars.join(''));

export const adversarialText = fc.oneof(nearSeparators, allLengths);

const bytesOf = (compare: (text: string) => Buffer) => (a: string, b: string) =>
  Buffer.compare(compare(a), compare(b));
const byUtf8 = bytesOf((text) => Buffer.from(text));
const byBigInt = (a: string, b: string) => sign(BigInt(a) - BigInt(b));

/** Compares decimals as integers of a common scale. */
export function byDecimal(a: string, b: string): number {
  const one = parseDecimal(a)!;
  const other = parseDecimal(b)!;
  const scale = Math.min(one.exponent, other.exponent);
  const whole = (value: typeof one) =>
    BigInt(`${value.negative ? '-' : ''}${value.digits || '0'}`) * 10n ** BigInt(value.exponent - scale);
  return sign(whole(one) - whole(other));
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

const integerExtremes = [
  '0',
  '1',
  '-1',
  '9',
  '10',
  '-9',
  '-10',
  '9223372036854775807',
  '-9223372036854775808',
];

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{0,${length}}$`));
const decimal = (whole: number, fraction: number) =>
  fc
    .tuple(fc.constantFrom('', '-'), digits(whole), digits(fraction))
    .map(([minus, w, f]) => `${minus}${w === '' ? '0' : w}${f === '' ? '' : `.${f}`}`);

const pad = (value: number, width: number) => String(value).padStart(width, '0');
const year = fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(1, 999, 1000, 1970, 2024, 9999));
const date = fc
  .tuple(year, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([y, m, d]) => `${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}`);
const fraction = fc.constantFrom('', '.5', '.000001', '.999999', '.500000', '.1', '.10', '.09');
const clock = (hours: number) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: hours }),
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 59 }),
      fraction,
    )
    .map(([h, m, s, f]) => `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}${f}`);

/** Texts with a fraction, compared by what stands there, padded to microseconds. */
const padded = (text: string) => {
  const [whole = '', rest = ''] = text.replace('+00', '').split('.');
  return `${whole}.${rest.padEnd(6, '0')}`;
};
const byClock = (a: string, b: string) => (padded(a) < padded(b) ? -1 : padded(a) > padded(b) ? 1 : 0);
const micros = (time: string): bigint => {
  const negative = time.startsWith('-');
  const [h = '', m = '', rest = ''] = time.replace('-', '').split(':');
  const [s = '', f = ''] = rest.split('.');
  const value = BigInt(Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1_000_000n + BigInt(f.padEnd(6, '0'));
  return negative ? -value : value;
};

const LABELS = ['zeta', 'alpha', 'mid', '#1', ''];
const hex = fc.stringMatching(/^(?:[0-9a-f]{2}){0,4}$/);
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => String(value).replace('e', 'E'));

export const KEY_VALUES: { readonly [name: string]: KeyValues } = {
  text: { type: { kind: 'text', maxLength: null, padded: false }, raw: adversarialText, compare: byUtf8 },
  char: {
    type: { kind: 'text', maxLength: 9, padded: true },
    raw: fc.tuple(adversarialText, fc.constantFrom('', ' ', '   ')).map((parts) => parts.join('')),
    compare: bytesOf((text) => Buffer.from(text.replace(/ +$/, ''))),
  },
  integer: {
    type: { kind: 'integer', bits: 64, unsigned: false },
    raw: fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      fc.integer({ min: -120, max: 120 }).map(String),
      fc.constantFrom(...integerExtremes),
    ),
    compare: byBigInt,
  },
  unsigned: {
    type: { kind: 'integer', bits: 64, unsigned: true },
    raw: fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
      fc.constantFrom('0', '18446744073709551615'),
    ),
    compare: byBigInt,
  },
  decimal: { type: { kind: 'decimal', precision: 10, scale: 2 }, raw: decimal(8, 2), compare: byDecimal },
  tiny: {
    type: { kind: 'decimal', precision: 2, scale: 4 },
    raw: fc.constantFrom('0.0012', '-0.0099', '0', '0.0001', '-0.0000'),
    compare: byDecimal,
  },
  hundreds: {
    type: { kind: 'decimal', precision: 3, scale: -2 },
    raw: fc.integer({ min: -999, max: 999 }).map((n) => String(n * 100)),
    compare: byDecimal,
  },
  numeric: {
    type: { kind: 'decimal', precision: null, scale: null },
    raw: fc.oneof(
      decimal(40, 40),
      decimal(2, 2),
      fc.constantFrom('0.00', '-0.0', `1${'0'.repeat(200)}`, `-0.${'0'.repeat(200)}1`),
    ),
    compare: byDecimal,
  },
  double: {
    type: { kind: 'float', bits: 64 },
    raw: fc.oneof(double, fc.constantFrom('0', '-0', '5E-324', '1.7976931348623157E308', '-5E-324')),
    compare: byDecimal,
  },
  boolean: {
    type: { kind: 'boolean' },
    raw: fc.constantFrom('t', 'f', '1', '0'),
    compare: (a, b) => Number('t1'.includes(a)) - Number('t1'.includes(b)),
  },
  enum: {
    type: { kind: 'enum', labels: LABELS },
    raw: fc.constantFrom(...LABELS),
    compare: (a, b) => LABELS.indexOf(a) - LABELS.indexOf(b),
  },
  uuid: { type: { kind: 'uuid' }, raw: fc.uuid(), compare: byUtf8 },
  bytes: {
    type: { kind: 'bytes', maxLength: null },
    raw: hex.map((text) => `\\x${text}`),
    compare: bytesOf((text) => Buffer.from(text.slice(2), 'hex')),
  },
  bits: { type: { kind: 'bits', length: null }, raw: fc.stringMatching(/^[01]{1,6}$/), compare: byUtf8 },
  date: { type: { kind: 'date' }, raw: date, compare: byUtf8 },
  time: { type: { kind: 'time', zone: false, signed: false }, raw: clock(24), compare: byClock },
  signedTime: {
    type: { kind: 'time', zone: false, signed: true },
    raw: fc.tuple(fc.constantFrom('', '-'), clock(838)).map((parts) => parts.join('')),
    compare: (a, b) => sign(micros(a) - micros(b)),
  },
  timestamp: {
    type: { kind: 'timestamp', zone: false },
    raw: fc.tuple(date, clock(23)).map((parts) => parts.join(' ')),
    compare: byClock,
  },
  timestamptz: {
    type: { kind: 'timestamp', zone: true },
    raw: fc.tuple(date, clock(23)).map((parts) => `${parts.join(' ')}+00`),
    compare: byClock,
  },
};

/** Canonical raw text, which is what keys parse back to. */
export function canonical(type: ColumnType, raw: string): string {
  const text = canonicalText(type)(raw);
  return type.kind === 'time' ? text.replace(/^-(?=[0:.]*$)/, '') : text;
}

/** A column of a query, at `cell`. */
export function columnAt(cell: number, type: ColumnType, name = `c${cell}`, path = ''): ResolvedColumn {
  return {
    cell,
    path,
    column: { name, nativeType: type.kind, type, nullable: true, generated: false },
    keyType: type,
  };
}
