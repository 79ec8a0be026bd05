import type { ColumnType } from '../source-schema.js';

/** A row of information_schema.COLUMNS, as far as it tells what a column holds. */
export interface CatalogColumn {
  /** `bigint` */
  readonly dataType: string;
  /** `bigint(20) unsigned` */
  readonly columnType: string;
  readonly characters: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
  /** The column is checked to be JSON. */
  readonly json: boolean;
}

const INTEGERS: { readonly [dataType: string]: 8 | 16 | 24 | 32 | 64 } = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  bigint: 64,
};

/** Geometries come in the server's own form, 4 bytes of SRID and WKB: the one that loses nothing. */
const GEOMETRIES = [
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
];

const TYPES: { readonly [dataType: string]: (column: CatalogColumn) => ColumnType } = {
  decimal: ({ precision, scale }) => ({ kind: 'decimal', precision, scale }),
  float: () => ({ kind: 'float', bits: 32 }),
  double: () => ({ kind: 'float', bits: 64 }),
  bit: ({ precision }) => ({ kind: 'bits', length: precision }),
  // Never padded: the server trims a CHAR unless sql_mode says PAD_CHAR_TO_FULL_LENGTH, which it does not here.
  char: ({ characters }) => ({ kind: 'text', maxLength: characters, padded: false }),
  varchar: ({ characters }) => ({ kind: 'text', maxLength: characters, padded: false }),
  tinytext: text,
  text,
  mediumtext: text,
  longtext: ({ json }) => (json ? { kind: 'json' } : { kind: 'text', maxLength: null, padded: false }),
  binary: ({ characters }) => ({ kind: 'bytes', maxLength: characters }),
  varbinary: ({ characters }) => ({ kind: 'bytes', maxLength: characters }),
  tinyblob: bytes,
  blob: bytes,
  mediumblob: bytes,
  longblob: bytes,
  vector: bytes,
  ...Object.fromEntries(GEOMETRIES.map((name) => [name, (): ColumnType => ({ kind: 'geometry' })])),
  date: () => ({ kind: 'date' }),
  datetime: () => ({ kind: 'timestamp', zone: false }),
  timestamp: () => ({ kind: 'timestamp', zone: true }),
  time: () => ({ kind: 'time', zone: false, signed: true }),
  year: () => ({ kind: 'year' }),
  json: () => ({ kind: 'json' }),
  enum: ({ columnType }) => ({ kind: 'enum', labels: labelsOf(columnType) }),
  // Labels in the order of the type, whatever the order of INSERT; an array, as `{"a","b"}`.
  set: ({ columnType }) => ({
    kind: 'array',
    element: { kind: 'enum', labels: labelsOf(columnType) },
    delimiter: ',',
    bare: true,
  }),
  uuid: () => ({ kind: 'uuid' }),
  inet4: () => ({ kind: 'textual' }),
  inet6: () => ({ kind: 'textual' }),
};

/** What a column holds. By custom `tinyint(1)` is a boolean, and what BOOLEAN declares. */
export function columnType(column: CatalogColumn): ColumnType {
  const { dataType, columnType: full } = column;
  const bits = Object.hasOwn(INTEGERS, dataType) ? INTEGERS[dataType] : undefined;
  if (bits !== undefined) {
    if (full === 'tinyint(1)') return { kind: 'boolean', integers: true };
    return { kind: 'integer', bits, unsigned: full.includes('unsigned') };
  }
  const known = Object.hasOwn(TYPES, dataType) ? TYPES[dataType] : undefined;
  return known?.(column) ?? { kind: 'undecided', why: `what ${full} looks like as text is not known` };
}

function text(): ColumnType {
  return { kind: 'text', maxLength: null, padded: false };
}

function bytes(): ColumnType {
  return { kind: 'bytes', maxLength: null };
}

const ESCAPES: { readonly [character: string]: string } = { "'": "'", '0': '\0', n: '\n', r: '\r' };

/** Of `enum('a','it''s')`: the labels of an ENUM or a SET, in its order, spelled as SHOW CREATE TABLE does. */
function labelsOf(columnType: string): readonly string[] {
  const list = columnType.slice(columnType.indexOf('('));
  return [...list.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map((match) =>
    (match[1] ?? '').replace(/['\\](.)/gs, (_, escaped: string) => ESCAPES[escaped] ?? escaped),
  );
}
