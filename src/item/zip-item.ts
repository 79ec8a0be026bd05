import { gzipSync } from 'node:zlib';
import type { WireItem, WireValue } from './attribute-value.js';
import { LIMITS } from './limits.js';
import { OVERSIZE } from './oversize.js';
import { itemBytes, valueBytes } from './size.js';

/** Names from the largest value to the smallest, equal ones by name; without those to keep. */
export function largestFirst(item: WireItem, keep: ReadonlySet<string>): readonly string[] {
  return Object.entries(item)
    .filter(([name]) => !keep.has(name))
    .map(([name, value]) => ({ name, bytes: valueBytes(value) }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/**
 * An item over 400 KB made to fit: its attributes are compressed, the largest first, until it does. One that would
 * not become smaller is left as it is. Null when all of them are not enough. `keep` are keys and labels.
 */
export function zipItem(item: WireItem, keep: ReadonlySet<string>): WireItem | null {
  const values = new Map(Object.entries(item));
  const zipped: string[] = [];
  let bytes = itemBytes(item) + Buffer.byteLength(OVERSIZE.zipped);
  for (const name of largestFirst(item, keep)) {
    const value = values.get(name) as WireValue; // one of its own names
    const { content, size } = zip(value);
    const saved = valueBytes(value) - size;
    if (saved <= 0) continue;
    values.set(name, { B: content });
    zipped.push(name);
    bytes += Buffer.byteLength(name) - saved;
    if (bytes <= LIMITS.itemBytes) {
      return Object.fromEntries([...values, [OVERSIZE.zipped, { SS: zipped.sort() }]]);
    }
  }
  return null;
}

/** The header's byte for the operating system is 255, unknown, wherever it is written. */
function zip(value: WireValue): { readonly content: string; readonly size: number } {
  const bytes = gzipSync(JSON.stringify(value));
  bytes[9] = 255;
  return { content: bytes.toString('base64'), size: bytes.length };
}
