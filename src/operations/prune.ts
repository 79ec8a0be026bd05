import { itemFingerprint } from '../compare/digest.js';
import type { Joined } from '../compare/item-join.js';
import type { WireItem } from '../item/attribute-value.js';
import { canonicalKey } from '../item/canonical.js';
import { LIMITS, writeUnits } from '../item/limits.js';
import { itemBytes } from '../item/size.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { rateLimit } from '../pipeline/rate.js';
import { sinkError } from '../sink/errors.js';
import type { Sink } from '../sink/sink.js';
import type { Source } from '../source/source.js';
import { type Logger, silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import type { PointInTimeRecovery } from '../table/point-in-time-recovery.js';
import type { Difference } from './diff-report.js';
import { ownedNames } from './owned-names.js';
import { mappedTables, prepare } from './prepare.js';
import { holdFuse, MAX_DELETES, type MaxDeletes, refuseOtherDiff, requireRecovery } from './prune-limits.js';
import type { PruneReport, RefusedItem } from './prune-report.js';
import { readDifferences } from './read-differences.js';
import { lookAgain, type SecondLook } from './second-look.js';
import { openUndo, type UndoWriter } from './undo-file.js';

export interface PruneOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  readonly sink: Sink;
  /** File that a diff has written. */
  readonly differences: string;
  /** New file for what is deleted; null: dry, nothing is deleted. */
  readonly undo: string | null;
  readonly maxDeletes?: MaxDeletes | undefined;
  readonly pointInTimeRecovery: () => Promise<PointInTimeRecovery>;
  /** Delete although it is off or cannot be told. */
  readonly withoutRecovery?: boolean | undefined;
  readonly maxWriteUnits?: number | undefined;
  /** Keys that the report holds; default 5. */
  readonly samples?: number | undefined;
  readonly log?: Logger | undefined;
  readonly signal: AbortSignal;
}

/** Items written to the undo file, and deleted, at once. */
const DELETES_AT_ONCE = 25;

type Counts = {
  -readonly [Key in 'deletable' | 'gone' | 'changed' | 'deleted' | 'held' | 'writeUnits']: number;
};

/**
 * Deletes the orphans of a diff. Each is looked at again, row first: it goes only when it still is the whole item
 * that the diff saw and no row makes its key, on condition that nobody changes it in that moment, and after it is
 * on stable storage in the undo file. So a kill at any time loses nothing, and the same call goes on.
 * Throws as `diff` does, `RUN_DIFFERENCES`, `RUN_FUSE`, `RUN_UNPROTECTED`, `USAGE_VALUE`.
 */
export async function prune(options: PruneOptions): Promise<PruneReport> {
  const started = performance.now();
  const { mapping, source, sink, signal, log = silentLogger } = options;
  await using differences = await readDifferences(options.differences);
  refuseOtherDiff(differences, options.differences, { mapping, source, sink, at: Date.now() });
  const maxDeletes = holdFuse(options.maxDeletes ?? MAX_DELETES, differences);
  const pointInTimeRecovery = await options.pointInTimeRecovery();
  if (options.undo !== null && options.withoutRecovery !== true) {
    requireRecovery(pointInTimeRecovery, sink.label);
  }
  const { mappers, resolved } = await prepare(options);
  const reader = await sink.openReader();
  if (reader === null) throw sinkError('SINK_REFUSED', `${sink.label} cannot be read`);
  await using _ = reader;
  await using snapshot = await source.openSnapshot({
    concurrency: 1,
    tables: mappedTables(mappers),
    consistency: 'chunk',
    signal,
  });
  const look: SecondLook = {
    ...{ snapshot, reader, signal, owned: ownedNames(resolved) },
    // All rows of a key count, those of collisions too.
    mappers: new Map(mappers.map((mapper) => [mapper.entity, mapper])),
    keys: [resolved.table.partitionKey, resolved.table.sortKey],
  };
  const counts: Counts = { deletable: 0, gone: 0, changed: 0, deleted: 0, held: 0, writeUnits: 0 };
  const samples: WireItem[] = [];
  const refused: RefusedItem[] = [];
  await using deleter = await openDeleter(options, { counts, refused, keys: look.keys });
  for await (const orphans of orphansOf(differences.differences())) {
    const { items, gone } = await stillOrphans(orphans, look);
    counts.deletable += items.length;
    counts.gone += gone;
    counts.changed += orphans.length - items.length - gone;
    for (const item of items.slice(0, (options.samples ?? 5) - samples.length)) {
      samples.push(keyOf(item, look.keys));
    }
    await deleter?.delete(items, signal);
    log.info({ ...counts }, 'orphans looked at');
  }
  return {
    mode: deleter === null ? 'dry' : 'pruned',
    source: source.label,
    table: sink.label,
    differences: options.differences,
    foundAt: differences.header.startedAt,
    orphans: counts.deletable + counts.gone + counts.changed,
    ...counts,
    refused,
    maxDeletes,
    items: differences.end.items,
    pointInTimeRecovery,
    undo: deleter === null ? null : options.undo,
    samples,
    durationMs: Math.round(performance.now() - started),
  };
}

async function* orphansOf(
  differences: AsyncIterable<Difference>,
): AsyncGenerator<readonly Difference[], void, undefined> {
  let batch: Difference[] = [];
  for await (const difference of differences) {
    if (difference.kind !== 'orphan') continue;
    batch.push(difference);
    if (batch.length < LIMITS.batchGetItems) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Those that still are the item that the diff saw, with no row that makes their key; and how many are no item any more. */
async function stillOrphans(
  orphans: readonly Difference[],
  look: SecondLook,
): Promise<{ readonly items: readonly WireItem[]; readonly gone: number }> {
  const suspects = orphans.map(({ key: wire, entity, source }): Joined => {
    const key = canonicalKey(wire, look.keys);
    return { key, expected: null, found: { key, value: '', entity, source } };
  });
  const verdicts = await lookAgain(suspects, look);
  const items = verdicts.flatMap((verdict, at) => {
    const found = verdict?.difference.kind === 'orphan' ? verdict.found : null;
    return found !== null && itemFingerprint(found) === orphans[at]?.fingerprint ? [found] : [];
  });
  const settled = suspects.flatMap(({ key }, at) => (verdicts[at] === null ? [key] : []));
  const there = await look.reader.get(settled, look.signal);
  return { items, gone: settled.length - there.size };
}

interface Deleter extends AsyncDisposable {
  delete(items: readonly WireItem[], signal: AbortSignal): Promise<void>;
}

async function openDeleter(
  { sink, undo: path, maxWriteUnits = Number.POSITIVE_INFINITY }: PruneOptions,
  told: { readonly counts: Counts; readonly refused: RefusedItem[]; readonly keys: readonly string[] },
): Promise<Deleter | null> {
  if (path === null) return null;
  const repairer = await sink.openRepairer();
  if (repairer === null) throw sinkError('SINK_REFUSED', `single items of ${sink.label} cannot be deleted`);
  const startedAt = new Date().toISOString();
  const undo = await openUndo(path, { kind: 'undo', format: 1, table: sink.label, startedAt });
  const rate = rateLimit(maxWriteUnits, systemClock);
  const { counts, refused, keys } = told;

  /** The key where the item was not deleted. */
  const deleteOne = async (item: WireItem, signal: AbortSignal): Promise<readonly WireItem[]> => {
    const expected = writeUnits(itemBytes(item));
    await rate.take(expected, signal);
    const outcome = await repairer.remove(item, signal);
    const spent = outcome.kind === 'done' ? (outcome.units ?? expected) : 1; // a condition that fails costs as well
    rate.settle(expected, spent, 0);
    counts.writeUnits += spent;
    if (outcome.kind === 'done') {
      counts.deleted += 1;
      return [];
    }
    const key = keyOf(item, keys);
    if (outcome.kind === 'changed') counts.held += 1;
    else refused.push({ key, reason: outcome.reason });
    return [key];
  };
  return {
    async delete(items, signal) {
      for (let at = 0; at < items.length; at += DELETES_AT_ONCE) {
        await deleteBatch(items.slice(at, at + DELETES_AT_ONCE), undo, (item) => deleteOne(item, signal));
        signal.throwIfAborted();
      }
    },
    async [Symbol.asyncDispose]() {
      await undo[Symbol.asyncDispose]();
      await repairer[Symbol.asyncDispose]();
    },
  };
}

async function deleteBatch(
  items: readonly WireItem[],
  undo: UndoWriter,
  deleteOne: (item: WireItem) => Promise<readonly WireItem[]>,
): Promise<void> {
  await undo.add(items);
  const outcomes = await Promise.allSettled(items.map(deleteOne)); // all, so that none lands when the run is over
  await undo.keep(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

export function keyOf(item: WireItem, keys: readonly string[]): WireItem {
  return Object.fromEntries(keys.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}
