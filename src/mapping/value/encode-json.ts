import { isPlainText } from '../../item/json-text.js';
import { LIMITS } from '../../item/limits.js';
import { NAME_BYTES } from './encode-map.js';
import { type Encoding, fail, writeBoolean, writeNull, writeNumber } from './encode-value.js';

/** Where a JSON text is being read, and how many lists and maps enclose that place. */
interface Cursor {
  readonly text: string;
  at: number;
  level: number;
}

/** What is inside the innermost list or map is a level too: DynamoDB Local refuses 32 of them around nothing. */
const DEEPEST = LIMITS.nestingLevels - 1;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON strings hold none
const CONTROL = /[\u0000-\u001f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * JSON text → attribute value, without `JSON.parse`: numbers go from text to text. Refused: numbers that
 * DynamoDB would round, names that occur twice in an object (one of the values would be lost), and more
 * than 32 levels, `level` of which enclose the value already (31 lists and maps around a scalar).
 */
export function writeJson(text: string, level: number, into: Encoding): string {
  const cursor: Cursor = { text, at: 0, level };
  const value = readValue(cursor, into);
  if (into.failure === null && cursor.at !== text.length) return malformed(into);
  return value;
}

function readValue(cursor: Cursor, into: Encoding): string {
  skipSpace(cursor);
  const { text, at } = cursor;
  let value: string;
  switch (text.charAt(at)) {
    case '"': {
      const string = readString(cursor, into);
      value = `{"S":${string}}`;
      break;
    }
    case '{':
      value = nested(cursor, into, readObject);
      break;
    case '[':
      value = nested(cursor, into, readArray);
      break;
    case 't':
      value = readWord(cursor, 'true', into) ? writeBoolean(true, into) : '';
      break;
    case 'f':
      value = readWord(cursor, 'false', into) ? writeBoolean(false, into) : '';
      break;
    case 'n':
      value = readWord(cursor, 'null', into) ? writeNull(into) : '';
      break;
    default:
      value = readNumber(cursor, into);
  }
  skipSpace(cursor);
  return value;
}

function nested(cursor: Cursor, into: Encoding, read: (cursor: Cursor, into: Encoding) => string): string {
  if (cursor.level === DEEPEST) {
    return fail(into, 'VALUE_TOO_DEEP', `more than ${LIMITS.nestingLevels} levels of nesting`);
  }
  cursor.level += 1;
  cursor.at += 1;
  into.bytes += 3;
  const value = read(cursor, into);
  cursor.level -= 1;
  return value;
}

function readArray(cursor: Cursor, into: Encoding): string {
  let elements = '';
  skipSpace(cursor);
  if (take(cursor, ']')) return '{"L":[]}';
  for (;;) {
    const value = readValue(cursor, into);
    if (into.failure !== null) return '';
    into.bytes += 1;
    elements = elements === '' ? value : `${elements},${value}`;
    if (take(cursor, ']')) return `{"L":[${elements}]}`;
    if (!take(cursor, ',')) return malformed(into);
  }
}

function readObject(cursor: Cursor, into: Encoding): string {
  let entries = '';
  const names = new Set<string>();
  skipSpace(cursor);
  if (take(cursor, '}')) return '{"M":{}}';
  for (;;) {
    skipSpace(cursor);
    if (cursor.text.charAt(cursor.at) !== '"') return malformed(into);
    const before = into.bytes;
    const name = readString(cursor, into);
    if (into.failure !== null) return '';
    if (names.has(name)) return fail(into, 'VALUE_NOT_EXACT', 'a name occurs twice in one object');
    if (name === '""' || into.bytes - before > NAME_BYTES) {
      return fail(into, 'VALUE_NOT_EXACT', `a name of a map has 1 to ${NAME_BYTES} bytes`);
    }
    names.add(name);
    skipSpace(cursor);
    if (!take(cursor, ':')) return malformed(into);
    const value = readValue(cursor, into);
    if (into.failure !== null) return '';
    into.bytes += 1;
    entries = entries === '' ? `${name}:${value}` : `${entries},${name}:${value}`;
    if (take(cursor, '}')) return `{"M":{${entries}}}`;
    if (!take(cursor, ',')) return malformed(into);
  }
}

/** The JSON string at the cursor in one spelling, quotes included; its bytes are added. */
function readString(cursor: Cursor, into: Encoding): string {
  const { text } = cursor;
  const start = cursor.at + 1;
  let end = text.indexOf('"', start);
  while (end > 0 && isEscaped(text, start, end)) end = text.indexOf('"', end + 1);
  if (end < 0) return malformed(into);
  cursor.at = end + 1;
  const inside = text.slice(start, end);
  if (isPlainText(inside)) {
    into.bytes += inside.length;
    return `"${inside}"`;
  }
  const string = unescapeJson(inside);
  if (string === null) return malformed(into);
  if (LONE_SURROGATE.test(string)) {
    return fail(into, 'VALUE_NOT_EXACT', 'half of a surrogate pair is no text');
  }
  into.bytes += Buffer.byteLength(string);
  return JSON.stringify(string);
}

/** An odd number of backslashes stands before `at`. */
function isEscaped(text: string, start: number, at: number): boolean {
  let backslash = at;
  while (backslash > start && text.charCodeAt(backslash - 1) === 92) backslash -= 1;
  return (at - backslash) % 2 === 1;
}

function unescapeJson(inside: string): string | null {
  if (!inside.includes('\\')) return CONTROL.test(inside) ? null : inside;
  try {
    return JSON.parse(`"${inside}"`) as string; // a quoted text parses to a string
  } catch {
    return null; // reported as malformed by the caller
  }
}

function readNumber(cursor: Cursor, into: Encoding): string {
  NUMBER.lastIndex = cursor.at;
  const match = NUMBER.exec(cursor.text);
  if (match === null) return malformed(into);
  cursor.at = NUMBER.lastIndex;
  return writeNumber(match[0], into);
}

function readWord(cursor: Cursor, word: string, into: Encoding): boolean {
  if (cursor.text.startsWith(word, cursor.at)) {
    cursor.at += word.length;
    return true;
  }
  malformed(into);
  return false;
}

function take(cursor: Cursor, char: string): boolean {
  if (cursor.text.charAt(cursor.at) !== char) return false;
  cursor.at += 1;
  return true;
}

function skipSpace(cursor: Cursor): void {
  if (cursor.text.charCodeAt(cursor.at) > 32) return;
  SPACE.lastIndex = cursor.at;
  SPACE.exec(cursor.text);
  cursor.at = SPACE.lastIndex;
}

function malformed(into: Encoding): '' {
  return fail(into, 'VALUE_MALFORMED', 'the text is no JSON');
}
