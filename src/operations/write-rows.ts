import { withoutCollisions } from '../collisions/apply-collisions.js';
import { runInProcess } from '../executor/in-process.js';
import { withoutExpired } from '../mapping/expired.js';
import { farApart } from '../pipeline/far-apart.js';
import { createMeter } from '../pipeline/meter.js';
import { rateLimit } from '../pipeline/rate.js';
import { rejectFuse } from '../pipeline/reject-fuse.js';
import { remainingChunks } from '../pipeline/remaining-chunks.js';
import { DEFAULT_RETRY, SOURCE_RETRY } from '../pipeline/retry.js';
import { SnapshotKeeper } from '../pipeline/snapshot-keeper.js';
import { inOrder, spreadOf } from '../pipeline/spread.js';
import type { Snapshot } from '../source/source.js';
import { type Logger, silentLogger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import type { Backfill } from './backfill/prepare-backfill.js';
import type { CatchUp } from './catch-up/catch-up.js';
import type { ChunkRunner } from './chunk-runner.js';
import { keptCollisions, searchCollisions } from './collisions.js';
import { heedControl } from './heed-control.js';
import { type MigrateReport, reportOf } from './migrate-report.js';
import { openItemWriter } from './only-changed.js';
import { openRunner } from './open-runner.js';
import { ownedNames } from './owned-names.js';
import { mappedTables, type Prepared, refuseChangedTables } from './prepare.js';
import { refuseExisting } from './refuse-existing.js';
import { requireKeys } from './require-keys.js';
import { runEnd, tooManyRejects } from './run-end.js';
import { type OpenRun, openRun } from './run-header.js';
import { isCanary, planOf, type Selection } from './selection.js';
import { openBrake } from './throttle.js';
import { onlyUnits } from './write-limit.js';
import { MIGRATE_DEFAULTS, type WriteRowsOptions } from './write-rows-options.js';

/** Bytes of finished items in memory, waiting or under way. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
/** What to do with a run whose source has come back with other tables. */
const CHANGED = 'begin again with --restart; or undo the change and --resume';

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
      reads: options.reads,
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

  const end = runEnd(signal);
  const { signal: runSignal, fail } = end;
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
    throw end.errorOf(error);
  }); // a snapshot that waits would hold back vacuum for nothing
  await using keeper = await SnapshotKeeper.open({
    source,
    snapshot: { concurrency, tables, consistency: options.consistency ?? 'snapshot', signal: runSignal },
    retry: { ...SOURCE_RETRY, patienceMs },
    maxAgeMs: options.maxSnapshotAgeMs ?? null,
    async onReplaced(snapshot, why, readAgain) {
      await refuseChangedTables(options.mapping, source, prepared, CHANGED, runSignal);
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
    reads: options.reads,
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
    ({ runner, threads } = await openRunner({
      ...options,
      itemWriter,
      writing,
      shared,
      readers: concurrency,
      snapshot: keeper.current,
      estimatedRows: prepared.estimatedRows,
      setup: {
        mappingDigest: options.mapping.digest,
        schema: prepared.schema,
        policy,
        changed: catchUp?.entities ?? null,
        backfill: backfill?.setup ?? null,
        collisions: set === null ? null : name,
        begun,
        consistency: options.consistency ?? 'snapshot',
      },
    }));
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
    throw end.errorOf(error);
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
