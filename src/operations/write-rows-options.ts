import type { CountedLimit } from '../pipeline/rate.js';
import { SOURCE_RETRY } from '../pipeline/retry.js';
import type { Sink } from '../sink/sink.js';
import type { StateStore } from '../state/state.js';
import type { ExistingChoice } from './only-changed.js';
import type { Prepared } from './prepare.js';
import type { ReadingOptions, SelectedRows } from './reading-options.js';
import type { RunMode } from './run-header.js';
import type { ThreadParts } from './thread-setup.js';
import type { Throttle } from './throttle.js';
import type { WriteLimit } from './write-limit.js';

/** Of every verb that reads rows and writes what a mapping makes of them. */
export interface WriteRowsOptions extends Omit<ReadingOptions, 'onPrepared'>, SelectedRows {
  readonly sink: Sink;
  readonly state: StateStore;
  /** What to do with a checkpoint that is there; without it, one that is there is an error. */
  readonly mode?: RunMode | undefined;
  /** What to do with items that are there; without it, a table that holds items of these entities is refused. */
  readonly existing?: ExistingChoice | undefined;
  /** Write requests under way at once; default 16. */
  readonly concurrency?: number | undefined;
  /** Milliseconds after which the snapshot is given up for a new one; default never. */
  readonly maxSnapshotAgeMs?: number | undefined;
  /** When reading has to pause; default never. */
  readonly throttle?: Throttle | undefined;
  /**
   * Write units per second, table and indexes together; default as fast as the table takes them. A function is asked
   * behind `onPrepared`, which may have changed what the table takes.
   */
  readonly maxWriteUnits?: number | (() => Promise<number | undefined>) | undefined;
  /** A limit that `control` asks for, in write units a second; default: a share of the table is refused. */
  readonly writeUnitsOf?: ((limit: WriteLimit) => Promise<number>) | undefined;
  /** What `source` reads within, where reading takes units: all threads together, and the report says what it took. */
  readonly reads?: CountedLimit | undefined;
  /** Digest of the mapping by which `source` reads items back as rows; absent for a database. */
  readonly readBy?: string | undefined;
  /** Threads that run chunks, and from what they open the same parts; default: none besides this one. */
  readonly threads?: { readonly count: number | 'auto'; readonly parts: ThreadParts } | undefined;
  /** End the run when more items than this are rejected; default no end. */
  readonly maxRejects?: number | undefined;
  /** Milliseconds without one acknowledged item after which the run gives up; default ten minutes. */
  readonly patienceMs?: number | undefined;
  /** Told once the mapping is prepared and before anything is written; throws to decline. */
  readonly onPrepared?: ((prepared: Prepared) => Promise<void>) | undefined;
}

export const MIGRATE_DEFAULTS = {
  chunkSize: 10_000,
  concurrency: 16,
  sourceConcurrency: 4,
  sourcePatienceMs: SOURCE_RETRY.patienceMs,
} as const;
