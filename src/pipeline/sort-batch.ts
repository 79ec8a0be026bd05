import type { Reject } from '../item/reject.js';
import { sinkError } from '../sink/errors.js';
import type { WriteOutcome } from '../sink/sink.js';
import type { Pending } from './pending.js';

/** The items of a batch by what became of them. */
export interface SortedBatch {
  readonly written: readonly Pending[];
  /** To be sent again. */
  readonly left: readonly Pending[];
  /** A condition held them back. */
  readonly held: readonly Pending[];
  readonly rejected: readonly { readonly pending: Pending; readonly reject: Reject }[];
}

const NONE: readonly never[] = [];

/** Throws `SINK_REFUSED` where the sink's account of the batch does not add up. */
export function sortBatch(batch: readonly Pending[], outcome: WriteOutcome): SortedBatch {
  // Nearly every batch is written whole: no sets and maps for it.
  if (outcome.written === batch.length) return { written: batch, left: NONE, held: NONE, rejected: NONE };
  const unprocessed = new Set(outcome.unprocessed);
  const skipped = new Set(outcome.skipped);
  const rejects = new Map(outcome.rejects.map((reject) => [reject.key, reject]));
  const sorted = {
    written: [] as Pending[],
    left: [] as Pending[],
    held: [] as Pending[],
    rejected: [] as { pending: Pending; reject: Reject }[],
  };
  for (const pending of batch) {
    const { item } = pending;
    const reject = rejects.get(item.key);
    if (unprocessed.has(item)) sorted.left.push(pending);
    else if (reject !== undefined) sorted.rejected.push({ pending, reject });
    else if (skipped.has(item)) sorted.held.push(pending);
    else sorted.written.push(pending);
  }
  if (sorted.written.length !== outcome.written) {
    throw sinkError(
      'SINK_REFUSED',
      `the sink says it wrote ${outcome.written} of ${batch.length} items, the account says ${sorted.written.length}`,
    );
  }
  return sorted;
}
