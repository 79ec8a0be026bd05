import { typeOf, type WireItem, type WireValue } from './attribute-value.js';
import { LIMITS } from './limits.js';
import { MAX_PARTS, OVERSIZE } from './oversize.js';
import { itemBytes, valueBytes } from './size.js';
import { largestFirst } from './zip-item.js';

export interface SplitItem {
  /** The item under its own key, with `_parts`. */
  readonly head: WireItem;
  /** Attributes of the parts and `_part`; the caller puts keys and labels in front. */
  readonly parts: readonly WireItem[];
}

/** Bytes of `_part` and its number, at most. */
const PART_BYTES = Buffer.byteLength(OVERSIZE.part) + 4;
const PARTS_BYTES = Buffer.byteLength(OVERSIZE.parts) + 4;

/**
 * An item over 400 KB as a head and parts: attributes leave the head, the largest first, until it fits. They fill the
 * parts by name; one that does not fit into a part of its own is cut (`cut`). `partBytes` is what keys and labels
 * take of each part. Null when something cannot be cut small enough.
 */
export function splitItem(item: WireItem, keep: ReadonlySet<string>, partBytes: number): SplitItem | null {
  const moved: string[] = [];
  let bytes = itemBytes(item) + PARTS_BYTES;
  for (const name of largestFirst(item, keep)) {
    if (bytes <= LIMITS.itemBytes) break;
    moved.push(name);
    bytes -= Buffer.byteLength(name) + valueBytes(item[name] as WireValue); // one of its own names
  }
  if (bytes > LIMITS.itemBytes) return null;
  const parts = fillParts(item, moved.sort(), LIMITS.itemBytes - partBytes - PART_BYTES);
  if (parts === null || parts.length > MAX_PARTS) return null;
  const head = Object.entries(item).filter(([name]) => !moved.includes(name));
  return {
    head: Object.fromEntries([...head, [OVERSIZE.parts, { N: String(parts.length) }]]),
    parts: parts.map((part, at) => Object.fromEntries([...part, [OVERSIZE.part, { N: String(at + 1) }]])),
  };
}

type Part = [string, WireValue][];

function fillParts(item: WireItem, names: readonly string[], capacity: number): readonly Part[] | null {
  const parts: Part[] = [];
  let room = 0;
  for (const name of names) {
    const nameBytes = Buffer.byteLength(name);
    let rest: WireValue | null = item[name] as WireValue; // one of its own names
    while (rest !== null) {
      const bytes = nameBytes + valueBytes(rest);
      if (bytes > room && room < capacity) {
        parts.push([]);
        room = capacity;
      }
      if (bytes <= room) {
        parts.at(-1)?.push([name, rest]);
        room -= bytes;
        rest = null;
        continue;
      }
      const pieces = cut(rest, room - nameBytes);
      if (pieces === null) return null;
      parts.at(-1)?.push([name, pieces[0]]);
      room = 0;
      rest = pieces[1];
    }
  }
  return parts;
}

/**
 * The most of a value that takes no more than `room` bytes, and what is left: text between characters, binary between
 * bytes, lists and sets between elements, maps between entries. Null when the first of them is too large already.
 */
function cut(value: WireValue, room: number): readonly [WireValue, WireValue] | null {
  const [type, content] = typeOf(value);
  switch (type) {
    case 'S': {
      const text = String(content);
      const at = charactersWithin(text, room);
      return at === 0 ? null : [{ S: text.slice(0, at) }, { S: text.slice(at) }];
    }
    case 'B': {
      const bytes = Buffer.from(String(content), 'base64');
      const piece = (from: number, to?: number) => ({ B: bytes.subarray(from, to).toString('base64') });
      return room <= 0 ? null : [piece(0, room), piece(room)];
    }
    case 'M': {
      const entries = Object.entries(content as WireItem);
      const at = countWithin(entries, room - 3, ([name, entry]) => itemBytes({ [name]: entry }) + 1);
      const piece = (from: number, to?: number) => ({ M: Object.fromEntries(entries.slice(from, to)) });
      return at === 0 ? null : [piece(0, at), piece(at)];
    }
    case 'L': {
      const elements = content as readonly WireValue[];
      const at = countWithin(elements, room - 3, (element) => valueBytes(element) + 1);
      return at === 0 ? null : [{ L: elements.slice(0, at) }, { L: elements.slice(at) }];
    }
    case 'SS':
    case 'NS':
    case 'BS': {
      const elements = content as readonly string[];
      const at = countWithin(elements, room, (element) => valueBytes({ [type]: [element] }));
      return at === 0 ? null : [{ [type]: elements.slice(0, at) }, { [type]: elements.slice(at) }];
    }
    default:
      return null;
  }
}

function countWithin<Element>(
  elements: readonly Element[],
  room: number,
  bytesOf: (element: Element) => number,
): number {
  let left = room;
  let count = 0;
  for (const element of elements) {
    left -= bytesOf(element);
    if (left < 0) break;
    count += 1;
  }
  return count;
}

/** UTF-16 units of the longest beginning that has at most `room` bytes of UTF-8 and cuts no character. */
function charactersWithin(text: string, room: number): number {
  let at = 0;
  let left = room;
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    if (left < 0) break;
    at += code < 0x1_0000 ? 1 : 2;
  }
  return at;
}
