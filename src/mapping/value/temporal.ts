/**
 * Dates and times as text, never as a JavaScript Date: microseconds and zones survive. Sources read in
 * UTC, so a timestamp's zone is always `+00`; one without a zone is taken as it stands.
 */
const DATE = /^(?!0000)\d{4}-(?!00)\d\d-(?!00)\d\d$/;
const TIMESTAMP = /^((?!0000)\d{4}-(?!00)\d\d-(?!00)\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00|Z)?$/;
const TIME = /^(-?)(\d{2,3}):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;

export interface Timestamp {
  /** `YYYY-MM-DD`, years 0001 to 9999. */
  readonly date: string;
  /** `HH:MM:SS` */
  readonly time: string;
  /** Up to six digits as they were written; may be empty. */
  readonly fraction: string;
}

/** Null for anything else: infinity, BC, years over 9999, zero dates, another zone. */
export function parseTimestamp(text: string): Timestamp | null {
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  return { date: match[1] ?? '', time: match[2] ?? '', fraction: match[3] ?? '' };
}

/** `parseTimestamp` would read it. */
export function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text);
}

/** `YYYY-MM-DD` from 0001-01-01 to 9999-12-31. The day of the month is the source's word. */
export function isDate(text: string): boolean {
  return DATE.test(text);
}

/** MySQL's `0000-00-00`, with or without a time: the value that stood for none before there was NULL. */
export function isZeroDate(cell: string | Buffer | null | undefined): boolean {
  return typeof cell === 'string' && cell.startsWith('0000-00-00');
}

export interface Time {
  readonly negative: boolean;
  readonly hours: string;
  /** `MM:SS` */
  readonly rest: string;
  readonly fraction: string;
}

/** Time of day or MySQL's signed time, without a zone. */
export function parseTime(text: string): Time | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [, sign = '', hours = '', minutes = '', seconds = '', fraction = ''] = match;
  const zero = /^[0:]*$/.test(hours + minutes + seconds + fraction);
  return { negative: sign === '-' && !zero, hours, rest: `${minutes}:${seconds}`, fraction };
}

/** `.5` of `500000`; empty when there is no fraction. */
export function fractionText(fraction: string): string {
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}

/**
 * Whole seconds since 1970-01-01T00:00:00Z. Date.UTC is exact for whole seconds; it reads years below 100
 * as 19xx, hence `setUTCFullYear`.
 */
export function epochSeconds(date: string, time: string): number {
  const day = new Date(0);
  day.setUTCFullYear(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)));
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return day.getTime() / 1000 + hours * 3600 + minutes * 60 + seconds;
}
