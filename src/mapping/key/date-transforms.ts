import type { ColumnType } from '../../source/source-schema.js';
import { addDuration, hasTime, parseDuration } from '../value/duration.js';
import { epochSeconds, isDate, parseTimestamp } from '../value/temporal.js';
import { DATE, INTEGER, LOSSY, TEXT, TIMESTAMP, type Transform, type Writing } from './transform.js';

const DAYS = ['date', 'timestamp'] as const;
const MOMENT = '2024-01-31 09:30:00.25+00';
const BEFORE_1970 = '1969-12-31 23:59:59.5+00';

/** The transforms of dates and timestamps; of `TRANSFORMS`. */
export const DATE_TRANSFORMS: { readonly [name: string]: Transform } = {
  year: part('year', 'the year, an integer of four digits', INTEGER, (date) => date.slice(0, 4), {
    sortWidth: { precision: 4, scale: 0 },
  }),
  month: part('month', 'the month', TEXT, (date) => date.slice(0, 7)),
  day: part('day', 'the day; of a timestamp in UTC', DATE, (date) => date),
  date: part('date', 'the same as `day`', DATE, (date) => date),
  hour: {
    ...LOSSY,
    summary: 'the hour, in UTC',
    accepts: ['timestamp'],
    parameters: '',
    makes: 'text',
    example: { call: 'hour', type: TIMESTAMP, raw: MOMENT },
    prepare: (args) => (args.length > 0 ? null : { type: TEXT, value: hourOf }),
  },
  plus: shift('plus("P1M")', 'that much later, by an ISO 8601 duration', DATE, '2024-01-31', ''),
  minus: shift('minus("P1DT12H")', 'that much earlier, by an ISO 8601 duration', TIMESTAMP, MOMENT, '-'),
  epochSeconds: epoch(
    'epochSeconds',
    'whole seconds since 1970 in UTC, rounded down: what time to live wants',
    ({ seconds }) => String(seconds),
  ),
  epochMillis: epoch(
    'epochMillis',
    'whole milliseconds since 1970 in UTC, rounded down',
    ({ seconds, fraction }) => String(seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'))),
  ),
};

function part(
  call: string,
  summary: string,
  type: ColumnType,
  value: (date: string) => string,
  writing: Writing = {},
): Transform {
  return {
    ...LOSSY,
    summary,
    accepts: DAYS,
    parameters: '',
    makes: type === TEXT ? 'text' : type === DATE ? 'date' : 'integer',
    example: { call, type: TIMESTAMP, raw: MOMENT },
    prepare: (args) => (args.length > 0 ? null : { type, writing, value: (raw) => onDate(raw, value) }),
  };
}

function shift(call: string, summary: string, type: ColumnType, raw: string, sign: '' | '-'): Transform {
  return {
    ...LOSSY,
    summary,
    accepts: DAYS,
    parameters: '("P1Y2M3DT4H5M6S")',
    makes: 'same',
    example: { call, type, raw },
    prepare: ([text, ...rest], shifted) => {
      if (typeof text !== 'string' || text.startsWith('-') || rest.length > 0) return null;
      const duration = parseDuration(sign + text);
      if (duration === null || (shifted.kind === 'date' && hasTime(duration))) return null;
      return { type: shifted, value: (value) => addDuration(value, duration) };
    },
  };
}

interface Moment {
  readonly seconds: number;
  readonly fraction: string;
}

function epoch(call: string, summary: string, write: (moment: Moment) => string): Transform {
  return {
    ...LOSSY,
    summary,
    accepts: DAYS,
    parameters: '',
    makes: 'integer',
    example: { call, type: TIMESTAMP, raw: BEFORE_1970 },
    prepare: (args) => {
      const value = (raw: string) => {
        const moment = momentOf(raw);
        return moment === null ? null : write(moment);
      };
      return args.length > 0 ? null : { type: INTEGER, value };
    },
  };
}

function momentOf(raw: string): Moment | null {
  if (isDate(raw)) return { seconds: epochSeconds(raw, '00:00:00'), fraction: '' };
  const timestamp = parseTimestamp(raw);
  if (timestamp === null) return null;
  return { seconds: epochSeconds(timestamp.date, timestamp.time), fraction: timestamp.fraction };
}

function onDate(raw: string, value: (date: string) => string): string | null {
  const date = isDate(raw) ? raw : (parseTimestamp(raw)?.date ?? null);
  return date === null ? null : value(date);
}

function hourOf(raw: string): string | null {
  const timestamp = parseTimestamp(raw);
  return timestamp === null ? null : `${timestamp.date}T${timestamp.time.slice(0, 2)}`;
}
