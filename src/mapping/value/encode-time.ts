import { canonicalNumber } from '../../item/number.js';
import type { Encoding } from './encode-value.js';
import { fail, writeNumber } from './encode-value.js';
import { epochSeconds, isDate, isZeroDate, parseTimestamp } from './temporal.js';

const DATE = /^(?!0000)\d{4}-(?!00)\d\d-(?!00)\d\d$/;
const TIMESTAMP = /^(?!0000)\d{4}-(?!00)\d\d-(?!00)\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?$/;
const TIMESTAMP_UTC = /^(?!0000)\d{4}-(?!00)\d\d-(?!00)\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00$/;
const TIME = /^-?\d{2,3}:\d\d:\d\d(?:\.\d{1,6})?$/;
const TIME_ZONE = /^\d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d){0,2}$/;
/** What the engines know and ISO 8601's four-digit years do not. */
const BEYOND = /^-?infinity$| BC$|^\d{5,}-|^0000-|^\d{4}-00|^\d{4}-\d\d-00/;

/**
 * Raw text → ISO 8601, with the fraction of a second as the source wrote it (up to microseconds): `Z` behind
 * a timestamp with a zone, nothing behind one without. Null when ISO 8601 has no such moment.
 */
export type IsoText = (raw: string) => string | null;

export const isoDate: IsoText = (raw) => (DATE.test(raw) ? raw : null);

export const isoTime: IsoText = (raw) => (TIME.test(raw) ? raw : null);

export const isoTimeZone: IsoText = (raw) => (TIME_ZONE.test(raw) ? raw : null);

export const isoTimestamp: IsoText = (raw) =>
  TIMESTAMP.test(raw) ? `${raw.slice(0, 10)}T${raw.slice(11)}` : null;

export const isoTimestampUtc: IsoText = (raw) =>
  TIMESTAMP_UTC.test(raw) ? `${raw.slice(0, 10)}T${raw.slice(11, -3)}Z` : null;

/** The text is ASCII without anything to escape: every pattern above says so. */
export function writeIso(iso: IsoText, raw: string, into: Encoding): string {
  const text = iso(raw);
  if (text === null) return failTime(raw, into);
  into.bytes += text.length;
  return `{"S":"${text}"}`;
}

/**
 * Time since 1970-01-01T00:00:00Z in seconds (`power` 0) or milliseconds (3), exactly: a fraction of the
 * unit stays a fraction (`1706693400.5`). A timestamp without a zone is read as UTC.
 */
export function writeEpoch(raw: string, power: 0 | 3, into: Encoding): string {
  const zeros = '0'.repeat(power);
  if (isDate(raw)) return writeNumber(`${epochSeconds(raw, '00:00:00')}${zeros}`, into);
  const timestamp = parseTimestamp(raw);
  if (timestamp === null) return failTime(raw, into);
  const seconds = epochSeconds(timestamp.date, timestamp.time);
  if (/^0*$/.test(timestamp.fraction)) return writeNumber(`${seconds}${zeros}`, into);
  const micros = BigInt(seconds) * 1_000_000n + BigInt(timestamp.fraction.padEnd(6, '0'));
  return writeNumber(`${micros}E${power - 6}`, into);
}

/** The amount in hundredths. Refused when there are more than two digits behind the point. */
export function writeCents(raw: string, into: Encoding): string {
  const cents = canonicalNumber(`${raw}E2`);
  return cents?.includes('.') === true
    ? fail(into, 'VALUE_NOT_EXACT', 'cents hold two digits behind the point')
    : writeNumber(cents ?? raw, into);
}

function failTime(raw: string, into: Encoding): '' {
  if (isZeroDate(raw)) {
    const reason = 'a zero date is no date; zeroDate: omit leaves it off, as: string keeps it';
    return fail(into, 'VALUE_NOT_EXACT', reason);
  }
  return BEYOND.test(raw)
    ? fail(
        into,
        'VALUE_NOT_EXACT',
        'only dates from 0001-01-01 to 9999-12-31 can be written; as: string keeps it',
      )
    : fail(into, 'VALUE_MALFORMED', 'the text is no date or time');
}
