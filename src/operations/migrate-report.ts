import type { Meter, ThrottleCount } from '../pipeline/meter.js';
import type { CountedLimit } from '../pipeline/rate.js';
import { addCounts, type Counts, NO_COUNTS, type SnapshotTaken, type StateStore } from '../state/state.js';
import type { CatchUp, CatchUpReport } from './catch-up/catch-up.js';
import type { CollisionReport, FoundCollisions } from './collisions.js';
import { runError } from './errors.js';
import type { OpenRun } from './run-header.js';

/** What a finished run did, from its first start on. Plain JSON: `migrate --json` prints it. */
export interface MigrateReport {
  readonly runId: string;
  /** Name of the run in the state store: `status NAME` shows it. */
  readonly run: string;
  readonly source: string;
  readonly sink: string;
  readonly entities: readonly EntityReport[];
  readonly totals: Counts;
  /** Every row was read as of one moment. */
  readonly consistent: boolean;
  /** Each snapshot that was read from, with its position: where a catch-up would start. */
  readonly snapshots: readonly SnapshotTaken[];
  /** How often the run was resumed. */
  readonly resumes: number;
  /** Chunks that were in flight when the run was interrupted or the source was lost: read a second time. */
  readonly chunksReadAgain: readonly string[];
  /** What was found about keys that are not proved to be unique; null where all are. */
  readonly collisions: CollisionReport | null;
  /** Of a run over changed rows; null of any other. */
  readonly catchUp: CatchUpReport | null;
  readonly rejectLog: string | null;
  /** Of this process, from its start to the end of the run. */
  readonly durationMs: number;
  readonly throttledRequests: number;
  /** The same by the reason that DynamoDB gave, and by index. */
  readonly throttles: readonly ThrottleCount[];
  /** With `--existing only-changed`, of this process: what was equal, and what that saved and cost; else null. */
  readonly onlyChanged: OnlyChanged | null;
  /** Partition keys that were found to be hot. */
  readonly hotKeys: number;
  readonly retriedItems: number;
  /** Milliseconds that reading waited because of `--throttle-query` or `--max-lag`. */
  readonly pausedMs: number;
  /** Of reading rows from a table of items, lookups of parents included, by this process; null of any other source. */
  readonly sourceReadUnits: number | null;
  /** That ran the chunks of this process; 1: none besides the main one. */
  readonly threads: number;
}

export interface OnlyChanged {
  /** Items that the table held already. */
  readonly unchanged: number;
  /** Write units that they were not written for, table and indexes. */
  readonly savedWriteUnits: number;
  /** Of looking, by the sizes of what was found. */
  readonly readUnits: number;
}

export interface EntityReport extends Counts {
  readonly entity: string;
  readonly chunks: number;
}

export interface ReportInput {
  readonly run: OpenRun;
  readonly name: string;
  readonly store: StateStore;
  readonly meter: Meter;
  readonly collisions: FoundCollisions | null;
  readonly catchUp: CatchUp | null;
  readonly durationMs: number;
  readonly threads: number;
  readonly reads: CountedLimit | undefined;
}

/** Sums up; throws `RUN_ACCOUNT` when the sums of run and entities do not agree. */
export async function reportOf(input: ReportInput): Promise<MigrateReport> {
  const { run, name, store, meter, collisions, catchUp, durationMs, threads, reads } = input;
  const { header } = run;
  const entities = [...run.totals()].map(([entity, { chunks, counts }]) => ({ entity, chunks, ...counts }));
  const totals = entities.reduce<Counts>(addCounts, NO_COUNTS);
  const sums = addCounts(NO_COUNTS, totals);
  const status = await store.read(name);
  const recorded = Object.values(status?.record.entities ?? {}).reduce<Counts>(
    (sum, { counts }) => addCounts(sum, counts),
    NO_COUNTS,
  );
  if (recorded.rows !== sums.rows || recorded.written !== sums.written || recorded.rejects !== sums.rejects) {
    throw runError(
      'RUN_ACCOUNT',
      `the checkpoint counts ${JSON.stringify(recorded)}, the run ${JSON.stringify(sums)}`,
    );
  }
  const readAgain = header.snapshots.flatMap(({ chunksReadAgain }) => chunksReadAgain);
  return {
    runId: header.runId,
    run: name,
    source: header.source,
    sink: header.sink,
    entities,
    totals: sums,
    consistent: run.consistent,
    snapshots: header.snapshots,
    resumes: header.snapshots.filter(({ why }) => why === 'resumed').length,
    chunksReadAgain: [...new Set(readAgain)],
    collisions: collisions === null ? null : { ...collisions.report, file: status?.collisionLog ?? null },
    catchUp: catchUp === null || header.catchUp === undefined ? null : catchUp.report(header.catchUp),
    rejectLog: sums.rejects > 0 ? (status?.rejectLog ?? null) : null,
    durationMs: Math.round(durationMs),
    throttledRequests: meter.throttled,
    throttles: meter.throttles,
    onlyChanged:
      run.policy === 'only-changed'
        ? { unchanged: meter.held, savedWriteUnits: meter.savedUnits, readUnits: meter.readUnits }
        : null,
    hotKeys: meter.hotKeys,
    retriedItems: meter.retried,
    pausedMs: Math.round(meter.pausedMs),
    sourceReadUnits: reads?.consumed ?? null,
    threads,
  };
}
