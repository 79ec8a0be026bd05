import { epochSeconds, fractionText, isDate, parseTimestamp } from './temporal.js';

/** An ISO 8601 duration: calendar months, then days, then exact time. All signs are those of the whole. */
export interface Duration {
  readonly months: number;
  readonly days: number;
  readonly seconds: number;
  readonly micros: number;
}

const DURATION =
  /^(-?)P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,6}))?S)?)?$/;

/** More than the calendar has. */
const MOST = 10_000 * 366 * 86_400;

/** Reads `P7Y`, `P1Y2M3W4DT5H6M7.5S`, `-P30D`; null for anything else. */
export function parseDuration(text: string): Duration | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2, 9)
    .map((digits) => Number(digits ?? 0));
  const sign = match[1] === '-' ? -1 : 1;
  const parts = [years * 12 + months, weeks * 7 + days, hours * 3600 + minutes * 60 + seconds];
  if (parts.some((part) => part > MOST)) return null;
  const [allMonths = 0, allDays = 0, allSeconds = 0] = parts.map((part) => part * sign || 0);
  const micros = Number((match[9] ?? '').padEnd(6, '0')) * sign || 0;
  return { months: allMonths, days: allDays, seconds: allSeconds, micros };
}

/** It has a part that a date alone cannot take. */
export function hasTime({ seconds, micros }: Duration): boolean {
  return seconds !== 0 || micros !== 0;
}

/**
 * Raw text of a date or timestamp, that much later. As SQL adds an interval: first the months, where a day
 * that the month does not have becomes its last (2024-01-31 + P1M = 2024-02-29), then the days, then the time, in
 * UTC. Null when the text is no date, or the result is not in the years 0001 to 9999.
 */
export function addDuration(raw: string, { months, days, seconds, micros }: Duration): string | null {
  if (isDate(raw)) return dateText(midnightAfter(raw, months) + days * DAY);
  const timestamp = parseTimestamp(raw);
  if (timestamp === null) return null;
  const { date, time, fraction } = timestamp;
  const allMicros = Number(fraction.padEnd(6, '0')) + micros;
  const carry = Math.floor(allMicros / 1_000_000);
  const clock = epochSeconds('1970-01-01', time);
  const total = midnightAfter(date, months) + days * DAY + clock + seconds + carry;
  const made = dateText(total);
  if (made === null) return null;
  const iso = new Date(total * 1000).toISOString().slice(11, 19);
  const rest = fractionText(String(allMicros - carry * 1_000_000).padStart(6, '0'));
  return `${made} ${iso}${rest}${raw.endsWith('+00') ? '+00' : ''}`;
}

const DAY = 86_400;
const FIRST = epochSeconds('0001-01-01', '00:00:00');
const LAST = epochSeconds('9999-12-31', '23:59:59');

/** Seconds since 1970 of the date so many months later, of any year that a JavaScript Date can count to. */
function midnightAfter(date: string, months: number): number {
  const day = new Date(epochSeconds(date, '00:00:00') * 1000);
  const wanted = day.getUTCDate();
  const count = day.getUTCFullYear() * 12 + day.getUTCMonth() + months;
  const [year, month] = [Math.floor(count / 12), count - Math.floor(count / 12) * 12];
  const last = new Date(0);
  last.setUTCFullYear(year, month + 1, 0);
  last.setUTCDate(Math.min(wanted, last.getUTCDate()));
  return last.getTime() / 1000;
}

/** `YYYY-MM-DD`; null outside the years that a date can have. */
function dateText(seconds: number): string | null {
  if (!(seconds >= FIRST && seconds <= LAST)) return null;
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
