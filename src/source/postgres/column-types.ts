import type { ColumnType } from '../source-schema.js';

/** A row of pg_type, as far as it tells what a column holds. */
export interface CatalogType {
  readonly oid: string;
  /** Schema-qualified where it is not of pg_catalog. */
  readonly name: string;
  readonly kind: 'base' | 'domain' | 'enum' | 'array' | 'composite' | 'other';
  /** Of a domain: what it is over, and its type modifier. */
  readonly base: string;
  readonly baseModifier: number;
  /** Of an array: its element. */
  readonly element: string;
  readonly delimiter: string;
  /** Of an enum, in its order. */
  readonly labels: readonly string[];
  /** Of a composite type, in its order; `type` is an oid. */
  readonly fields: readonly CatalogField[];
}

export interface CatalogField {
  readonly name: string;
  readonly type: string;
  readonly modifier: number;
}

/** A type modifier holds the declared length plus this (VARHDRSZ); -1 is none. */
const HEADER = 4;

const MONEY_WHY = 'money is written in the currency of the server’s locale';

/** Types of pg_catalog; `modifier` is pg_attribute.atttypmod. Anything else has a documented text form. */
const BUILT_IN: { readonly [name: string]: (modifier: number) => ColumnType } = {
  int2: () => ({ kind: 'integer', bits: 16, unsigned: false }),
  int4: () => ({ kind: 'integer', bits: 32, unsigned: false }),
  int8: () => ({ kind: 'integer', bits: 64, unsigned: false }),
  oid: () => ({ kind: 'integer', bits: 32, unsigned: true }),
  numeric: decimal,
  float4: () => ({ kind: 'float', bits: 32 }),
  float8: () => ({ kind: 'float', bits: 64 }),
  bool: () => ({ kind: 'boolean' }),
  text: () => ({ kind: 'text', maxLength: null, padded: false }),
  varchar: (modifier) => ({ kind: 'text', maxLength: length(modifier), padded: false }),
  bpchar: (modifier) => ({ kind: 'text', maxLength: length(modifier), padded: length(modifier) !== null }),
  char: () => ({ kind: 'text', maxLength: 1, padded: false }),
  name: () => ({ kind: 'text', maxLength: 63, padded: false }),
  uuid: () => ({ kind: 'uuid' }),
  bytea: () => ({ kind: 'bytes', maxLength: null }),
  bit: (modifier) => ({ kind: 'bits', length: modifier < 0 ? null : modifier }),
  varbit: () => ({ kind: 'bits', length: null }),
  date: () => ({ kind: 'date' }),
  time: () => ({ kind: 'time', zone: false, signed: false }),
  timetz: () => ({ kind: 'time', zone: true, signed: false }),
  timestamp: () => ({ kind: 'timestamp', zone: false }),
  timestamptz: () => ({ kind: 'timestamp', zone: true }),
  json: () => ({ kind: 'json' }),
  jsonb: () => ({ kind: 'json' }),
  money: () => ({ kind: 'undecided', why: MONEY_WHY }),
};

/** Types of extensions, wherever those were put. */
const EXTENSIONS: { readonly [name: string]: ColumnType } = {
  hstore: { kind: 'textMap' },
  citext: { kind: 'text', maxLength: null, padded: false },
};

/** What a column of this type holds: domains are what they are over. No composite type can hold itself. */
export function columnType(
  types: ReadonlyMap<string, CatalogType>,
  oid: string,
  modifier: number,
): ColumnType {
  const type = types.get(oid);
  switch (type?.kind) {
    case 'domain':
      return columnType(types, type.base, type.baseModifier);
    case 'enum':
      return { kind: 'enum', labels: type.labels };
    case 'array':
      return {
        kind: 'array',
        element: columnType(types, type.element, modifier),
        delimiter: types.get(type.element)?.delimiter ?? ',',
      };
    case 'composite':
      return {
        kind: 'composite',
        fields: type.fields.map((field) => ({
          name: field.name,
          type: columnType(types, field.type, field.modifier),
        })),
      };
    case 'base':
      return builtIn(type.name, modifier);
    default:
      return { kind: 'textual' };
  }
}

/** Text whose comparison ignores case, or a domain over it; the extension may be in any schema. */
export function isCitext(types: ReadonlyMap<string, CatalogType>, oid: string): boolean {
  const type = types.get(oid);
  return type?.kind === 'domain' ? isCitext(types, type.base) : (type?.name.endsWith('.citext') ?? false);
}

function builtIn(name: string, modifier: number): ColumnType {
  if (Object.hasOwn(BUILT_IN, name)) return BUILT_IN[name]?.(modifier) ?? { kind: 'textual' };
  return EXTENSIONS[name.slice(name.indexOf('.') + 1)] ?? { kind: 'textual' };
}

function length(modifier: number): number | null {
  return modifier < HEADER ? null : modifier - HEADER;
}

/**
 * Precision in the upper 16 bits, scale in the lower 11, two's complement: since Postgres 15 it may be
 * negative (src/backend/utils/adt/numeric.c, numeric_typmod_scale).
 */
function decimal(modifier: number): ColumnType {
  if (modifier < HEADER) return { kind: 'decimal', precision: null, scale: null };
  const packed = modifier - HEADER;
  const scale = ((packed & 0x7ff) ^ 1024) - 1024;
  return { kind: 'decimal', precision: (packed >> 16) & 0xffff, scale };
}
