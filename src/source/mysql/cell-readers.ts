import type { FieldPacket } from 'mysql2';
import { trimFraction } from '../../item/number.js';
import { sourceError } from '../errors.js';
import type { Cell } from '../source.js';
import type { Column, ColumnType } from '../source-schema.js';

/** One cell that is not NULL, still among the bytes that brought it. */
export interface RawCell {
  /** A character for each byte. */
  latin1(): string;
  /** The bytes themselves: not to be kept, for all that came with them would be. */
  bytes(): Buffer;
  /** As UTF-8; a copy of the bytes where they are none. */
  utf8(): string | Buffer;
}

/** Takes a cell of the text protocol, as what the contract promises. */
export type CellReader = (raw: RawCell) => NonNullable<Cell>;

/** How to read a column; what the server writes as text is handed over as it is. */
export function cellReader({ type, nativeType }: Pick<Column, 'type' | 'nativeType'>): CellReader {
  switch (type.kind) {
    case 'float':
      if (type.bits === 32) return ofText((text) => shortestFloat(Number(text)));
      return nativeType.includes('zerofill') ? ofText(withoutZeros) : ascii;
    case 'integer':
    case 'decimal':
      return nativeType.includes('zerofill') ? ofText(withoutZeros) : ascii;
    case 'boolean':
    case 'date':
    case 'uuid':
    case 'year':
      return ascii;
    // The server fills a fraction up to the column's precision: without those zeros, as Postgres writes it, the same
    // moment is the same text, and the same lineage, whatever database and precision it comes from.
    case 'time':
      return nativeType.includes('(') ? ofText(trimFraction) : ascii;
    case 'timestamp': {
      const read = nativeType.includes('(') ? trimFraction : whole;
      return type.zone ? ofText((text) => `${read(text)}+00`) : ofText(read);
    }
    case 'bytes':
    case 'geometry':
      // A copy: a part would keep alive all that came with it.
      return ofBytes((bytes) => Buffer.from(bytes));
    case 'bits':
      return ofBytes((bytes) => bitText(bytes, type.length ?? bytes.length * 8));
    case 'array':
      return ofBytes((bytes) => setLiteral(bytes.toString()));
    default:
      return utf8;
  }
}

/** Of a column that identifies rows: a key that is no text could not be asked for again. */
export function keyReader(column: Column): CellReader {
  const read = cellReader(column);
  if (column.type.kind === 'bytes' || column.type.kind === 'geometry') return read;
  return (raw) => {
    const cell = read(raw);
    if (!Buffer.isBuffer(cell)) return cell;
    throw sourceError(
      'SOURCE_QUERY',
      `column ${column.name} holds bytes that are no UTF-8: ${cell.toString('hex')}`,
      {
        hint: 'Repair the value, or read the column through a view as CAST(… AS BINARY).',
      },
    );
  };
}

const FLOAT = 4;
const ZEROFILL = 0x40;
const SET = 0x800;
/** The character set of what is no text. */
const BINARY = 63;

/**
 * By the protocol's number of a type, what a cell of a result looks like whose column nobody knows
 * (dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html).
 */
const FIELD_TYPES: { readonly [type: number]: ColumnType } = {
  0: { kind: 'decimal', precision: null, scale: null },
  1: { kind: 'integer', bits: 8, unsigned: false },
  2: { kind: 'integer', bits: 16, unsigned: false },
  3: { kind: 'integer', bits: 32, unsigned: false },
  // Not taken for one of 32 bits: it is no double of its six digits, and told to be rounded.
  [FLOAT]: { kind: 'float', bits: 64 },
  5: { kind: 'float', bits: 64 },
  7: { kind: 'timestamp', zone: true },
  8: { kind: 'integer', bits: 64, unsigned: false },
  9: { kind: 'integer', bits: 24, unsigned: false },
  10: { kind: 'date' },
  11: { kind: 'time', zone: false, signed: true },
  12: { kind: 'timestamp', zone: false },
  13: { kind: 'year' },
  245: { kind: 'json' },
  246: { kind: 'decimal', precision: null, scale: null },
  255: { kind: 'geometry' },
};

/** How to read a column of a result, by what the server says of it alone. */
export function fieldReader(field: FieldPacket): CellReader {
  const { columnLength = 0, decimals = 0 } = field;
  const flags = Number(field.flags);
  const nativeType = `${decimals > 0 ? '(fraction)' : ''}${(flags & ZEROFILL) !== 0 ? ' zerofill' : ''}`;
  return cellReader({ type: fieldType(), nativeType });

  function fieldType(): ColumnType {
    const { type = 0, characterSet } = field;
    if (type === 16) return { kind: 'bits', length: columnLength };
    if ((flags & SET) !== 0) {
      return { kind: 'array', element: { kind: 'enum', labels: [] }, delimiter: ',', bare: true };
    }
    const known = FIELD_TYPES[type];
    if (known !== undefined) return known;
    const extended = field.extendedTypeName !== undefined;
    return characterSet === BINARY && !extended
      ? { kind: 'bytes', maxLength: null }
      : { kind: 'text', maxLength: null, padded: false };
  }
}

/** The server writes a FLOAT with six digits, which is not all of it. */
export function isRounded({ type }: FieldPacket): boolean {
  return type === FLOAT;
}

/** For catalogs and numbers of our own asking. */
export const plainText: CellReader = ofBytes((bytes) => bytes.toString());

function ofText(read: (text: string) => string): CellReader {
  return (raw) => read(raw.latin1());
}

function ofBytes(read: (bytes: Buffer) => NonNullable<Cell>): CellReader {
  return (raw) => read(raw.bytes());
}

function ascii(raw: RawCell): string {
  return raw.latin1();
}

function utf8(raw: RawCell): string | Buffer {
  return raw.utf8();
}

function whole(text: string): string {
  return text;
}

function withoutZeros(text: string): string {
  return text.replace(/^0+(?=\d)/, '');
}

/**
 * MySQL writes a FLOAT with six digits, which loses some, so that it is asked for as a double: all of 0.1f is
 * 0.10000000149011612. Nine digits always suffice (IEEE 754, 24 bits); the fewest that read back are wanted.
 */
function shortestFloat(value: number): string {
  for (let precision = 1; precision < 9; precision += 1) {
    const short = Number(value.toPrecision(precision));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

function bitText(raw: Buffer, length: number): string {
  let bits = '';
  for (const byte of raw) bits += byte.toString(2).padStart(8, '0');
  return bits.slice(-length).padStart(length, '0');
}

/** A SET's labels as the neutral array literal: no label holds a comma. */
function setLiteral(text: string): string {
  if (text === '') return '{}';
  const labels = text.split(',').map((label) => `"${label.replace(/["\\]/g, '\\$&')}"`);
  return `{${labels.join(',')}}`;
}
