import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import type { Item } from '../../item/item.js';
import { LIMITS, writeUnits } from '../../item/limits.js';
import type { Reject } from '../../item/reject.js';
import { itemBytes } from '../../item/size.js';
import { sinkError } from '../errors.js';
import type { ExistingPolicy, ItemProbe, ItemReader, ItemWriter, Sink, WriteOutcome } from '../sink.js';
import type { SinkTable } from '../sink-options.js';
import { mayReplace } from './put-item.js';
import { queryItems } from './query-items.js';
import { refusal } from './refusal.js';
import { changeStored, memoryRepairer, withoutDone } from './repair-items.js';
import { scanItems } from './scan-items.js';
import { follow, type ScriptedOutcome } from './script.js';

export type { ScriptedOutcome } from './script.js';

export interface MemoryOptions {
  readonly table: SinkTable;
  /** One for each call of `write`, in order; afterwards every batch is stored. */
  readonly script?: readonly ScriptedOutcome[];
  /** Runs at the start of each `write`, before anything is stored: a place to wait, count or abort. */
  readonly before?: (batch: readonly Item[], signal: AbortSignal) => Promise<void> | void;
  /** Default 25 items and 16 MB, as DynamoDB. */
  readonly limits?: { readonly batchItems: number; readonly batchBytes: number };
}

export interface MemorySink extends Sink {
  /** What is stored, by canonical key of its key attributes. */
  readonly items: ReadonlyMap<string, WireItem>;
  /** Every batch that `write` was called with, in order. */
  readonly batches: readonly (readonly Item[])[];
}

/**
 * A table in memory that keeps the sink's contract, refuses what DynamoDB refuses, and throws
 * `SINK_REFUSED` when its caller breaks the contract (a batch over the limits, a key twice or under way).
 */
export function memorySink(options: MemoryOptions): MemorySink {
  const { table } = options;
  const names = [table.partitionKey, table.sortKey];
  const items = new Map<string, WireItem>();
  const batches: (readonly Item[])[] = [];
  const script = [...(options.script ?? [])];
  const underWay = new Set<string>();
  const limits = options.limits ?? { batchItems: LIMITS.batchWriteItems, batchBytes: LIMITS.batchWriteBytes };
  const close = { [Symbol.asyncDispose]: async () => {} };

  function store(batch: readonly Item[], policy: ExistingPolicy, skipped: Item[], rejects: Reject[]): number {
    let units = 0;
    for (const item of batch) {
      const wire = JSON.parse(item.json) as WireItem;
      const key = canonicalKey(wire, names);
      const isPut = item.change?.orPut === true && !items.has(key);
      if (item.change !== undefined && !isPut) {
        const outcome = changeStored(items, table, wire, withoutDone(items.get(key), item.change));
        if (outcome.kind === 'changed' || item.change.changes.length === 0) skipped.push(item);
        else if (outcome.kind === 'refused') rejects.push(rejectOf(item, outcome.reason));
        else units += outcome.units ?? 0;
        continue;
      }
      const reason = refusal(wire, table);
      const old = items.get(key);
      if (reason !== null) rejects.push(rejectOf(item, reason));
      else if (old !== undefined && !mayReplace(old, wire, policy)) skipped.push(item);
      else {
        items.set(key, wire);
        units += writeUnits(itemBytes(wire));
      }
    }
    return units;
  }

  async function write(
    batch: readonly Item[],
    policy: ExistingPolicy,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    batches.push(batch);
    claim(batch, limits, underWay);
    try {
      await options.before?.(batch, signal);
      signal.throwIfAborted();
      const verdict = follow(script.shift() ?? { kind: 'written' }, batch);
      const skipped: Item[] = [];
      const rejects = verdict.rejected.map(({ item, reason }) => rejectOf(item, reason));
      const consumedUnits = store(verdict.store, policy, skipped, rejects);
      const settled = { throttle: verdict.throttle, trouble: verdict.trouble, consumedUnits };
      if (verdict.unprocessed.length === batch.length) {
        return { written: 0, skipped: [], unprocessed: batch, rejects: [], ...settled };
      }
      const written = batch.length - skipped.length - rejects.length - verdict.unprocessed.length;
      return { written, skipped, unprocessed: verdict.unprocessed, rejects, ...settled };
    } finally {
      for (const item of batch) underWay.delete(item.key);
    }
  }

  const reader: ItemReader = {
    async get(keys) {
      const found = new Map<string, WireItem>();
      for (const key of keys) {
        const item = items.get(canonicalKey(JSON.parse(key) as WireItem, names));
        if (item !== undefined) found.set(key, item);
      }
      return found;
    },
    findAny: async (probe) => findIn(items, probe),
    query: async (query) => queryItems(items.values(), table, query),
    scan: async (position) => scanItems(items, names, position),
    ...close,
  };

  return {
    items,
    batches,
    capabilities: { readsBack: true, policies: ['overwrite', 'insert-only', 'olderBy', 'changes'] },
    label: `memory://${table.name}`,
    local: true,
    openWriter: async (policy): Promise<ItemWriter> => ({
      limits,
      write: (batch, signal) => write(batch, policy, signal),
      ...close,
    }),
    openReader: async () => reader,
    openRepairer: async () => memoryRepairer(items, table),
    ...close,
  };
}

/** Holds the batch's keys as under way, or throws because its caller broke the contract. */
function claim(
  batch: readonly Item[],
  limits: { readonly batchItems: number; readonly batchBytes: number },
  underWay: Set<string>,
): void {
  const bytes = batch.reduce((total, item) => total + Buffer.byteLength(item.json), 0);
  if (batch.length === 0 || batch.length > limits.batchItems || bytes > limits.batchBytes) {
    throw sinkError('SINK_REFUSED', `A batch of ${batch.length} items and ${bytes} bytes.`);
  }
  const keys = new Set(batch.map((item) => item.key));
  if (keys.size < batch.length) throw sinkError('SINK_REFUSED', 'A key stands twice in one batch.');
  for (const key of keys) {
    if (underWay.has(key)) throw sinkError('SINK_REFUSED', `The key ${key} is under way in another batch.`);
  }
  for (const key of keys) underWay.add(key);
}

function rejectOf(item: Item, reason: string): Reject {
  const { entity, copy, origin, key } = item;
  return { entity, copy, origin, key, code: 'ITEM_REFUSED', reason };
}

function findIn(
  items: ReadonlyMap<string, WireItem>,
  probe: ItemProbe,
): { readonly found: WireItem | null; readonly exhaustive: boolean } {
  let bytes = 0;
  for (const item of items.values()) {
    const { S: text } = item[probe.attribute] ?? {};
    if (typeof text === 'string' && probe.values.includes(text)) return { found: item, exhaustive: false };
    bytes += itemBytes(item);
    if (bytes > probe.maxBytes) return { found: null, exhaustive: false };
  }
  return { found: null, exhaustive: true };
}
