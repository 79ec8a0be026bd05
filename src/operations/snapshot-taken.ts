import type { Snapshot } from '../source/source.js';
import type { SnapshotTaken } from '../state/state.js';

/** What is told of a snapshot, as of the moment from which it is read. */
export function snapshotTaken(
  { position, consistent, readers, readersReason }: Snapshot,
  why: SnapshotTaken['why'],
  chunksReadAgain: readonly string[],
): SnapshotTaken {
  const reason = readersReason === undefined ? {} : { readersReason };
  return { at: new Date().toISOString(), why, position, consistent, readers, ...reason, chunksReadAgain };
}
