import type { WireItem } from '../item/attribute-value.js';
import { keyAttributes, keyNames } from '../item/key-attribute.js';
import type { Target } from '../mapping/access/compile-pattern.js';
import { compileIdentify, type Identity } from '../mapping/access/identify-item.js';
import type { ResolvedIndex, ResolvedMapping } from '../mapping/resolved-mapping.js';
import { sinkError } from '../sink/errors.js';
import type { Sink } from '../sink/sink.js';
import { cursorsOf, pageToken } from './page-token.js';
import { mergeTargets } from './query-targets.js';
import { type Restored, restoreItems } from './restore-items.js';

export interface FindOptions {
  readonly resolved: ResolvedMapping;
  readonly sink: Sink;
  /** Null: the table itself. */
  readonly index: ResolvedIndex | null;
  readonly targets: readonly Target[];
  readonly descending: boolean;
  readonly consistent: boolean;
  /** The most items; null: every one. */
  readonly limit: number | null;
  /** From a former result of the same question: goes on behind its last item. */
  readonly pageToken: string | undefined;
  readonly signal: AbortSignal;
}

/** Items of the table as the mapping made them. */
export interface Found {
  readonly items: readonly FoundItem[];
  /** Read units that DynamoDB says it consumed; null where it does not say. */
  readonly readUnits: number | null;
  readonly requests: number;
  /** Continues behind the last item; null where that was the last there is. */
  readonly nextPageToken: string | null;
}

export interface FoundItem {
  /** Null: no copy of the mapping makes such an item. */
  readonly entity: string | null;
  readonly copy: string | null;
  /** What the key holds, by source column. */
  readonly key: Identity['key'];
  /** As DynamoDB has it, parts put together: numbers as their exact text. */
  readonly item: WireItem;
  /** Why an item of several parts is not whole; null where it is. */
  readonly trouble: string | null;
}

/** Asks the targets and reads what they hold. Throws `USAGE_VALUE` for a page token of another question, `SINK_*`. */
export async function findItems(options: FindOptions): Promise<Found> {
  const { resolved, sink, index, targets, consistent, signal } = options;
  const { table } = resolved;
  const asked = JSON.stringify([table.name, index?.name ?? null, options.descending, targets]);
  const cursors = cursorsOf(options.pageToken, asked, targets.length);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  await using _ = reader;
  const place = new Set(
    [table, index ?? table].flatMap((key) => [...keyNames(key.partitionKey), ...keyNames(key.sortKey)]),
  );
  const keys = {
    index: index?.name ?? null,
    sort: keyAttributes((index ?? table).sortKey),
    place: [...place],
  };
  const merged = await mergeTargets({ ...options, reader, keys, cursors });
  const whole = await restoreItems(merged.items, table, reader, { consistent, signal });
  const identify = compileIdentify(resolved);
  return {
    items: whole.restored.map((restored) => describe(restored, identify(restored.item))),
    readUnits: merged.readUnits === null ? null : merged.readUnits + whole.readUnits,
    requests: merged.requests + whole.requests,
    nextPageToken: merged.next === null ? null : pageToken(merged.next, asked),
  };
}

function describe({ item, trouble }: Restored, identity: Identity | null): FoundItem {
  const { entity, copy, key } = identity ?? { entity: null, copy: null, key: {} };
  return { entity, copy, key, item, trouble };
}
