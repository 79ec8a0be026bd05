import type { WireItem } from '../item/attribute-value.js';
import { partCount, partSortKey, restoreItem } from '../item/oversize.js';
import type { ResolvedTable } from '../mapping/resolved-mapping.js';
import type { ItemReader } from '../sink/sink.js';
import { messageOf } from '../support/error.js';

export interface Restored {
  /** As the mapping made it; as the table holds it where that cannot be put together. */
  readonly item: WireItem;
  /** Why it is not whole: `part 2 of 3 is missing`; null where it is. */
  readonly trouble: string | null;
}

export interface RestoreReport {
  readonly restored: readonly Restored[];
  readonly requests: number;
  readonly readUnits: number;
}

/** Puts items that were over 400 KB together again: what was compressed is unpacked, parts are read and joined. */
export async function restoreItems(
  items: readonly WireItem[],
  table: ResolvedTable,
  reader: ItemReader,
  { consistent, signal }: { readonly consistent: boolean; readonly signal: AbortSignal },
): Promise<RestoreReport> {
  const restored: Restored[] = [];
  let requests = 0;
  let readUnits = 0;
  for (const item of items) {
    const parts: WireItem[] = [];
    let after: WireItem | null = null;
    for (let more = partCount(item) > 0; more; more = after !== null) {
      const page = await reader.query(
        { ...partsOf(item, table), descending: false, consistent, after },
        signal,
      );
      parts.push(...page.items);
      after = page.next;
      requests += 1;
      readUnits += page.consumedUnits ?? 0;
    }
    restored.push(restore(item, parts));
  }
  return { restored, requests, readUnits };
}

/** Parts lie behind their head, in its partition. */
function partsOf(item: WireItem, { partitionKey, sortKey }: ResolvedTable) {
  const text = (name: string) => String(item[name]?.['S']);
  const stem = text(sortKey);
  return {
    index: null,
    partition: [{ name: partitionKey, type: 'S', value: text(partitionKey) }],
    sort: [
      {
        name: sortKey,
        type: 'S',
        kind: 'range',
        from: partSortKey(stem, 1),
        to: partSortKey(stem, partCount(item)),
      },
    ],
    limit: null,
  } as const;
}

function restore(item: WireItem, parts: readonly WireItem[]): Restored {
  try {
    return { item: restoreItem(item, parts), trouble: null };
  } catch (error) {
    return { item, trouble: messageOf(error) };
  }
}
