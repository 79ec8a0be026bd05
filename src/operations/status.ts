import { stateError } from '../state/errors.js';
import {
  addCounts,
  type Counts,
  type EntityProgress,
  isOneMoment,
  NO_COUNTS,
  type RunStatus,
  type SnapshotTaken,
  type StateStore,
} from '../state/state.js';
import { type RaisedStatus, raisedTables } from './capacity.js';
import type { RunControl } from './control.js';
import { type DiffCheckpoint, type ScanProgress, scanProgress } from './diff-checkpoint.js';

/** How far the runs of a state store are. Plain JSON: `status --json` prints it. */
export interface StatusReport {
  readonly state: string;
  readonly runs: readonly RunProgress[];
  /** Tables whose capacity is raised and not taken back yet. */
  readonly raised: readonly RaisedStatus[];
}

export interface RunProgress {
  readonly run: string;
  readonly runId: string;
  /** The command: `migrate`, `backfill`, `diff`. */
  readonly operation: string;
  readonly phase: 'finished' | 'running' | 'interrupted';
  /** Process that holds the run lock, or null. */
  readonly holder: string | null;
  readonly source: string;
  readonly sink: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly resumes: number;
  readonly consistent: boolean;
  /** Each snapshot that was read from, with its position: where a catch-up would start. */
  readonly snapshots: readonly SnapshotTaken[];
  readonly entities: readonly EntityStatus[];
  readonly totals: Counts;
  /** Of a diff that has read all rows: how far it is with the table. Else null. */
  readonly scan: ScanProgress | null;
  /** What `control` has asked of the process that runs it, where it is live; else null. */
  readonly control: Pick<RunControl, 'paused' | 'maxWriteUnits'> | null;
  readonly rejectLog: string | null;
}

export interface EntityStatus extends Counts {
  readonly entity: string;
  readonly chunksDone: number;
  readonly chunksOpen: number;
  /** All chunks of the entity are known, so done and open are all there are. */
  readonly plannedAll: boolean;
}

/** One run by name, or all of them. Throws `STATE_MISSING` when there is none. */
export async function status(store: StateStore, name?: string): Promise<StatusReport> {
  const names = name === undefined ? await store.list() : [name];
  const runs: RunProgress[] = [];
  for (const run of names) {
    const found = await store.read(run);
    if (found === null) continue;
    runs.push(progressOf(run, found, found.holder === null ? null : await askedOf(store, run)));
  }
  const raised = await raisedTables(store, name);
  if (runs.length === 0 && raised.length === 0) {
    throw stateError(
      'STATE_MISSING',
      `there is no run${name === undefined ? '' : ` ${name}`} in ${store.label}`,
      {
        hint: 'Runs begin with `tablefold migrate`; --state names the folder they are kept in.',
      },
    );
  }
  return { state: store.label, runs, raised };
}

async function askedOf(store: StateStore, run: string): Promise<RunProgress['control']> {
  const asked = (await store.note(run, 'control')) as RunControl | null;
  return asked === null ? null : { paused: asked.paused, maxWriteUnits: asked.maxWriteUnits };
}

function progressOf(
  run: string,
  { record, holder, rejectLog }: RunStatus,
  control: RunProgress['control'],
): RunProgress {
  const { header, finishedAt } = record;
  const entities = Object.entries(record.entities).map(([entity, progress]) =>
    entityStatus(entity, progress),
  );
  const totals = entities.reduce<Counts>(addCounts, NO_COUNTS);
  return {
    run,
    runId: header.runId,
    operation: header.operation,
    phase: finishedAt !== null ? 'finished' : holder !== null ? 'running' : 'interrupted',
    holder,
    source: header.source,
    sink: header.sink,
    startedAt: header.startedAt,
    finishedAt,
    resumes: header.snapshots.filter(({ why }) => why === 'resumed').length,
    consistent: isOneMoment(header),
    snapshots: header.snapshots,
    entities,
    totals,
    scan:
      header.operation === 'diff' && record.kept !== undefined
        ? scanProgress(record.kept as DiffCheckpoint)
        : null,
    control,
    rejectLog: totals.rejects > 0 && header.operation !== 'diff' ? rejectLog : null,
  };
}

function entityStatus(entity: string, progress: EntityProgress): EntityStatus {
  return {
    entity,
    chunksDone: progress.done,
    chunksOpen: progress.open.length,
    plannedAll: progress.plannedAll,
    ...progress.counts,
  };
}
