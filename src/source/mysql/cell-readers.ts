import { isUtf8 } from 'node:buffer';
import { sourceError } from '../errors.js';
import type { Cell } from '../source.js';
import type { Column } from '../source-schema.js';

/** A column's bytes, as the text protocol sends them, as the cell that the contract promises. */
export type CellReader = (raw: Buffer) => NonNullable<Cell>;

/** How to read a column; what the server writes as text is handed over as it is. */
export function cellReader({ type, nativeType }: Column): CellReader {
  switch (type.kind) {
    case 'float':
      if (type.bits === 32) return (raw) => shortestFloat(Number(ascii(raw)));
      return nativeType.includes('zerofill') ? (raw) => withoutZeros(ascii(raw)) : ascii;
    case 'integer':
    case 'decimal':
      return nativeType.includes('zerofill') ? (raw) => withoutZeros(ascii(raw)) : ascii;
    case 'boolean':
    case 'date':
    case 'uuid':
    case 'year':
      return ascii;
    case 'time':
      return nativeType.includes('(') ? shortFraction : ascii;
    case 'timestamp': {
      const read = nativeType.includes('(') ? shortFraction : ascii;
      return type.zone ? (raw) => `${read(raw)}+00` : read;
    }
    case 'bytes':
    case 'geometry':
      // A copy: the driver's slice would keep the whole network packet alive.
      return (raw) => Buffer.from(raw);
    case 'bits':
      return (raw) => bitText(raw, type.length ?? raw.length * 8);
    case 'array':
      return (raw) => setLiteral(raw.toString());
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
    if (typeof cell === 'string') return cell;
    throw sourceError(
      'SOURCE_QUERY',
      `column ${column.name} holds bytes that are no UTF-8: ${raw.toString('hex')}`,
      {
        hint: 'Repair the value, or read the column through a view as CAST(… AS BINARY).',
      },
    );
  };
}

/** For catalogs and numbers of our own asking. */
export const plainText: CellReader = (raw) => raw.toString();

function ascii(raw: Buffer): string {
  return raw.toString('latin1');
}

/**
 * The server fills a fraction up to the column's precision: without those zeros, as Postgres writes it, the same
 * moment is the same text, and the same lineage, whatever database and precision it comes from.
 */
function shortFraction(raw: Buffer): string {
  const text = ascii(raw);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Bytes that are no UTF-8 would become U+FFFD without a word: they stay bytes. */
function utf8(raw: Buffer): NonNullable<Cell> {
  const text = raw.toString();
  return text.includes('\uFFFD') && !isUtf8(raw) ? Buffer.from(raw) : text;
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
