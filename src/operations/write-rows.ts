import { setMaxListeners } from 'node:events';
import { withoutCollisions } from '../collisions/apply-collisions.js';
import { runInProcess } from '../executor/in-process.js';
import type { Reject } from '../item/reject.js';
import { withoutExpired } from '../mapping/expired.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { farApart } from '../pipeline/far-apart.js';
import { createMeter, type Meter } from '../pipeline/meter.js';
import { rateLimit } from '../pipeline/rate.js';
import { rejectFuse } from '../pipeline/reject-fuse.js';
import { remainingChunks } from '../pipeline/remaining-chunks.js';
import { DEFAULT_RETRY, SOURCE_RETRY } from '../pipeline/retry.js';
import { SnapshotKeeper } from '../pipeline/snapshot-keeper.js';
import { inOrder, spreadOf } from '../pipeline/spread.js';
import type { Sink } from '../sink/sink.js';
import type { Consistency, Snapshot, Source } from '../source/source.js';
import type { StateStore } from '../state/state.js';
import { type Logger, type LogLevel, silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import type { Backfill } from './backfill/prepare-backfill.js';
import type { CatchUp } from './catch-up/catch-up.js';
import { type ChunkRunner, inThisThread, onThreads, threadCount } from './chunk-runner.js';
import { keptCollisions, searchCollisions } from './collisions.js';
import { runError } from './errors.js';
import { heedControl } from './heed-control.js';
import { type MigrateReport, reportOf } from './migrate-report.js';
import { type ExistingChoice, openItemWriter } from './only-changed.js';
import { ownedNames } from './owned-names.js';
import { mappedTables, type Prepared, refuseChangedTables } from './prepare.js';
import { refuseExisting } from './refuse-existing.js';
import { requireKeys } from './require-keys.js';
import { type OpenRun, openRun, type RunMode } from './run-header.js';
import { isCanary, planOf, type Selection } from './selection.js';
import type { ThreadParts } from './thread-setup.js';
import { openBrake, type Throttle } from './throttle.js';
import { onlyUnits, type WriteLimit } from './write-limit.js';

/** Of every verb that reads rows and writes what a mapping makes of them. */
export interface WriteRowsOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  readonly sink: Sink;
  readonly state: StateStore;
  /** Only these entities; default all. */
  readonly entities?: readonly string[] | undefined;
  readonly selection?: Selection | undefined;
  /** What to do with a checkpoint that is there; without it, one that is there is an error. */
  readonly mode?: RunMode | undefined;
  /** What to do with items that are there; without it, a table that holds items of these entities is refused. */
  readonly existing?: ExistingChoice | undefined;
  /** Rows of a chunk; default 10,000. */
  readonly chunkSize?: number | undefined;
  /** Write requests under way at once; default 16. */
  readonly concurrency?: number | undefined;
  /** Chunks read at once; default 4. */
  readonly sourceConcurrency?: number | undefined;
  /** One moment for the whole run, or one for each chunk; default `snapshot`. */
  readonly consistency?: Consistency | undefined;
  /** Milliseconds after which the snapshot is given up for a new one; default never. */
  readonly maxSnapshotAgeMs?: number | undefined;
  /** Milliseconds that the source may be away in the middle of the run; default ten minutes. */
  readonly sourcePatienceMs?: number | undefined;
  /** When reading has to pause; default never. */
  readonly throttle?: Throttle | undefined;
  /**
   * Write units per second, table and indexes together; default as fast as the table takes them. A function is asked
   * behind `onPrepared`, which may have changed what the table takes.
   */
  readonly maxWriteUnits?: number | (() => Promise<number | undefined>) | undefined;
  /** A limit that `control` asks for, in write units a second; default: a share of the table is refused. */
  readonly writeUnitsOf?: ((limit: WriteLimit) => Promise<number>) | undefined;
  /** Threads that run chunks, and from what they open the same parts; default: none besides this one. */
  readonly threads?: { readonly count: number | 'auto'; readonly parts: ThreadParts } | undefined;
  /** End the run when more items than this are rejected; default no end. */
  readonly maxRejects?: number | undefined;
  /** Milliseconds without one acknowledged item after which the run gives up; default ten minutes. */
  readonly patienceMs?: number | undefined;
  /** Counts while the run goes on, for a display. */
  readonly meter?: Meter | undefined;
  /** Told once the mapping is prepared and before anything is written; throws to decline. */
  readonly onPrepared?: ((prepared: Prepared) => Promise<void>) | undefined;
  readonly log?: Logger | undefined;
  readonly signal: AbortSignal;
}

export const MIGRATE_DEFAULTS = {
  chunkSize: 10_000,
  concurrency: 16,
  sourceConcurrency: 4,
  sourcePatienceMs: SOURCE_RETRY.patienceMs,
} as const;

/** Bytes of finished items in memory, waiting or under way. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;

/** What is to be written: of all rows or those that changed, all items or those that another mapping did not make. */
export interface RowsWork {
  readonly prepared: Prepared;
  readonly catchUp: CatchUp | null;
  readonly backfill: Backfill | null;
}

/**
 * Each row becomes its items, once. Resolves when each item is acknowledged, held back or in the reject log. Throws
 * `SOURCE_*`, `SINK_*`, `STATE_*`, `RUN_*`; the checkpoint is kept then, and the same call with `mode: 'resume'`
 * goes on.
 */
export async function writeRows(
  options: WriteRowsOptions,
  { prepared, catchUp, backfill }: RowsWork,
): Promise<MigrateReport> {
  const started = performance.now();
  const { state: store, source, sink, signal, log = silentLogger, meter = createMeter() } = options;
  const selection = options.selection ?? {};
  const existing = catchUp === null ? options.existing : 'overwrite';
  const plan = planOf(selection, prepared.mappers, options.chunkSize ?? MIGRATE_DEFAULTS.chunkSize);
  const name = prepared.resolved.table.name + suffixOf({ catchUp, backfill }, selection);

  await using run = await openRun({
    ...options,
    existing,
    store,
    name,
    prepared,
    selection,
    catchUp,
    backfill,
  });
  let collisions = run.resumed === null ? null : await keptCollisions(store, name);
  let threads = 1;
  const report = () =>
    reportOf({
      run,
      name,
      store,
      meter,
      collisions,
      catchUp,
      threads,
      durationMs: performance.now() - started,
    });
  if (run.finished) return report();
  meter.rowsBefore = run.rowsBefore;
  await options.onPrepared?.(prepared);
  const { maxWriteUnits: limit } = options;
  const maxWriteUnits = typeof limit === 'function' ? await limit() : limit;
  const policy = run.policy;
  if (run.resumed === null && existing === undefined && backfill === null) {
    await refuseExisting(sink, prepared, signal);
  }
  const concurrency = options.sourceConcurrency ?? MIGRATE_DEFAULTS.sourceConcurrency;

  // One signal ends everything: the caller's abort, a fatal error of the sink, too many rejects.
  const end = new AbortController();
  const runSignal = AbortSignal.any([signal, end.signal]);
  setMaxListeners(0, runSignal); // every slot that waits listens: Node would warn of a leak from the eleventh on
  const fail = (error: unknown) => {
    if (!signal.aborted) end.abort(error); // what follows from the caller's abort is no failure of its own
  };
  const tables = mappedTables([...prepared.mappers, ...prepared.unproved.map(({ mapper }) => mapper)]);
  const patienceMs = options.sourcePatienceMs ?? MIGRATE_DEFAULTS.sourcePatienceMs;
  await using brake = await openBrake(options.throttle ?? {}, {
    source,
    patienceMs,
    meter,
    log,
    signal: runSignal,
    fail,
  });
  await brake.wait().catch((error: unknown) => {
    throw endOf(error, signal, end.signal);
  }); // a snapshot that waits would hold back vacuum for nothing
  await using keeper = await SnapshotKeeper.open({
    source,
    snapshot: { concurrency, tables, consistency: options.consistency ?? 'snapshot', signal: runSignal },
    retry: { ...SOURCE_RETRY, patienceMs },
    maxAgeMs: options.maxSnapshotAgeMs ?? null,
    async onReplaced(snapshot, why, readAgain) {
      await refuseChangedTables(options.mapping, source, prepared, runSignal);
      await run.replace(snapshot, why, readAgain);
      sayTaken(log, run, snapshot);
    },
    clock: systemClock,
    meter,
    log,
  });
  if (run.resumed === null) {
    await keeper.run(null, (snapshot) => requireKeys(snapshot, prepared.mappers, plan, runSignal));
  }
  const found =
    run.resumed === null && catchUp !== null
      ? await keeper.run(null, (snapshot) => catchUp.find(snapshot, runSignal))
      : null;
  await using itemWriter = await openItemWriter(sink, policy, ownedNames(prepared.resolved));
  await run.start(keeper.current, found);
  sayTaken(log, run, keeper.current);
  const writing = {
    concurrency: options.concurrency ?? MIGRATE_DEFAULTS.concurrency,
    maxPendingBytes: MAX_PENDING_BYTES,
    retry:
      options.patienceMs === undefined ? DEFAULT_RETRY : { ...DEFAULT_RETRY, patienceMs: options.patienceMs },
  };
  const shared = {
    rate: rateLimit(maxWriteUnits ?? Number.POSITIVE_INFINITY, systemClock),
    state: run.state,
    meter,
    log,
    fuse: rejectFuse(options.maxRejects, run.rejectsBefore, (last) =>
      fail(tooManyRejects(options.maxRejects, last)),
    ),
    signal: runSignal,
    fail,
  };
  await using _controlled = await heedControl({
    ...shared,
    state: store,
    run: name,
    begunWith: maxWriteUnits ?? Number.POSITIVE_INFINITY,
    unitsOf: options.writeUnitsOf ?? onlyUnits,
    clock: systemClock,
  });
  let runner: ChunkRunner | null = null;
  try {
    if (collisions === null && prepared.unproved.length > 0) {
      const { scratch } = run.state;
      const { rowsPerChunk } = plan;
      const search = { prepared, rowsPerChunk, concurrency, scratch, meter, log, signal: runSignal };
      collisions = await keeper.run(null, (snapshot) => {
        meter.keyRows = 0; // lost in the middle, it is read from its beginning
        return searchCollisions({ ...search, snapshot: brake.pace(snapshot) }, (lines) =>
          run.state.saveCollisions(lines),
        );
      });
    }
    const set = collisions?.set ?? null;
    const begun = Date.parse(run.header.startedAt);
    const timely = withoutExpired(prepared.mappers, prepared.resolved.table, begun);
    const mappers = set === null ? timely : timely.map((mapper) => withoutCollisions(mapper, set));
    if (options.threads !== undefined) {
      const { estimatedRows } = prepared;
      threads = threadCount(options.threads.count, concurrency, estimatedRows, keeper.current, log);
    }
    if (options.threads === undefined || threads === 1) {
      runner = inThisThread(itemWriter, { ...writing, ...shared, clock: systemClock }, shared);
    } else {
      runner = await onThreads({
        ...shared,
        count: threads,
        setup: {
          ...options.threads.parts,
          ...writing,
          concurrency: Math.ceil(writing.concurrency / threads),
          maxPendingBytes: Math.ceil(writing.maxPendingBytes / threads),
          mappingDigest: options.mapping.digest,
          schema: prepared.schema,
          policy,
          changed: catchUp?.entities ?? null,
          backfill: backfill?.setup ?? null,
          collisions: set === null ? null : name,
          begun,
          consistency: options.consistency ?? 'snapshot',
          readers: concurrency,
          logLevel: log.level as LogLevel,
        },
      });
    }
    const { run: runOne } = runner;
    const spread = isCanary(selection)
      ? inOrder(plan.rowsPerChunk, concurrency)
      : spreadOf(meter, plan.rowsPerChunk, concurrency);
    await runInProcess(
      farApart(remainingChunks(mappers, keeper, run.state, run.resumed, plan, spread), () => spread.apart),
      () => spread.chunksAtOnce,
      async ({ chunk, mapper }) => {
        try {
          const work = (snapshot: Snapshot) => runOne(chunk, mapper, brake.pace(snapshot));
          await brake.wait();
          run.count(chunk, await keeper.run(chunk.id, work));
        } catch (error) {
          fail(error);
          throw error;
        }
      },
    );
  } catch (error) {
    throw endOf(error, signal, end.signal);
  } finally {
    await runner?.[Symbol.asyncDispose](); // before sink, source and run lock are let go
  }
  await run.finish();
  return report();
}

/** Runs of different kinds into one table have checkpoints of their own. */
function suffixOf({ catchUp, backfill }: Omit<RowsWork, 'prepared'>, selection: Selection): string {
  if (catchUp !== null) return '.catch-up';
  if (backfill !== null) return isCanary(selection) ? '.backfill-canary' : '.backfill';
  return isCanary(selection) ? '.canary' : '';
}

function sayTaken(
  log: Logger,
  run: OpenRun,
  { position, consistent, readers, readersReason }: Snapshot,
): void {
  log.info({ run: run.header.runId, position, consistent, readers, readersReason }, 'snapshot taken');
}

/** Names the last one: the line of a chunk that is not done may never reach the reject log. */
function tooManyRejects(limit: number | undefined, { copy, origin, code, reason }: Reject) {
  return runError(
    'RUN_TOO_MANY_REJECTS',
    `more than ${limit} items were rejected; the last was copy ${copy} of ${origin.table}#${origin.key.join('#')}: ${reason} (${code})`,
    {
      hint: '`tablefold plan` lists what would be rejected. Mend the mapping or the rows, and start again with --restart; or raise --max-rejects and --resume.',
    },
  );
}

/** What ended the run: the first failure or the caller's abort, not the errors that followed from it. */
function endOf(error: unknown, caller: AbortSignal, own: AbortSignal): unknown {
  if (own.aborted) return own.reason;
  if (!caller.aborted) return error;
  return runError('RUN_INTERRUPTED', 'interrupted; the checkpoint is saved', {
    cause: caller.reason,
    hint: 'Run the same command with --resume to go on.',
  });
}
