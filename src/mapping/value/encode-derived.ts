import { types } from 'node:util';
import { jsonText } from '../../item/json-text.js';
import { LIMITS } from '../../item/limits.js';
import { canonicalNumber } from '../../item/number.js';
import { NAME_BYTES } from './encode-map.js';
import {
  type Encoding,
  fail,
  writeBoolean,
  writeBytes,
  writeNull,
  writeNumber,
  writeText,
} from './encode-value.js';

/** What is inside the innermost list or map is a level too. */
const DEEPEST = LIMITS.nestingLevels - 1;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * What a function of the mapping returned, neither null nor undefined → attribute value; `level` lists and maps are
 * around it. Nothing is converted: a value that DynamoDB cannot hold exactly is `DERIVE_VALUE`, or what the same
 * value in a column would be (`VALUE_NOT_EXACT`, `VALUE_TOO_DEEP`).
 */
export function writeDerived(value: unknown, level: number, into: Encoding): string {
  switch (typeof value) {
    case 'string':
      return LONE_SURROGATE.test(value)
        ? refuse(into, 'half of a surrogate pair is no text')
        : writeText(value, into);
    case 'boolean':
      return writeBoolean(value, into);
    case 'bigint':
      return writeNumber(String(value), into);
    case 'number':
      return numberText(value, into, (text) => writeNumber(text, into));
    case 'object':
      return value === null ? writeNull(into) : writeObject(value, level, into);
    default:
      return refuse(into, `${kindOf(value)} is no value of DynamoDB`);
  }
}

/** Digits in a text, or a number: `as: 'number'`. */
export function writeDerivedNumber(value: unknown, whole: boolean, into: Encoding): string {
  const text =
    typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number'
      ? String(value)
      : null;
  const number = text === null ? null : canonicalNumber(text);
  if (number === null) return refuse(into, `${kindOf(value)} is no number, which as: 'number' asks for`);
  if (whole && !/^-?\d+$/.test(number)) return refuse(into, 'time to live is whole seconds since 1970');
  return typeof value === 'number'
    ? numberText(value, into, (exact) => writeNumber(exact, into))
    : writeNumber(number, into);
}

/** Text: `as: 'string'`. */
export function writeDerivedText(value: unknown, into: Encoding): string {
  if (typeof value === 'string') return writeDerived(value, 0, into);
  return refuse(into, `${kindOf(value)} is no text, which as: 'string' asks for`);
}

function writeObject(value: object, level: number, into: Encoding): string {
  if (types.isUint8Array(value)) return writeBytes(bytesOf(value), into);
  if (types.isSet(value)) return writeSet(value, into);
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) return refuse(into, `${kindOf(value)} is no value of DynamoDB`);
  if (level >= DEEPEST) {
    return fail(into, 'VALUE_TOO_DEEP', `more than ${LIMITS.nestingLevels} levels of nesting`);
  }
  into.bytes += 3;
  return isList ? writeList(value, level + 1, into) : writeMap(value, level + 1, into);
}

function writeList(list: readonly unknown[], level: number, into: Encoding): string {
  const elements: string[] = [];
  // Not forEach: a hole is an element that is missing, as undefined is.
  for (let at = 0; at < list.length; at += 1) {
    if (list[at] === undefined) return refuse(into, 'an element of a list is undefined');
    into.bytes += 1;
    elements.push(writeDerived(list[at], level, into));
    if (into.failure !== null) return '';
  }
  return `{"L":[${elements.join(',')}]}`;
}

/** What is undefined is left off. */
function writeMap(map: object, level: number, into: Encoding): string {
  const entries: string[] = [];
  for (const [name, value] of Object.entries(map)) {
    if (value === undefined) continue;
    const bytes = Buffer.byteLength(name);
    if (bytes === 0 || bytes > NAME_BYTES || LONE_SURROGATE.test(name)) {
      return refuse(into, `a name of a map has 1 to ${NAME_BYTES} bytes of text`);
    }
    into.bytes += bytes + 1;
    entries.push(`${jsonText(name)}:${writeDerived(value, level, into)}`);
    if (into.failure !== null) return '';
  }
  return `{"M":{${entries.join(',')}}}`;
}

const SET_TYPES = { S: 'SS', N: 'NS', B: 'BS' } as const;

function writeSet(set: ReadonlySet<unknown>, into: Encoding): string {
  const contents = new Set<string>();
  let type: keyof typeof SET_TYPES | null = null;
  for (const element of set) {
    const own = typeOf(element);
    if (own === null) return refuse(into, `${kindOf(element)} is no element of a set`);
    if (type !== null && own !== type) return refuse(into, 'a set is of texts, of numbers or of bytes alone');
    type = own;
    const written = writeDerived(element, 0, into).slice('{"S":'.length, -1);
    if (into.failure !== null) return '';
    if (contents.has(written)) return refuse(into, 'two elements of a set are equal');
    contents.add(written);
  }
  if (type === null) return refuse(into, 'a set without elements; return undefined to leave it off');
  return `{"${SET_TYPES[type]}":[${[...contents].join(',')}]}`;
}

function typeOf(element: unknown): keyof typeof SET_TYPES | null {
  if (typeof element === 'string') return 'S';
  if (typeof element === 'number' || typeof element === 'bigint') return 'N';
  return types.isUint8Array(element) ? 'B' : null;
}

function numberText(value: number, into: Encoding, write: (text: string) => string): string {
  if (!Number.isFinite(value)) return refuse(into, `${value} is no number of DynamoDB`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return refuse(into, 'a whole number beyond 2^53 may have been rounded; return a bigint');
  }
  return write(Object.is(value, -0) ? '0' : String(value));
}

function bytesOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** A module may run in another realm, where Object.prototype is another object. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refuse(into: Encoding, reason: string): '' {
  return fail(into, 'DERIVE_VALUE', reason);
}

/** What a value is, without the value. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return 'a list';
  if (types.isPromise(value)) return 'a Promise (derive cannot be async)';
  const name = isPlain(value) ? 'map' : value.constructor?.name;
  return `a ${name ?? 'map'}`;
}
