import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import type { QueryPage, ScanPosition } from '../sink.js';

/** Few, so that a small table has several pages. */
const PAGE_ITEMS = 100;

/** A Scan over items in memory, by canonical key: cut into segments by a sum over the key's characters. */
export function scanItems(
  items: ReadonlyMap<string, WireItem>,
  names: readonly string[],
  { segment, segments, after }: ScanPosition,
): QueryPage {
  const last = after === null ? null : canonicalKey(after, names);
  const found = [...items]
    .filter(([key]) => segmentOf(key, segments) === segment && (last === null || key > last))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
  const page = found.slice(0, PAGE_ITEMS);
  return {
    items: page,
    next: page.length < found.length ? (page.at(-1) ?? null) : null,
    consumedUnits: null,
  };
}

function segmentOf(key: string, segments: number): number {
  let sum = 0;
  for (let at = 0; at < key.length; at += 1) sum = (sum * 31 + key.charCodeAt(at)) % 1_000_003;
  return sum % segments;
}
