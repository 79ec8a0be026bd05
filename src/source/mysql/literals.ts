import type { Key } from '../key-range.js';
import type { Row } from '../source.js';
import type { Column } from '../source-schema.js';

/** How a key column takes part in comparisons. `valid` is what its text must look like. */
interface Operand {
  /** The column as it is compared, in the order that ORDER BY gives it. */
  readonly column: (name: string) => string;
  readonly valid: RegExp;
  readonly literal: (text: string) => string;
}

const asIs = (name: string) => name;
/** ENUM and SET are ordered by their number, yet compared as text with text. */
const byNumber = (name: string) => `CAST(${name} AS UNSIGNED)`;
const digits = (text: string) => text;

/** A key value as SQL that compares as the column is ordered; only text of the expected form gets here. */
export function literalOf(column: Column, text: string): string {
  return operandOf(column).literal(text);
}

export function comparedColumn(column: Column, name: string): string {
  return operandOf(column).column(name);
}

/** Whether `text` is a value of the column. MySQL itself would take any text for some value, 0 if need be. */
export function isValueOf(column: Column, text: string): boolean {
  return operandOf(column).valid.test(text);
}

function operandOf({ type }: Column): Operand {
  switch (type.kind) {
    case 'integer':
    case 'boolean':
      return { column: asIs, valid: /^-?\d+$/, literal: digits };
    case 'decimal':
      return { column: asIs, valid: /^-?\d+(\.\d+)?$/, literal: digits };
    case 'float': {
      const exact = type.bits === 32 ? Math.fround : Number;
      // The exponent makes it a double: 0.1 alone would be a decimal.
      const literal = (text: string) => exact(Number(text)).toExponential();
      return { column: asIs, valid: /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i, literal };
    }
    case 'bits':
      return { column: asIs, valid: /^[01]+$/, literal: (text) => BigInt(`0b${text}`).toString() };
    case 'bytes':
    case 'geometry':
      return { column: asIs, valid: /^\\x([0-9a-f]{2})*$/i, literal: (text) => `X'${text.slice(2)}'` };
    case 'date':
      return { column: asIs, valid: /^\d{4}-\d\d-\d\d$/, literal: quoteText };
    case 'timestamp':
      return {
        column: asIs,
        valid: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?(\+00)?$/,
        literal: (text) => quoteText(text.replace(/\+00$/, '')),
      };
    case 'time':
      return { column: asIs, valid: /^-?\d{2,3}:\d\d:\d\d(\.\d{1,6})?$/, literal: quoteText };
    case 'uuid':
      return { column: asIs, valid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, literal: quoteText };
    case 'enum': {
      // A value that is no label was stored as '' with the number 0.
      const literal = (text: string) => String(type.labels.indexOf(text) + 1);
      return { column: byNumber, valid: /^/, literal };
    }
    case 'array': {
      const labels = type.element.kind === 'enum' ? type.element.labels : [];
      return { column: byNumber, valid: /^\{.*\}$/s, literal: (text) => setNumber(text, labels) };
    }
    default:
      return { column: asIs, valid: /^/, literal: quoteText };
  }
}

/** A SET's number has a bit for each label, the first label's the lowest. */
function setNumber(text: string, labels: readonly string[]): string {
  const held = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map((match) => match[1]?.replace(/\\(.)/gs, '$1'));
  return labels
    .reduce((bits, label, n) => bits | (held.includes(label) ? 1n << BigInt(n) : 0n), 0n)
    .toString();
}

/** The text of a row's first cells: bytes as `\x` and hex, since a range must be JSON. */
export function keyOf(row: Row | undefined, width: number): Key {
  return (row ?? [])
    .slice(0, width)
    .map((cell) => (Buffer.isBuffer(cell) ? `\\x${cell.toString('hex')}` : String(cell)));
}

/** A string literal. The session's sql_mode is ours, so that a backslash always escapes. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\']/g, '$&$&')}'`;
}

/** An identifier exactly as named. */
export function quote(identifier: string): string {
  return `\`${identifier.replaceAll('`', '``')}\``;
}
