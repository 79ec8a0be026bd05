import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { KeptFile } from '../compare/spill-file.js';
import type { Sink } from '../sink/sink.js';
import { stateError } from '../state/errors.js';
import type { RunHeader, RunRecord, RunState, SnapshotTaken, StateStore } from '../state/state.js';
import type { DiffCheckpoint } from './diff-checkpoint.js';
import { keptError } from './diff-disk.js';
import { type Prepared, type PrepareOptions, prepare } from './prepare.js';
import type { RunMode } from './run-header.js';
import { refuseOtherRun } from './same-run.js';

export interface DiffRunOptions extends PrepareOptions {
  readonly sink: Sink;
  /** Has to keep files: a folder. */
  readonly store: StateStore;
  /** What to do with an unfinished diff that is there; without it, one that has read something is an error. */
  readonly mode?: RunMode | undefined;
  /** What to type to go on with it, for messages. */
  readonly goOn?: string | undefined;
  /** Milliseconds between two checkpoints at first; default 1,000. */
  readonly checkpointMs?: number | undefined;
}

const CHECKPOINT_MS = 1_000;

/**
 * A diff that can be gone on with, under its lock: what `diff` is given as `run`, once, to keep what it reads. It is
 * over only when `finish` was called: after its report was kept wherever it has to be.
 */
export interface DiffRun extends AsyncDisposable {
  readonly prepared: Prepared;
  readonly runId: string;
  /** When its first process began, ISO 8601: what it says may be as old as that. */
  readonly startedAt: string;
  /** What the processes before this one did; null: this one begins. */
  readonly resumed: RunRecord | null;
  /** What they have kept; null: nothing. */
  readonly checkpoint: DiffCheckpoint | null;
  /** For people: where it is kept. */
  readonly label: string;
  readonly goOn: string;
  readonly checkpointMs: number;
  readonly name: string;
  readonly store: StateStore;
  readonly state: RunState;
  readonly folder: string;
  /** Both sides, as far as they were read, and the rows that no items can be made of. */
  readonly files: { readonly items: KeptFile; readonly rejected: KeptFile };
  /** Those that rows were read from, this process's included. */
  readonly snapshots: readonly SnapshotTaken[];
  /** Rows are read from another snapshot from now on. */
  taken(snapshot: SnapshotTaken): Promise<void>;
  /** Nothing of it is needed any more: its files are removed. */
  finish(): Promise<void>;
}

/**
 * Begins a diff that is kept, or goes on with the one that was interrupted. Throws as `prepare` does, `STATE_LOCKED`,
 * `STATE_EXISTS`, `STATE_MISSING`, `STATE_OTHER_RUN` where mapping, source, table or entities are others, `STATE_CORRUPT`,
 * `STATE_IO`.
 */
export async function openDiffRun(options: DiffRunOptions): Promise<DiffRun> {
  const prepared = await prepare(options);
  const name = `${prepared.resolved.table.name}.diff`;
  const state = await options.store.open(name);
  try {
    return await openUnderLock(options, { prepared, name, state });
  } catch (error) {
    await state[Symbol.asyncDispose]();
    throw error;
  }
}

async function openUnderLock(
  options: DiffRunOptions,
  { prepared, name, state }: { readonly prepared: Prepared; readonly name: string; readonly state: RunState },
): Promise<DiffRun> {
  const { store, sink, source, mapping, mode, goOn = "the same diff with mode 'resume'" } = options;
  const { scratch: folder } = state;
  if (folder === null) {
    throw stateError('STATE_LOCATION', `a diff is kept in files, and ${store.label} keeps none`, {
      hint: 'Name a folder with --state, for instance --state .tablefold',
    });
  }
  const wanted: RunHeader = {
    format: 1,
    runId: randomUUID(),
    operation: 'diff',
    mappingDigest: mapping.digest,
    schemaDigest: prepared.schemaDigest,
    source: source.label,
    sink: sink.label,
    entities: prepared.mappers.map(({ entity }) => entity),
    options: {},
    startedAt: new Date().toISOString(),
    snapshots: [],
  };
  const resumed = foundRun(state.record, { mode, name, wanted, store, goOn });
  const checkpoint = resumed === null ? null : checkpointOf(resumed);
  let header = resumed?.header ?? wanted;
  if (resumed === null) await state.begin(header);
  else await state.resume(null);
  const files = openFiles(folder, checkpoint);
  const all = [files.items, files.rejected];
  return {
    ...{ prepared, resumed, checkpoint, name, store, state, folder, files, goOn },
    checkpointMs: options.checkpointMs ?? CHECKPOINT_MS,
    runId: header.runId,
    startedAt: header.startedAt,
    label: `${store.label}/${name}`,
    get snapshots() {
      return header.snapshots;
    },
    async taken(snapshot) {
      await state.snapshot(snapshot);
      header = { ...header, snapshots: [...header.snapshots, snapshot] };
    },
    async finish() {
      await state.finish(new Date().toISOString());
      for (const file of all) file.remove();
    },
    async [Symbol.asyncDispose]() {
      for (const file of all) file.close();
      await state[Symbol.asyncDispose]();
    },
  };
}

interface Asked {
  readonly mode: RunMode | undefined;
  readonly name: string;
  readonly wanted: RunHeader;
  readonly store: StateStore;
  readonly goOn: string;
}

/** The diff to go on with, or null: a new one begins. One that has read nothing is not worth a question. */
function foundRun(record: RunRecord | null, { mode, name, wanted, store, goOn }: Asked): RunRecord | null {
  const place = `${store.label}/${name}`;
  if (record !== null && record.header.operation !== wanted.operation) {
    throw stateError('STATE_OTHER_RUN', `${place} holds a run of ${record.header.operation}, not of diff`, {
      hint: 'Name another folder with --state.',
    });
  }
  const unfinished = record !== null && record.finishedAt === null ? record : null;
  if (mode === undefined && unfinished !== null && checkpointOf(unfinished) !== null) {
    throw stateError(
      'STATE_EXISTS',
      `${place} holds a diff that was interrupted; it began at ${unfinished.header.startedAt}`,
      {
        hint: `Go on with it: ${goOn}. Or forget it and begin again: --restart.`,
      },
    );
  }
  if (mode !== 'resume') return null;
  if (record === null) {
    throw stateError('STATE_MISSING', `there is no diff of this table in ${store.label}`, {
      hint: 'Run without --resume to begin, or point --state at the folder of the diff.',
    });
  }
  if (unfinished === null) {
    throw stateError(
      'STATE_MISSING',
      `the diff in ${place} finished at ${record.finishedAt}: nothing is left to do`,
      {
        hint: 'Run without --resume to begin another.',
      },
    );
  }
  refuseOtherRun(unfinished.header, wanted);
  return unfinished;
}

function checkpointOf({ kept }: RunRecord): DiffCheckpoint | null {
  return (kept ?? null) as DiffCheckpoint | null;
}

function openFiles(folder: string, checkpoint: DiffCheckpoint | null): DiffRun['files'] {
  const { items = 0, rejected = 0 } = checkpoint?.bytes ?? {};
  try {
    const first = KeptFile.open(join(folder, 'items.spill'), items);
    try {
      return { items: first, rejected: KeptFile.open(join(folder, 'rejected.spill'), rejected) };
    } catch (error) {
      first.close();
      throw error;
    }
  } catch (error) {
    throw keptError(error, folder);
  }
}
