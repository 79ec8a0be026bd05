import type { Cell } from '../source.js';
import type { ColumnType } from '../source-schema.js';

/**
 * Orders cells as a database orders values of the type; NULL is the largest, as in Postgres. Text goes by code point
 * (the "C" collation), dates and times by their ISO text, which holds for the years 0001 to 9999.
 */
export function compareCells(type: ColumnType, one: Cell, other: Cell): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  const [a, b] = [one.toString(), other.toString()];
  switch (type.kind) {
    case 'integer':
      return sign(BigInt(a), BigInt(b));
    case 'decimal':
      return compareDecimals(a, b);
    case 'float':
      return compareFloats(Number(a), Number(b));
    case 'enum':
      return type.labels.indexOf(a) - type.labels.indexOf(b);
    default:
      return Buffer.compare(Buffer.from(one), Buffer.from(other));
  }
}

/** Whether the text can be a value of the type, for the types that are keys. */
export function isCellOf(type: ColumnType, text: string): boolean {
  switch (type.kind) {
    case 'integer':
      return /^-?\d+$/.test(text);
    case 'decimal':
    case 'float':
      return text !== '' && (Number.isFinite(Number(text)) || /^(NaN|-?Infinity)$/.test(text));
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
    case 'date':
      return /^\d{4,}-\d\d-\d\d/.test(text);
    case 'enum':
      return type.labels.includes(text);
    default:
      return true;
  }
}

function compareDecimals(a: string, b: string): number {
  if (!/^-?\d/.test(a) || !/^-?\d/.test(b)) return compareFloats(Number(a), Number(b));
  const digits = Math.max(fraction(a).length, fraction(b).length);
  return sign(scaled(a, digits), scaled(b, digits));
}

/** NaN equals itself and is the largest, as Postgres has it. */
function compareFloats(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return sign(a, b);
}

function scaled(text: string, digits: number): bigint {
  const [whole = '0'] = text.split('.');
  return BigInt(whole + fraction(text).padEnd(digits, '0'));
}

function fraction(text: string): string {
  return text.split('.')[1] ?? '';
}

function sign<Value extends number | bigint>(a: Value, b: Value): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
