import { gunzipSync } from 'node:zlib';
import { typeOf, type WireItem, type WireValue } from './attribute-value.js';

/**
 * What stands on items that were over 400 KB (docs/mapping.md, Oversize), and how readers get the item back that
 * the mapping made. `zipItem` and `splitItem` are the way there.
 */
export const OVERSIZE = {
  /** SS: names of the attributes whose value is B, the gzip of its DynamoDB JSON in UTF-8. */
  zipped: '_gzip',
  /** N, on the head: how many parts there are. */
  parts: '_parts',
  /** N, on a part: its number, from 1. */
  part: '_part',
} as const;

/** Names that items of such a policy need for themselves. */
export function oversizeNames(policy: 'reject' | 'gzip' | 'split'): readonly string[] {
  if (policy === 'reject') return [];
  return policy === 'gzip' ? [OVERSIZE.zipped] : [OVERSIZE.parts, OVERSIZE.part];
}

export const MAX_PARTS = 9999;

/** Sort key of a part: no key of a mapping holds `$`, and the parts of an item stand in their order. */
export function partSortKey(sortKey: string, part: number): string {
  return `${sortKey}$${String(part).padStart(4, '0')}`;
}

/** The sort key of a part's head and its number; null for the sort key of anything else. */
export function parsePartSortKey(sortKey: string): { readonly head: string; readonly part: number } | null {
  const match = /^([^$]*)\$(?!0000)(\d{4})$/s.exec(sortKey);
  return match === null ? null : { head: match[1] ?? '', part: Number(match[2]) };
}

/** Parts that belong to the item; 0 for one that is whole. */
export function partCount(item: WireItem): number {
  const count = numberOf(item[OVERSIZE.parts]);
  return count ?? 0;
}

/** The item is a part of another one. */
export function isPart(item: WireItem): boolean {
  return numberOf(item[OVERSIZE.part]) !== null;
}

/**
 * The item that the mapping made, out of what the table holds: its parts, in any order, are put behind it, and what
 * was compressed is there again. Throws `TypeError` when a part is missing or an attribute is not what it should be.
 */
export function restoreItem(head: WireItem, parts: readonly WireItem[] = []): WireItem {
  return unzipItem(joinParts(head, parts));
}

/** An item without `_gzip` is answered as it is. */
export function unzipItem(item: WireItem): WireItem {
  const names = item[OVERSIZE.zipped]?.['SS'];
  if (!Array.isArray(names)) return item;
  const zipped = new Set(names.map(String));
  const entries = Object.entries(item)
    .filter(([name]) => name !== OVERSIZE.zipped)
    .map(([name, value]) => [name, zipped.has(name) ? unzip(name, value) : value] as const);
  return Object.fromEntries(entries);
}

function unzip(name: string, { B: content }: WireValue): WireValue {
  if (typeof content !== 'string') throw new TypeError(`${name} is in ${OVERSIZE.zipped} and is no B`);
  return JSON.parse(gunzipSync(Buffer.from(content, 'base64')).toString()) as WireValue; // written by zipItem
}

/**
 * A head with its parts. Each attribute of a part that the head does not have is one of the item's; one that
 * several parts have is the concatenation of their values. Parts beyond the head's count are left-overs of an
 * earlier version and are ignored.
 */
export function joinParts(head: WireItem, parts: readonly WireItem[]): WireItem {
  const count = partCount(head);
  if (count === 0) return head;
  const numbered = new Map(parts.map((part) => [numberOf(part[OVERSIZE.part]), part]));
  const whole = new Map(Object.entries(head).filter(([name]) => name !== OVERSIZE.parts));
  for (let number = 1; number <= count; number += 1) {
    const part = numbered.get(number);
    if (part === undefined) throw new TypeError(`part ${number} of ${count} is missing`);
    for (const [name, value] of Object.entries(part)) {
      if (name === OVERSIZE.part || Object.hasOwn(head, name)) continue;
      const before = whole.get(name);
      whole.set(name, before === undefined ? value : concatenate(before, value));
    }
  }
  return Object.fromEntries(whole);
}

function concatenate(one: WireValue, other: WireValue): WireValue {
  const [type, first] = typeOf(one);
  const [otherType, second] = typeOf(other);
  if (type !== otherType) throw new TypeError(`parts of one attribute are ${type} and ${otherType}`);
  switch (type) {
    case 'S':
      return { S: String(first) + String(second) };
    case 'B':
      return { B: Buffer.concat([bytesOf(first), bytesOf(second)]).toString('base64') };
    case 'M':
      return { M: Object.fromEntries([...entriesOf(first), ...entriesOf(second)]) };
    default:
      return { [type]: [...(first as readonly unknown[]), ...(second as readonly unknown[])] };
  }
}

function bytesOf(content: unknown): Buffer {
  return Buffer.from(String(content), 'base64');
}

function entriesOf(content: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(content as object);
}

function numberOf(value: WireValue | undefined): number | null {
  const number = value?.['N'];
  return typeof number === 'string' ? Number(number) : null;
}
