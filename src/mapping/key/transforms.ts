import type { ColumnType } from '../../source/source-schema.js';
import type { TransformCall } from '../template.js';
import { canonicalText } from '../value/canonical-text.js';
import { epochSeconds, isDate, parseTimestamp } from '../value/temporal.js';
import { fnv1a32, fnv1a64 } from './fnv.js';
import type { KeyWriting } from './key-codec.js';

/** A named step between a column and its place in a template. Pure. */
export interface Transform {
  /** For the documentation: what it makes of what. */
  readonly summary: string;
  readonly accepts: readonly ColumnType['kind'][];
  /** As written, for messages: `(width)`; empty for none. */
  readonly parameters: string;
  /** Different values stay different. */
  readonly injective: boolean;
  /** Only the encoding of a key component changes, not the value: makes no sense outside keys. */
  readonly keysOnly: boolean;
  /** Null when the arguments are not those of `parameters`. */
  readonly prepare: (args: TransformCall['args'], type: ColumnType) => Step | null;
}

export interface Step {
  readonly type: ColumnType;
  /** Raw text → raw text of the new type; null when it cannot be made. Absent: the value stays. */
  readonly value?: (raw: string) => string | null;
  readonly writing?: Writing;
}

/** How the value is written as a key component, which later transforms of the value forget. */
export interface Writing {
  readonly raw?: boolean;
  readonly descending?: boolean;
  /** Always that wide. */
  readonly pad?: Digits;
  /** That wide where order matters, instead of the type's width. */
  readonly sortWidth?: Digits;
}

export type Digits = NonNullable<KeyWriting['digits']>;

const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };
const INTEGER: ColumnType = { kind: 'integer', bits: 64, unsigned: false };
const DATE: ColumnType = { kind: 'date' };

const TEXTS = ['text', 'enum', 'textual'] as const;
const NUMBERS = ['integer', 'decimal', 'float'] as const;
const DAYS = ['date', 'timestamp'] as const;
const ALL = [...TEXTS, ...NUMBERS, ...DAYS, 'time', 'boolean', 'uuid', 'bytes', 'bits'] as const;

const KEY_ONLY = { injective: true, keysOnly: true } as const;
const LOSSY = { injective: false, keysOnly: false } as const;

/** Every transform there is, by name. */
export const TRANSFORMS: { readonly [name: string]: Transform } = {
  lower: textTransform('lower case, by Unicode', (text) => text.toLowerCase()),
  upper: textTransform('upper case, by Unicode', (text) => text.toUpperCase()),
  trim: textTransform('without white space at both ends', (text) => text.trim()),
  year: part('the year of a date: `2024`, an integer of four digits', INTEGER, (date) => date.slice(0, 4), {
    sortWidth: { precision: 4, scale: 0 },
  }),
  month: part('the month of a date: `2024-01`', TEXT, (date) => date.slice(0, 7)),
  day: part('the day of a timestamp in UTC: `2024-01-31`', DATE, (date) => date),
  date: part('the same as `day`', DATE, (date) => date),
  epochSeconds: {
    ...LOSSY,
    summary: 'whole seconds since 1970 in UTC, rounded down: what time to live wants',
    accepts: DAYS,
    parameters: '',
    prepare: (args) => (args.length > 0 ? null : { type: INTEGER, value: wholeSeconds }),
  },
  hash: {
    ...LOSSY,
    summary: 'FNV-1a of 64 bits of the canonical value: 16 hex digits',
    accepts: ALL,
    parameters: '',
    prepare: (args, type) => {
      const canonical = canonicalText(type);
      return args.length > 0 ? null : { type: TEXT, value: (raw) => fnv1a64(canonical(raw)) };
    },
  },
  shard: {
    ...LOSSY,
    summary: 'FNV-1a of 32 bits of the canonical value, modulo the count: spreads a hot partition',
    accepts: ALL,
    parameters: '(count)',
    prepare: ([count, ...rest], type) => {
      if (!isWhole(count, 1, 10_000) || rest.length > 0) return null;
      const canonical = canonicalText(type);
      const sortWidth = { precision: String(count - 1).length, scale: 0 };
      const value = (raw: string) => String(fnv1a32(canonical(raw)) % count);
      return { type: INTEGER, value, writing: { sortWidth } };
    },
  },
  pad: {
    ...KEY_ONLY,
    summary: 'writes a number with that many digits in all (and behind the point), refusing what has more',
    accepts: NUMBERS,
    parameters: '(digits) or (digits, behindPoint)',
    prepare: ([precision, scale = 0, ...rest], type) => {
      if (!isWhole(precision, 1, 1000) || !isWhole(scale, 0, precision) || rest.length > 0) return null;
      return { type, writing: { pad: { precision, scale } } };
    },
  },
  desc: {
    ...KEY_ONLY,
    summary: 'turns the order round',
    accepts: ALL,
    parameters: '',
    prepare: (args, type) => (args.length > 0 ? null : { type, writing: { descending: true } }),
  },
  raw: {
    ...KEY_ONLY,
    summary: 'writes a number or an enum plainly in a sort key, giving up its order',
    accepts: ALL,
    parameters: '',
    prepare: (args, type) => (args.length > 0 ? null : { type, writing: { raw: true } }),
  },
};

function textTransform(summary: string, value: (text: string) => string): Transform {
  return {
    ...LOSSY,
    summary,
    accepts: TEXTS,
    parameters: '',
    prepare: (args, type) => {
      const canonical = canonicalText(type);
      return args.length > 0 ? null : { type: TEXT, value: (raw) => value(canonical(raw)) };
    },
  };
}

function part(
  summary: string,
  type: ColumnType,
  value: (date: string) => string,
  writing: Writing = {},
): Transform {
  return {
    ...LOSSY,
    summary,
    accepts: DAYS,
    parameters: '',
    prepare: (args) => (args.length > 0 ? null : { type, writing, value: (raw) => onDate(raw, value) }),
  };
}

function onDate(raw: string, value: (date: string) => string): string | null {
  const date = isDate(raw) ? raw : (parseTimestamp(raw)?.date ?? null);
  return date === null ? null : value(date);
}

function wholeSeconds(raw: string): string | null {
  if (isDate(raw)) return String(epochSeconds(raw, '00:00:00'));
  const timestamp = parseTimestamp(raw);
  return timestamp === null ? null : String(epochSeconds(timestamp.date, timestamp.time));
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
