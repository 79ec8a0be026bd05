import type { SpillRecord } from '../compare/spill.js';
import { compareKeyText } from '../mapping/key/key-order.js';
import { type LastBy, UNORDERED } from '../mapping/keys-only.js';
import { type Collision, type CollisionSource, SOURCES_KEPT } from './collision.js';

/** An item as the pass keeps it under the digest of its key. */
export interface KeyRecord {
  readonly key: string;
  /** Number of its copy among those that are looked at. */
  readonly copy: number;
  /** As lineage. */
  readonly source: string;
  /** Sorts as the source key. */
  readonly order: string;
  /** Undefined where the copy has no `lastBy`. */
  readonly lastBy: LastBy | undefined;
}

interface Group {
  readonly digest: string;
  items: number;
  /** The first, in order. */
  first: KeyRecord[];
  best: KeyRecord;
  /** All are of one copy that has a `lastBy`, and each has a value that can be compared. */
  resolved: boolean;
}

export function recordText({ key, copy, source, order, lastBy }: KeyRecord): string {
  return JSON.stringify(
    lastBy === undefined ? [key, copy, source, order] : [key, copy, source, order, lastBy],
  );
}

/** The keys of more than one record, by key. The records of a digest must all be there. */
export function groupByKey(
  records: Iterable<SpillRecord>,
  copies: readonly Omit<CollisionSource, 'source'>[],
): readonly Collision[] {
  const groups = new Map<string, Group>();
  const keysOf = new Map<string, number>();
  for (const { digest, payload } of records) {
    const record = readRecord(payload);
    const group = groups.get(record.key);
    if (group !== undefined) add(group, record);
    else {
      keysOf.set(digest, (keysOf.get(digest) ?? 0) + 1);
      groups.set(record.key, {
        digest,
        items: 1,
        first: [record],
        best: record,
        resolved: isComparable(record),
      });
    }
  }
  const sourceOf = ({ copy, source }: KeyRecord): CollisionSource => ({
    entity: copies[copy]?.entity ?? '',
    copy: copies[copy]?.copy ?? '',
    source,
  });
  return [...groups]
    .filter(([, { items }]) => items > 1)
    .sort(([one], [other]) => compareKeyText(one, other))
    .map(([key, { digest, items, first, best, resolved }]) => ({
      key,
      items,
      sources: first.map(sourceOf),
      winner: resolved ? sourceOf(best) : null,
      exact: (keysOf.get(digest) ?? 0) > 1,
    }));
}

function readRecord(payload: string): KeyRecord {
  const [key, copy, source, order, lastBy] = JSON.parse(payload) as [string, number, string, string, LastBy?];
  return { key, copy, source, order, lastBy };
}

function add(group: Group, record: KeyRecord): void {
  group.items += 1;
  group.resolved &&= isComparable(record) && record.copy === group.best.copy;
  if (group.resolved && isLater(record, group.best)) group.best = record;
  const last = group.first.at(-1);
  if (group.first.length >= SOURCES_KEPT && last !== undefined && compareRecords(record, last) > 0) return;
  group.first = [...group.first, record].sort(compareRecords).slice(0, SOURCES_KEPT);
}

function isComparable({ lastBy }: KeyRecord): boolean {
  return lastBy !== undefined && lastBy !== UNORDERED;
}

/** NULL is older than any value; of equals the one with the later source key wins. */
function isLater(one: KeyRecord, other: KeyRecord): boolean {
  const [a, b] = [one.lastBy, other.lastBy];
  const by =
    typeof a === 'string' && typeof b === 'string'
      ? compareKeyText(a, b)
      : Number(typeof a === 'string') - Number(typeof b === 'string');
  return by > 0 || (by === 0 && compareRecords(one, other) > 0);
}

function compareRecords(one: KeyRecord, other: KeyRecord): number {
  return (
    one.copy - other.copy ||
    compareKeyText(one.order, other.order) ||
    compareKeyText(one.source, other.source)
  );
}
