import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { Meter } from '../pipeline/meter.js';
import { SOURCE_RETRY } from '../pipeline/retry.js';
import { SnapshotKeeper } from '../pipeline/snapshot-keeper.js';
import type { SnapshotOptions, Source } from '../source/source.js';
import type { SnapshotTaken } from '../state/state.js';
import { type Logger, silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { type Prepared, refuseChangedTables } from './prepare.js';
import { snapshotTaken } from './snapshot-taken.js';

export interface PatientOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  /** Milliseconds that the source may be away; default ten minutes. */
  readonly sourcePatienceMs?: number | undefined;
  readonly log?: Logger | undefined;
}

/**
 * The snapshot of a command that only looks: it waits for a source that is lost, and keeps no checkpoint. Each snapshot
 * that is read from is added to `taken`.
 */
export async function keepSnapshot(
  { mapping, source, sourcePatienceMs = SOURCE_RETRY.patienceMs, log = silentLogger }: PatientOptions,
  prepared: Prepared,
  meter: Meter,
  snapshot: SnapshotOptions,
  taken: SnapshotTaken[] = [],
): Promise<SnapshotKeeper> {
  const keeper = await SnapshotKeeper.open({
    source,
    snapshot,
    retry: { ...SOURCE_RETRY, patienceMs: sourcePatienceMs },
    maxAgeMs: null,
    async onReplaced(next, why, readAgain) {
      await refuseChangedTables(mapping, source, prepared, 'run the same command again', snapshot.signal);
      taken.push(snapshotTaken(next, why, readAgain));
    },
    whenGivenUp: 'Run the same command again when the source is back; --source-patience waits for longer.',
    clock: systemClock,
    meter,
    log,
  });
  taken.push(snapshotTaken(keeper.current, 'begun', []));
  return keeper;
}
