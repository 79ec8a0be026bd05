import { complementDigits, complementNibbles } from './complement.js';
import type { KeyCodec } from './key-codec.js';

/** U+0000–U+0025: everything below the first byte of a component, and the escape character itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
const LOW = /[\u0000-%]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
const ALL_LOW = /[\u0000-%]/g;
const ESCAPES = /%([0-2][0-9A-F])/g;

/** `%HH` for every character up to `%`. Order stays that of the code points. */
export function escapeComponent(text: string): string {
  if (!LOW.test(text)) return text;
  return text.replace(ALL_LOW, (low) => `%${hexByte(low.charCodeAt(0))}`);
}

export function unescapeComponent(component: string): string {
  return component.replace(ESCAPES, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** `padded`: trailing spaces are no part of the value. */
export function textCodec(descending: boolean, padded: boolean): KeyCodec {
  const value = padded ? trimPadding : (text: string) => text;
  return descending
    ? { width: null, encode: (text) => descendingText(value(text)), decode: readDescendingText }
    : { width: null, encode: (text) => escapeComponent(value(text)), decode: unescapeComponent };
}

/** Spaces only, as SQL compares char(n). */
export function trimPadding(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

/** `~` ends it and sorts behind every hex digit: the longer of two texts that begin alike comes first. */
function descendingText(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text)) out += hexByte(255 - byte);
  return `${out}~`;
}

function readDescendingText(component: string): string | null {
  if (!/^(?:[0-9A-F]{2})*~$/.test(component)) return null;
  const bytes = Buffer.from(component.slice(0, -1), 'hex').map((byte) => 255 - byte);
  return Buffer.from(bytes).toString();
}

function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** 36 bytes: lower-case hex with its hyphens. */
export function uuidCodec(descending: boolean): KeyCodec {
  const turn = descending ? complementNibbles : (text: string) => text;
  return {
    width: () => 36,
    encode(value) {
      const text = value.toLowerCase();
      return UUID.test(text) ? turn(text) : null;
    },
    decode: turn,
  };
}

/** `\x` and hex → hex; the complement ends with `~`, because the width varies. */
export function bytesCodec(descending: boolean): KeyCodec {
  return {
    width: null,
    encode(value) {
      const hex = value.slice(2).toLowerCase();
      if (!value.startsWith('\\x') || !/^(?:[0-9a-f]{2})*$/.test(hex)) return null;
      return descending ? `${complementNibbles(hex)}~` : hex;
    },
    decode: (component) => `\\x${descending ? complementNibbles(component.slice(0, -1)) : component}`,
  };
}

/** The rank of the value among `choices`, each with its spellings, the canonical one first. */
export function choiceCodec(
  choices: readonly (readonly string[])[],
  width: number,
  descending: boolean,
): KeyCodec {
  const turn = descending ? complementDigits : (text: string) => text;
  const ranks = choices.map((_, rank) => turn(String(rank).padStart(width, '0')));
  const rankOf = new Map<string, string>();
  for (const [rank, text] of ranks.entries()) {
    for (const spelling of choices[rank] ?? []) rankOf.set(spelling, text);
  }
  return {
    width: () => width,
    encode: (value) => rankOf.get(value) ?? null,
    decode: (component) => choices[ranks.indexOf(component)]?.[0] ?? null,
  };
}
