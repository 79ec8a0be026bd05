import { compareDecimals, type Decimal, parseDecimal } from '../../item/number.js';
import type { ColumnType } from '../../source/source-schema.js';
import { parseTime } from './temporal.js';

/** Reads a bound once; the answer is negative, 0 or positive as a value's raw text lies below, on or above it. */
export type ValueOrder = (bound: string) => (raw: string) => number;

/**
 * The order of a type's values, exactly as both databases have it: numbers by value, whatever their digits,
 * dates and times by the moment, enums by rank. Null for types whose order is a matter of collation or is none.
 */
export function valueOrder(type: ColumnType): ValueOrder | null {
  switch (type.kind) {
    case 'integer':
    case 'decimal':
    case 'float':
    case 'year':
      return orderBy(readNumber, compareNumbers);
    case 'date':
    case 'timestamp':
      return orderBy(readMoment, compareMoments);
    case 'time':
      return type.zone ? null : orderBy(readTime, (one, other) => one - other);
    case 'enum': {
      const { labels } = type;
      return orderBy(
        (raw) => labels.indexOf(raw),
        (one, other) => one - other,
      );
    }
    default:
      return null;
  }
}

function orderBy<Value>(
  read: (raw: string) => Value,
  compare: (one: Value, other: Value) => number,
): ValueOrder {
  return (bound) => {
    const fixed = read(bound);
    return (raw) => compare(read(raw), fixed);
  };
}

/** `rank` sets apart what is no finite number: NaN is above everything, as Postgres has it. */
interface Ranked {
  readonly rank: number;
  readonly decimal: Decimal;
}

const ZERO: Decimal = { negative: false, digits: '', exponent: 0 };
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['-Infinity', -1],
  ['Infinity', 1],
  ['NaN', 2],
]);

function readNumber(raw: string): Ranked {
  const rank = SPECIAL.get(raw);
  if (rank !== undefined) return { rank, decimal: ZERO };
  const decimal = parseDecimal(raw);
  if (decimal === null) throw unreadable(raw, 'number');
  return { rank: 0, decimal };
}

function compareNumbers(one: Ranked, other: Ranked): number {
  return one.rank === other.rank ? compareDecimals(one.decimal, other.decimal) : one.rank - other.rank;
}

/** Years before Christ are negative; `rest` is text of one length. */
interface Moment {
  readonly year: number;
  readonly rest: string;
}

const MOMENT = /^(\d{4,})-(\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00|Z)?)?( BC)?$/;

function readMoment(raw: string): Moment {
  if (raw === 'infinity') return { year: Infinity, rest: '' };
  if (raw === '-infinity') return { year: -Infinity, rest: '' };
  const match = MOMENT.exec(raw);
  if (match === null) throw unreadable(raw, 'date');
  const [, year, day = '', time = '00:00:00', fraction = '', era] = match;
  return {
    year: era === undefined ? Number(year) : -Number(year),
    rest: `${day} ${time}.${fraction.padEnd(6, '0')}`,
  };
}

function compareMoments(one: Moment, other: Moment): number {
  if (one.year !== other.year) return one.year < other.year ? -1 : 1;
  return compareText(one.rest, other.rest);
}

/** Microseconds: at most 3.1E12, which a JavaScript number holds exactly. */
function readTime(raw: string): number {
  const time = parseTime(raw);
  if (time === null) throw unreadable(raw, 'time');
  const [minutes = 0, seconds = 0] = time.rest.split(':').map(Number);
  const whole = Number(time.hours) * 3600 + minutes * 60 + seconds;
  return (time.negative ? -1 : 1) * (whole * 1_000_000 + Number(time.fraction.padEnd(6, '0')));
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Sources give only what `ColumnType` says: to go on would lose a copy without a word. */
function unreadable(raw: string, what: string): TypeError {
  return new TypeError(`the source gave ${JSON.stringify(raw)} for a ${what}`);
}
