import { canonicalNumber, isCanonicalInteger } from '../../item/number.js';
import type { ColumnType } from '../../source/source-schema.js';
import { epochSeconds, fractionText, isDate, parseTime, parseTimestamp } from '../value/temporal.js';

/**
 * What a person types for a value of a column → raw text as a source hands it over; null when it is no such
 * value. More spellings are read than sources write: `true`, `2024-01-31T09:30:00Z`, UUIDs in capitals.
 */
export function readParameter(type: ColumnType, text: string): string | null {
  switch (type.kind) {
    case 'integer':
      return integer(type, text);
    case 'decimal':
    case 'float':
      return canonicalNumber(text);
    case 'boolean':
      if (/^(?:t|true|1)$/i.test(text)) return 't';
      return /^(?:f|false|0)$/i.test(text) ? 'f' : null;
    case 'uuid':
      return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text.toLowerCase() : null;
    case 'bytes':
      return /^(?:\\x|0x)?(?:[0-9a-f]{2})*$/i.test(text)
        ? `\\x${text.replace(/^(?:\\x|0x)/i, '').toLowerCase()}`
        : null;
    case 'bits':
      return /^[01]+$/.test(text) ? text : null;
    case 'enum':
      return type.labels.includes(text) ? text : null;
    case 'date':
      return isDate(text) ? text : null;
    case 'time':
      return type.zone || parseTime(text) !== null ? text : null;
    case 'timestamp':
      return timestamp(type.zone, text);
    case 'text':
    case 'textual':
      return text;
    default:
      return null;
  }
}

/** What `readParameter` takes, for messages. */
export function expectedText(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
      return type.unsigned
        ? `a whole number of ${type.bits} bits, not negative`
        : `a whole number of ${type.bits} bits`;
    case 'decimal':
    case 'float':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'uuid':
      return 'a UUID';
    case 'bytes':
      return 'bytes as hexadecimal digits';
    case 'bits':
      return 'bits as 0 and 1';
    case 'enum':
      return `one of ${type.labels.join(', ')}`;
    case 'date':
      return 'a date, YYYY-MM-DD';
    case 'time':
      return 'a time, HH:MM:SS';
    case 'timestamp':
      return type.zone
        ? 'a moment, YYYY-MM-DDTHH:MM:SSZ (or with an offset, or a date alone: midnight UTC)'
        : 'a moment without a zone, YYYY-MM-DDTHH:MM:SS (or a date alone: midnight)';
    default:
      return 'text';
  }
}

function integer({ bits, unsigned }: Extract<ColumnType, { kind: 'integer' }>, text: string): string | null {
  const number = canonicalNumber(text);
  if (number === null || !isCanonicalInteger(number)) return null;
  const value = BigInt(number);
  const fits = unsigned ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value);
  return fits === value ? number : null;
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,6})?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** A date alone is its midnight; what has an offset is turned into UTC, which only a column with a zone can hold. */
function timestamp(zone: boolean, text: string): string | null {
  const match = MOMENT.exec(text.trim());
  if (match === null) return null;
  const [, date = '', minutes = '00:00', seconds = ':00', fraction = '', offset = 'Z'] = match;
  const time = `${minutes}${seconds}`;
  const shift = offsetSeconds(offset);
  if (shift !== 0 && !zone) return null;
  const utc = shift === 0 ? `${date} ${time}` : inUtc(date, time, shift);
  const parsed = utc === null ? null : parseTimestamp(utc + fraction);
  if (parsed === null) return null;
  return `${parsed.date} ${parsed.time}${fractionText(parsed.fraction)}${zone ? '+00' : ''}`;
}

function offsetSeconds(offset: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(offset);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60;
  return match[1] === '-' ? -seconds : seconds;
}

/** Whole seconds only: exact in a Date. */
function inUtc(date: string, time: string, shift: number): string | null {
  const moment = new Date((epochSeconds(date, time) - shift) * 1000);
  if (Number.isNaN(moment.getTime())) return null;
  const [, year = '', rest = ''] = /^(\d{4})(-.{14})/.exec(moment.toISOString()) ?? [];
  return year === '' ? null : `${year}${rest.replace('T', ' ')}`;
}
