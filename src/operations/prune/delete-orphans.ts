import type { WireItem } from '../../item/attribute-value.js';
import { keyOf } from '../../item/canonical.js';
import { LIMITS, writeUnits } from '../../item/limits.js';
import { itemBytes } from '../../item/size.js';
import { rateLimit } from '../../pipeline/rate.js';
import { sinkError } from '../../sink/errors.js';
import type { Sink } from '../../sink/sink.js';
import { type Logger, silentLogger } from '../../support/log.js';
import { systemClock } from '../../support/time.js';
import type { Difference } from '../diff-report.js';
import type { Deletion, RefusedItem } from './prune-report.js';
import { openUndo, type UndoWriter } from './undo-file.js';

/** An item that no row makes any more, as it was seen. */
export type Orphan = Pick<Difference, 'entity' | 'key' | 'source' | 'fingerprint'>;

/** What a last look says of some orphans; those that are in neither have changed, and stay. */
export interface Looked {
  /** That may be deleted, whole as they are now. */
  readonly items: readonly WireItem[];
  /** How many are not in the table any more. */
  readonly gone: number;
}

export interface DeleteOptions {
  readonly sink: Sink;
  /** Names of the table's partition and sort key. */
  readonly keys: readonly string[];
  /** New file for what is deleted; null: dry, nothing is deleted. */
  readonly undo: string | null;
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
 * Deletes orphans that still are what was seen. What `look` lets go of a batch is deleted before the next one is looked
 * at, after it is on stable storage in the undo file, on condition that nobody changes it in that moment. So a kill at any
 * time loses nothing. Throws `SINK_*`, `USAGE_VALUE` where the undo file is there already, `RUN_OUTPUT`.
 */
export async function deleteOrphans<One extends Orphan>(
  batches: AsyncIterable<readonly One[]>,
  look: (batch: readonly One[]) => Promise<Looked>,
  options: DeleteOptions,
): Promise<Deletion> {
  const { undo, keys, samples: most = 5, log = silentLogger, signal } = options;
  const counts: Counts = { deletable: 0, gone: 0, changed: 0, deleted: 0, held: 0, writeUnits: 0 };
  const samples: WireItem[] = [];
  const refused: RefusedItem[] = [];
  await using deleter = await openDeleter(options, { counts, refused });
  for await (const batch of batches) {
    const { items, gone } = await look(batch);
    counts.deletable += items.length;
    counts.gone += gone;
    counts.changed += batch.length - items.length - gone;
    for (const item of items.slice(0, most - samples.length)) samples.push(keyOf(item, keys));
    await deleter?.delete(items, signal);
    log.info({ ...counts }, 'orphans looked at');
  }
  return {
    mode: deleter === null ? 'dry' : 'pruned',
    orphans: counts.deletable + counts.gone + counts.changed,
    ...counts,
    refused,
    undo: deleter === null ? null : undo,
    samples,
  };
}

/** As many at once as one look takes. */
export async function* inBatches<One>(
  orphans: Iterable<One> | AsyncIterable<One>,
): AsyncGenerator<readonly One[], void, undefined> {
  let batch: One[] = [];
  for await (const orphan of orphans) {
    batch.push(orphan);
    if (batch.length < LIMITS.batchGetItems) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Deleter extends AsyncDisposable {
  delete(items: readonly WireItem[], signal: AbortSignal): Promise<void>;
}

async function openDeleter(
  { sink, keys, undo: path, maxWriteUnits = Number.POSITIVE_INFINITY }: DeleteOptions,
  { counts, refused }: { readonly counts: Counts; readonly refused: RefusedItem[] },
): Promise<Deleter | null> {
  if (path === null) return null;
  const repairer = await sink.openRepairer();
  if (repairer === null) throw sinkError('SINK_REFUSED', `single items of ${sink.label} cannot be deleted`);
  const startedAt = new Date().toISOString();
  const undo = await openUndo(path, { kind: 'undo', format: 1, table: sink.label, startedAt });
  const rate = rateLimit(maxWriteUnits, systemClock);

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
