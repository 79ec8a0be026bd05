import type { ColumnType } from '../../source/source-schema.js';
import { canonicalText } from '../value/canonical-text.js';
import { DATE_TRANSFORMS } from './date-transforms.js';
import { fnv1a32, fnv1a64 } from './fnv.js';
import { escapeComponent } from './key-codec-text.js';
import { DATE, INTEGER, isWhole, KEY_ONLY, LOSSY, TEXT, type Transform } from './transform.js';

const TEXTS = ['text', 'enum', 'textual', 'year'] as const;
const NUMBERS = ['integer', 'decimal', 'float'] as const;
const ALL = [...TEXTS, ...NUMBERS, 'date', 'timestamp', 'time', 'boolean', 'uuid', 'bytes', 'bits'] as const;

const DECIMAL: ColumnType = { kind: 'decimal', precision: 10, scale: 2 };
const ENUM: ColumnType = { kind: 'enum', labels: ['NEW', 'PAID'] };

/** Every transform there is, by name: `docs/transforms.md` is written from this table. */
export const TRANSFORMS: { readonly [name: string]: Transform } = {
  lower: textTransform('lower', 'lower case, by Unicode', 'Ann@Example.com', (text) => text.toLowerCase()),
  upper: textTransform('upper', 'upper case, by Unicode', 'Straße', (text) => text.toUpperCase()),
  trim: textTransform('trim', 'without white space at both ends', '  Ann ', (text) => text.trim()),
  prefix: {
    ...LOSSY,
    summary: 'the first characters (code points) of a text',
    accepts: [...TEXTS, 'uuid'],
    parameters: '(count)',
    makes: 'text',
    example: { call: 'prefix(2)', type: TEXT, raw: 'Zürich' },
    prepare: ([count, ...rest], type) => {
      if (!isWhole(count, 1, 1000) || rest.length > 0) return null;
      const canonical = canonicalText(type);
      return { type: TEXT, value: (raw) => firstCharacters(canonical(raw), count) };
    },
  },
  ...DATE_TRANSFORMS,
  hash: {
    ...LOSSY,
    summary: 'FNV-1a of 64 bits of the canonical value: 16 hex digits',
    accepts: ALL,
    parameters: '',
    makes: 'text',
    example: { call: 'hash', type: INTEGER, raw: '42' },
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
    makes: 'integer',
    example: { call: 'shard(16)', type: INTEGER, raw: '42' },
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
    example: { call: 'pad(6, 2)', type: DECIMAL, raw: '12.5' },
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
    example: { call: 'desc', type: DATE, raw: '2024-01-31' },
    prepare: (args, type) => (args.length > 0 ? null : { type, writing: { descending: true } }),
  },
  raw: {
    ...KEY_ONLY,
    summary: 'writes a number or an enum plainly in a sort key, giving up its order',
    accepts: ALL,
    parameters: '',
    example: { call: 'raw', type: ENUM, raw: 'PAID' },
    prepare: (args, type) => (args.length > 0 ? null : { type, writing: { raw: true } }),
  },
  unescaped: {
    ...KEY_ONLY,
    summary: 'refuses text that a key would have to escape (U+0000 to U+0025, such as a space or `#`)',
    accepts: TEXTS,
    parameters: '',
    example: { call: 'unescaped', type: TEXT, raw: 'DE-BY' },
    prepare: (args, type) => {
      const canonical = canonicalText(type);
      return args.length > 0 ? null : { type, value: (raw) => withoutEscapes(canonical(raw)) };
    },
  },
};

function textTransform(
  call: string,
  summary: string,
  raw: string,
  value: (text: string) => string,
): Transform {
  return {
    ...LOSSY,
    summary,
    accepts: TEXTS,
    parameters: '',
    makes: 'text',
    example: { call, type: TEXT, raw },
    prepare: (args, type) => {
      const canonical = canonicalText(type);
      return args.length > 0 ? null : { type: TEXT, value: (text) => value(canonical(text)) };
    },
  };
}

/** Code points, so that no character outside the basic plane is cut in half. */
function firstCharacters(text: string, count: number): string {
  return text.length <= count ? text : [...text.slice(0, count * 2)].slice(0, count).join('');
}

function withoutEscapes(text: string): string | null {
  return escapeComponent(text) === text ? text : null;
}
