import type { Meter } from '../pipeline/meter.js';
import { SOURCE_RETRY } from '../pipeline/retry.js';
import { SnapshotKeeper } from '../pipeline/snapshot-keeper.js';
import type { SnapshotOptions } from '../source/source.js';
import type { SnapshotTaken } from '../state/state.js';
import { silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { type Prepared, refuseChangedTables } from './prepare.js';
import type { ReadingOptions } from './reading-options.js';
import { snapshotTaken } from './snapshot-taken.js';

export type PatientOptions = Pick<ReadingOptions, 'mapping' | 'source' | 'sourcePatienceMs' | 'log'>;

export interface Watch {
  /** Told of each snapshot before it is read from. */
  readonly onTaken?: ((taken: SnapshotTaken) => Promise<void>) | undefined;
  /** Of the first snapshot; default: it begins. */
  readonly first?: Pick<SnapshotTaken, 'why' | 'chunksReadAgain'> | undefined;
  /** What to type when the source is back. */
  readonly goOn?: string | undefined;
}

const BEGUN = { why: 'begun', chunksReadAgain: [] } as const;

/** The snapshot of a command that only looks: it waits for a source that is lost. */
export async function keepSnapshot(
  { mapping, source, sourcePatienceMs = SOURCE_RETRY.patienceMs, log = silentLogger }: PatientOptions,
  prepared: Prepared,
  meter: Meter,
  snapshot: SnapshotOptions,
  { onTaken, first = BEGUN, goOn }: Watch = {},
): Promise<SnapshotKeeper> {
  const keeper = await SnapshotKeeper.open({
    source,
    snapshot,
    retry: { ...SOURCE_RETRY, patienceMs: sourcePatienceMs },
    maxAgeMs: null,
    async onReplaced(next, why, readAgain) {
      await refuseChangedTables(mapping, source, prepared, 'run the same command again', snapshot.signal);
      await onTaken?.(snapshotTaken(next, why, readAgain));
    },
    whenGivenUp:
      goOn === undefined
        ? 'Run the same command again when the source is back; --source-patience waits for longer.'
        : `When the source is back: ${goOn}. --source-patience waits for longer.`,
    clock: systemClock,
    meter,
    log,
  });
  await onTaken?.(snapshotTaken(keeper.current, first.why, first.chunksReadAgain));
  return keeper;
}
