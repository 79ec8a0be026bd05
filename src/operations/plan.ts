import { withoutCollisions } from '../collisions/apply-collisions.js';
import { runInProcess } from '../executor/in-process.js';
import { withoutExpired } from '../mapping/expired.js';
import { type LossRisk, lossRisks } from '../mapping/loss-risks.js';
import { createMeter } from '../pipeline/meter.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import { readOnce } from '../pipeline/read-once.js';
import { plannedChunks } from '../pipeline/remaining-chunks.js';
import { isOneMoment, type SnapshotTaken } from '../state/state.js';
import { foreseeLoad, type TableNow } from '../table/capacity/foresee-load.js';
import { copiesOf, type FoundCollisions, searchCollisions } from './collisions.js';
import { runError } from './errors.js';
import { measureRisks, type RiskMeasure } from './measure-risks.js';
import { MIGRATE_DEFAULTS } from './migrate.js';
import { keepSnapshot } from './patient-source.js';
import { type CostOptions, costOf, loadOf } from './plan-cost.js';
import type { PlanReport } from './plan-report.js';
import { Sampling, upperEnds } from './plan-sample.js';
import { addTotals, EntityTally, noTotals, TableTally } from './plan-tally.js';
import { mappedTables, type Prepared, prepare } from './prepare.js';
import type { ReadingOptions, SelectedRows } from './reading-options.js';
import { requireKeys } from './require-keys.js';
import type { Sample } from './sample-chunks.js';
import { isCanary, planOf } from './selection.js';

export interface PlanOptions extends ReadingOptions, SelectedRows {
  /** Only a part of the rows, and estimates of all; not with a selection. */
  readonly sample?: Sample | undefined;
  /** Keeps some partitions with their items for the report; default: none. */
  readonly keepPartitions?: boolean | undefined;
  /** Example items kept per copy; default 1. */
  readonly samples?: number | undefined;
  /**
   * Has the source count the values that DynamoDB cannot hold: a scan of each table that can hold such. Default:
   * unless a selection or a sample makes the plan a quick look.
   */
  readonly measure?: boolean | undefined;
  /** Where the table is and what things cost there; default: not known. */
  readonly cost?: CostOptions | undefined;
  /** How the table is set, for a forecast of the load there; default: none. */
  readonly tableNow?: TableNow | undefined;
}

/** Reads and maps the selected rows and throws the items away: no sink is ever opened. Throws as `migrate` does. */
export async function plan(options: PlanOptions): Promise<PlanReport> {
  const started = performance.now();
  const { source, signal, meter = createMeter() } = options;
  const prepared = await prepare(options);
  options.onPrepared?.(prepared);
  const chunkPlan = planOf(
    options.selection ?? {},
    prepared.mappers,
    options.chunkSize ?? MIGRATE_DEFAULTS.chunkSize,
  );
  const concurrency = options.sourceConcurrency ?? MIGRATE_DEFAULTS.sourceConcurrency;
  const snapshots: SnapshotTaken[] = [];
  const tables = mappedTables([...prepared.mappers, ...prepared.unproved.map(({ mapper }) => mapper)]);
  const { consistency = 'snapshot' } = options;
  const wanted = { concurrency, tables, consistency, signal };
  await using keeper = await keepSnapshot(options, prepared, meter, wanted, {
    onTaken: async (taken) => void snapshots.push(taken),
  });
  const table = new TableTally(options.keepPartitions ?? false);
  let tallies: readonly EntityTally[] = [];
  let collisions: FoundCollisions | null = null;
  let measures: readonly RiskMeasure[] | null = null;
  const sampling = options.sample === undefined ? null : new Sampling(options.sample, prepared, chunkPlan);
  const whole = !isCanary(options.selection ?? {}) && sampling === null;
  try {
    await keeper.run(null, (snapshot) => requireKeys(snapshot, prepared.mappers, chunkPlan, signal));
    if (options.measure ?? whole) {
      const { defaultSchema } = prepared.schema;
      measures = await keeper.run(null, (snapshot) =>
        measureRisks(risksOf(prepared), defaultSchema, snapshot, signal),
      );
    }
    // The keys of some rows say nothing about those of all.
    if (prepared.unproved.length > 0 && whole) {
      const { rowsPerChunk } = chunkPlan;
      const search = { prepared, rowsPerChunk, concurrency, scratch: null, meter, signal };
      collisions = await keeper.run(null, (snapshot) => {
        meter.keyRows = 0; // lost in the middle, it is read from its beginning
        return searchCollisions({ ...search, snapshot });
      });
    }
    const set = collisions?.set ?? null;
    tallies = withoutExpired(prepared.mappers, prepared.resolved.table, Date.now()).map(
      (mapper) =>
        new EntityTally(set === null ? mapper : withoutCollisions(mapper, set), table, options.samples ?? 1),
    );
    for (const tally of tallies) {
      const { query } = tally.mapper;
      const chunks = sampling?.draw(tally.mapper, keeper) ?? plannedChunks(keeper, query, chunkPlan);
      await runInProcess(chunks, concurrency, async (chunk) => {
        const totals = noTotals();
        await readOnce(keeper, query, chunk, { pageBytes: PAGE_BYTES, signal }, (rows) =>
          addTotals(totals, tally.add(rows, meter)),
        );
        sampling?.add(chunk, totals);
        meter.chunksDone += 1;
      });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw runError('RUN_INTERRUPTED', 'interrupted; nothing was written', { cause: error });
  }
  const entities = tallies.map((tally) => tally.report());
  const totals = noTotals();
  for (const tally of tallies) addTotals(totals, tally.totals);
  const sample = sampling?.report(totals) ?? null;
  const load = loadOf(table.partitions, prepared.resolved.table, upperEnds(totals, sample));
  return {
    source: source.label,
    table: prepared.resolved.table.name,
    entities,
    partitions: table.partitions,
    sampledPartitions: table.sampledPartitions,
    biggest: table.biggest,
    unprovedCopies: copiesOf(prepared),
    collisions: collisions?.report ?? null,
    measures,
    cost: costOf(load, options.cost ?? { region: null }),
    preflight: options.tableNow === undefined ? null : foreseeLoad(load, options.tableNow),
    totals,
    sample,
    consistent: isOneMoment({ snapshots }),
    snapshots,
    durationMs: Math.round(performance.now() - started),
  };
}

/** Of the entities that were asked for. */
export function risksOf({ resolved, schema, mappers }: Prepared): readonly LossRisk[] {
  const names = new Set(mappers.map(({ entity }) => entity));
  return lossRisks(resolved, schema).filter(({ entity }) => names.has(entity));
}
