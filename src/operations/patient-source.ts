import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { Meter } from '../pipeline/meter.js';
import { SOURCE_RETRY } from '../pipeline/retry.js';
import { SnapshotKeeper } from '../pipeline/snapshot-keeper.js';
import type { SnapshotOptions, Source } from '../source/source.js';
import { type Logger, silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { type Prepared, refuseChangedTables } from './prepare.js';

export interface PatientOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  /** Milliseconds that the source may be away; default ten minutes. */
  readonly sourcePatienceMs?: number | undefined;
  readonly log?: Logger | undefined;
}

/** The snapshot of a command that only looks: it waits for a source that is lost, and keeps no checkpoint. */
export function keepSnapshot(
  { mapping, source, sourcePatienceMs = SOURCE_RETRY.patienceMs, log = silentLogger }: PatientOptions,
  prepared: Prepared,
  meter: Meter,
  snapshot: SnapshotOptions,
): Promise<SnapshotKeeper> {
  return SnapshotKeeper.open({
    source,
    snapshot,
    retry: { ...SOURCE_RETRY, patienceMs: sourcePatienceMs },
    maxAgeMs: null,
    onReplaced: () => refuseChangedTables(mapping, source, prepared, snapshot.signal),
    whenGivenUp: 'Run the same command again when the source is back; --source-patience waits for longer.',
    clock: systemClock,
    meter,
    log,
  });
}
