import { fractionText, isDate, isTimestamp, parseTime, parseTimestamp } from '../value/temporal.js';
import { complementDigits } from './complement.js';
import type { KeyCodec } from './key-codec.js';

/** 27 bytes: `2024-01-31T09:30:00.000000Z`. Years 0001 to 9999. */
export function timestampCodec(zone: boolean, descending: boolean): KeyCodec {
  const turn = turnOf(descending);
  return {
    width: () => 27,
    encode(value) {
      if (!isTimestamp(value)) return null;
      return turn(`${value.slice(0, 10)}T${value.slice(11, 19)}.${micros(value)}Z`);
    },
    decode(component) {
      const timestamp = parseTimestamp(turn(component));
      if (timestamp === null) return null;
      return `${timestamp.date} ${timestamp.time}${fractionText(timestamp.fraction)}${zone ? '+00' : ''}`;
    },
  };
}

/** Six digits of what stands behind the point of a timestamp, before its zone. */
function micros(timestamp: string): string {
  if (timestamp.charCodeAt(19) !== 46) return '000000';
  let end = 20;
  for (let code = timestamp.charCodeAt(end); code >= 48 && code <= 57; code = timestamp.charCodeAt(end))
    end += 1;
  return timestamp.slice(20, end).padEnd(6, '0');
}

/** 10 bytes: `2024-01-31`. */
export function dateCodec(descending: boolean): KeyCodec {
  const turn = turnOf(descending);
  return {
    width: () => 10,
    encode: (value) => (isDate(value) ? turn(value) : null),
    decode: turn,
  };
}

/** 15 bytes: `09:30:00.000000`. Signed: three digits of hours, and a sign as integers have it. */
export function timeCodec(signed: boolean, descending: boolean): KeyCodec {
  const hourDigits = signed ? 3 : 2;
  const bytes = 13 + hourDigits;
  return {
    width: (text, from) => (text[from] === '-' || text[from] === '~' ? bytes + 1 : bytes),
    encode(value) {
      const time = parseTime(value);
      if (time === null || time.hours.length > hourDigits || (time.negative && !signed)) return null;
      const text = `${time.hours.padStart(hourDigits, '0')}:${time.rest}.${time.fraction.padEnd(6, '0')}`;
      if (time.negative) return descending ? `~${text}` : `-${complementDigits(text)}`;
      return descending ? complementDigits(text) : text;
    },
    decode(component) {
      const negative = component.startsWith('-') || component.startsWith('~');
      const digits = negative ? component.slice(1) : component;
      const time = parseTime(negative === descending ? digits : complementDigits(digits));
      if (time === null) return null;
      const hours = time.hours.replace(/^0(?=\d\d)/, '');
      return `${negative ? '-' : ''}${hours}:${time.rest}${fractionText(time.fraction)}`;
    },
  };
}

function turnOf(descending: boolean): (text: string) => string {
  return descending ? complementDigits : (text) => text;
}
