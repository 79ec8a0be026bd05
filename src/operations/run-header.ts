import { randomUUID } from 'node:crypto';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { usedSchema } from '../mapping/used-schema.js';
import type { Sink } from '../sink/sink.js';
import type { Chunk, Snapshot, Source } from '../source/source.js';
import { stateError } from '../state/errors.js';
import {
  addCounts,
  type CatchUpFindings,
  type Counts,
  isOneMoment,
  NO_COUNTS,
  type RunHeader,
  type RunRecord,
  type RunState,
  type StateStore,
} from '../state/state.js';
import type { Backfill } from './backfill/prepare-backfill.js';
import type { CatchUp } from './catch-up/catch-up.js';
import type { ExistingChoice } from './only-changed.js';
import type { Prepared } from './prepare.js';
import { refuseOtherRun } from './same-run.js';
import type { Selection } from './selection.js';
import { snapshotTaken } from './snapshot-taken.js';

export type RunMode = 'resume' | 'restart';

export interface OpenRunOptions {
  readonly store: StateStore;
  readonly name: string;
  readonly mapping: LoadedMapping;
  readonly source: Source;
  readonly sink: Sink;
  readonly prepared: Prepared;
  readonly selection: Selection;
  readonly mode?: RunMode | undefined;
  readonly existing?: ExistingChoice | undefined;
  readonly catchUp: CatchUp | null;
  readonly backfill: Backfill | null;
  readonly readBy?: string | undefined;
}

/** A run under its lock: new, or the one that is resumed. */
export interface OpenRun extends AsyncDisposable {
  readonly state: RunState;
  readonly header: RunHeader;
  readonly policy: ExistingChoice;
  /** What a former process of this run did, or null when it begins. */
  readonly resumed: RunRecord | null;
  /** It was resumed and has nothing left to do. */
  readonly finished: boolean;
  /** Of chunks that former processes of this run have done. */
  readonly rowsBefore: number;
  readonly rejectsBefore: number;
  /** Every row was read as of one moment. */
  readonly consistent: boolean;
  /** Records the beginning, with what a catch-up found, or the resume; and the snapshot that is read from. */
  start(snapshot: Snapshot, found: CatchUpFindings | null): Promise<void>;
  /** Records that the run goes on with another snapshot. */
  replace(snapshot: Snapshot, why: 'lost' | 'aged', chunksReadAgain: readonly string[]): Promise<void>;
  count(chunk: Chunk, counts: Counts): void;
  finish(): Promise<void>;
  /** Sums over the whole run, resumed parts included. */
  totals(): ReadonlyMap<string, EntityTotals>;
}

export interface EntityTotals {
  readonly chunks: number;
  readonly counts: Counts;
}

/** Takes the run lock and decides between beginning and going on. Throws `STATE_*`. */
export async function openRun(options: OpenRunOptions): Promise<OpenRun> {
  const state = await options.store.open(options.name);
  try {
    return await decide(options, state);
  } catch (error) {
    await state[Symbol.asyncDispose]();
    throw error;
  }
}

async function decide(options: OpenRunOptions, state: RunState): Promise<OpenRun> {
  const { record } = state;
  const wanted = headerOf(options);
  if (record === null && options.mode === 'resume') {
    throw stateError('STATE_MISSING', `there is no checkpoint of ${options.name} in ${options.store.label}`, {
      hint: 'Run without --resume to begin, or point --state at the folder of the run.',
    });
  }
  // A catch-up or a backfill is done again and again: one that is finished needs no word to be forgotten.
  const isRepeated = options.catchUp !== null || options.backfill !== null;
  const isOver = isRepeated && record !== null && record.finishedAt !== null;
  if (record !== null && options.mode === undefined && !isOver) {
    const [how, hint] =
      record.finishedAt === null
        ? ['an unfinished run', '--resume goes on with it, --restart forgets it and begins again.']
        : [
            `a run that finished at ${record.finishedAt}`,
            '--resume only shows its report; --restart begins again, and --existing says what becomes of the items that are there.',
          ];
    throw stateError(
      'STATE_EXISTS',
      `${options.store.label} holds the checkpoint of ${how} into this table`,
      { hint },
    );
  }
  const resumed = options.mode === 'resume' ? record : null;
  if (resumed !== null) refuseOtherRun(resumed.header, wanted);

  const totals = new Map<string, EntityTotals>();
  for (const { entity } of options.prepared.mappers) {
    const progress = resumed?.entities[entity];
    totals.set(entity, { chunks: progress?.done ?? 0, counts: progress?.counts ?? NO_COUNTS });
  }
  const before = [...totals.values()].reduce<Counts>((sum, { counts }) => addCounts(sum, counts), NO_COUNTS);
  let header: RunHeader = resumed?.header ?? wanted;
  return {
    state,
    get header() {
      return header;
    },
    policy: policyOf(header.options['existing']),
    resumed,
    finished: resumed !== null && resumed.finishedAt !== null,
    get consistent() {
      return isOneMoment(header);
    },
    rowsBefore: before.rows,
    rejectsBefore: before.rejects,
    async start(snapshot, found) {
      if (resumed === null) {
        const catchUp = found === null ? {} : { catchUp: found };
        header = { ...header, ...catchUp, snapshots: [snapshotTaken(snapshot, 'begun', [])] };
        await state.begin(header);
        return;
      }
      const open = Object.values(resumed.entities).flatMap((entity) => entity.open.map(({ id }) => id));
      const next = snapshotTaken(snapshot, 'resumed', open);
      header = { ...header, snapshots: [...header.snapshots, next] };
      await state.resume(next);
    },
    async replace(snapshot, why, chunksReadAgain) {
      const next = snapshotTaken(snapshot, why, chunksReadAgain);
      await state.snapshot(next);
      header = { ...header, snapshots: [...header.snapshots, next] };
    },
    count(chunk, counts) {
      const before = totals.get(chunk.entity) ?? { chunks: 0, counts: NO_COUNTS };
      totals.set(chunk.entity, { chunks: before.chunks + 1, counts: addCounts(before.counts, counts) });
    },
    finish: () => state.finish(new Date().toISOString()),
    totals: () => totals,
    [Symbol.asyncDispose]: () => state[Symbol.asyncDispose](),
  };
}

function headerOf(options: OpenRunOptions): RunHeader {
  const { prepared, selection } = options;
  return {
    format: 1,
    runId: randomUUID(),
    operation: options.backfill === null ? 'migrate' : 'backfill',
    mappingDigest: options.mapping.digest,
    schemaDigest: prepared.schemaDigest,
    source: options.source.label,
    sink: options.sink.label,
    entities: prepared.mappers.map(({ entity }) => entity),
    options: {
      limit: selection.limit ?? null,
      keys: selection.keys ?? [],
      existing: options.existing ?? null,
      ...(options.catchUp === null ? {} : { changed: options.catchUp.asked }),
      ...(options.backfill === null ? {} : { backfill: options.backfill.asked }),
      ...(options.readBy === undefined ? {} : { readBy: options.readBy }),
    },
    startedAt: new Date().toISOString(),
    snapshots: [],
    schema: usedSchema(prepared.resolved, prepared.schema),
  };
}

function policyOf(kept: unknown): ExistingChoice {
  if (kept === 'insert-only' || kept === 'only-changed') return kept;
  const { olderBy } = Object(kept) as { readonly olderBy?: unknown };
  return typeof olderBy === 'string' ? { olderBy } : 'overwrite';
}
