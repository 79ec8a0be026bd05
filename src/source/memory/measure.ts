import { LIMITS } from '../../item/limits.js';
import { numberFits, parseDecimal } from '../../item/number.js';
import {
  type Aggregate,
  flatAggregates,
  type Measured,
  measuredFrom,
  type TableMeasure,
} from '../measure.js';
import type { Cell } from '../source.js';
import type { MemoryTable } from './tables.js';

/** The aggregates over the raw text of a table in memory. */
export function measureTable(measure: TableMeasure, table: MemoryTable): Measured {
  const cells = flatAggregates(measure).map(({ column, aggregate }) =>
    aggregateOf(
      aggregate,
      table.rows.map((row) => table.cell(row, column.name)),
    ),
  );
  return measuredFrom(measure, [String(table.rows.length), ...cells]);
}

const ISO = /^(?!0000)\d{4}-(?!00)\d\d-(?!00)\d\d(?![ .:+\d]* BC$)/;

/** What each value counts as; the rest is a maximum or a minimum. */
const COUNTED: { readonly [name in Aggregate]?: (text: string) => boolean } = {
  nan: (text) => text === 'NaN',
  infinite: (text) => /^-?infinity$/i.test(text),
  tooPrecise: (text) => (parseDecimal(text)?.digits.length ?? 0) > LIMITS.numberDigits,
  outOfRange: (text) => {
    const number = parseDecimal(text);
    if (number === null) return false;
    const power = number.exponent + number.digits.length - 1;
    return !numberFits(`1E${number.digits === '' ? 0 : power}`);
  },
  beforeYear1: (text) => text.endsWith(' BC'),
  afterYear9999: (text) => /^\d{5,}-/.test(text),
  zeroDates: (text) => text.startsWith('0000-00-00'),
  partialDates: (text) =>
    /^\d{4}-\d\d-\d\d/.test(text) &&
    !ISO.test(text) &&
    !text.endsWith(' BC') &&
    !text.startsWith('0000-00-00'),
  notBoolean: (text) => !/^[tf01]$/.test(text),
  // Equal here is equal by every character.
  spellings: () => false,
};

function aggregateOf(aggregate: Aggregate, cells: readonly Cell[]): string | null {
  if (aggregate === 'nulls') return String(cells.filter((cell) => cell === null).length);
  const values = cells.filter((cell) => cell !== null);
  const texts = values.map(String);
  const counted = COUNTED[aggregate];
  if (counted !== undefined) return String(texts.filter(counted).length);
  if (values.length === 0) return null;
  if (aggregate === 'longest') return String(Math.max(...values.map((value) => Buffer.byteLength(value))));
  if (aggregate === 'digits') {
    const digits = texts.flatMap((text) => parseDecimal(text)?.digits.length ?? []);
    return digits.length === 0 ? null : String(Math.max(...digits));
  }
  const dates = texts.filter((text) => ISO.test(text)).sort();
  return dates.at(aggregate === 'earliest' ? 0 : -1) ?? null;
}
