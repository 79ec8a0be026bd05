import { withoutCollisions } from '../../collisions/apply-collisions.js';
import { runInProcess } from '../../executor/in-process.js';
import { withoutExpired } from '../../mapping/expired.js';
import { createMeter } from '../../pipeline/meter.js';
import { PAGE_BYTES } from '../../pipeline/pipeline.js';
import { searchCollisions } from '../collisions.js';
import { runError } from '../errors.js';
import { MIGRATE_DEFAULTS } from '../migrate.js';
import { type CostOptions, type CostReport, costOf } from '../plan-cost.js';
import { mappedTables } from '../prepare.js';
import { planOf } from '../selection.js';
import type { WriteRowsOptions } from '../write-rows-options.js';
import type { BackfillPlan, CopyBackfill, IndexBuild } from './backfill-report.js';
import { BackfillTally } from './backfill-tally.js';
import { indexLife } from './index-life.js';
import { type BackfillRequest, prepareBackfill } from './prepare-backfill.js';
import type { UnindexedItems } from './unindexed-items.js';

export interface BackfillPlanOptions
  extends BackfillRequest,
    Pick<
      WriteRowsOptions,
      | 'mapping'
      | 'source'
      | 'entities'
      | 'selection'
      | 'chunkSize'
      | 'sourceConcurrency'
      | 'consistency'
      | 'meter'
      | 'signal'
    > {
  /** Told once the mappings are prepared and before rows are read. */
  readonly onPrepared?: ((estimatedRows: number) => void) | undefined;
  readonly cost?: CostOptions | undefined;
  /** Looks what indexes leave out; absent: nobody does. */
  readonly unindexed?: (() => Promise<readonly UnindexedItems[]>) | undefined;
}

/** Reads the rows and maps them by both mappings; opens no sink. Throws as `backfill` does, and what `unindexed` throws. */
export async function planBackfill(options: BackfillPlanOptions): Promise<BackfillPlan> {
  const started = performance.now();
  const { source, signal, meter = createMeter() } = options;
  const { design, wanted } = indexLife(options.from, options.mapping);
  const tally = new BackfillTally(design.indexes, wanted);
  const { prepared, backfill } = await prepareBackfill(options, options, tally);
  options.onPrepared?.(prepared.estimatedRows);
  const chunks = planOf(
    options.selection ?? {},
    prepared.mappers,
    options.chunkSize ?? MIGRATE_DEFAULTS.chunkSize,
  );
  const concurrency = options.sourceConcurrency ?? MIGRATE_DEFAULTS.sourceConcurrency;
  await using snapshot = await source.openSnapshot({
    concurrency,
    tables: mappedTables([...prepared.mappers, ...prepared.unproved.map(({ mapper }) => mapper)]),
    consistency: options.consistency ?? 'snapshot',
    signal,
  });
  try {
    const search = { prepared, snapshot, rowsPerChunk: chunks.rowsPerChunk, concurrency, scratch: null };
    const set =
      prepared.unproved.length === 0 ? null : (await searchCollisions({ ...search, meter, signal })).set;
    for (const timely of withoutExpired(prepared.mappers, design, Date.now())) {
      const mapper = set === null ? timely : withoutCollisions(timely, set);
      await runInProcess(snapshot.planChunks(mapper.query, chunks), concurrency, async (chunk) => {
        for await (const page of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
          tally.add(page, mapper, meter);
        }
        meter.chunksDone += 1;
      });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw runError('RUN_INTERRUPTED', 'interrupted; nothing was written', { cause: error });
  }
  const { changes } = backfill;
  const copies = tally.copies(changes.copies);
  const { builds, obsolete, rows } = tally;
  return {
    source: source.label,
    table: design.name,
    rows,
    copies,
    changes,
    builds,
    obsolete,
    totals: totalsOf(copies, builds),
    cost: costOfWriting(copies, builds, options.cost),
    unindexed: (await options.unindexed?.()) ?? null,
    durationMs: Math.round(performance.now() - started),
  };
}

function totalsOf(copies: readonly CopyBackfill[], builds: readonly IndexBuild[]): BackfillPlan['totals'] {
  const sum = (pick: (copy: CopyBackfill) => number) => copies.reduce((total, copy) => total + pick(copy), 0);
  return {
    puts: sum(({ puts }) => puts),
    updates: sum(({ updates }) => updates),
    writeUnits:
      sum(({ writeUnits }) => writeUnits.table + writeUnits.indexes) +
      builds.reduce((total, { writeUnits }) => total + writeUnits, 0),
    rejects: sum(({ rejects }) => rejects.reduce((total, { count }) => total + count, 0)),
  };
}

/** Of requests to the table; an import makes new tables only. */
function costOfWriting(
  copies: readonly CopyBackfill[],
  builds: readonly IndexBuild[],
  options: CostOptions = { region: null },
): CostReport {
  const units = (pick: (copy: CopyBackfill) => number) =>
    copies.reduce((total, copy) => total + pick(copy), 0);
  const parts = [
    { index: null, writeUnits: units(({ writeUnits }) => writeUnits.table) },
    { index: 'others', writeUnits: units(({ writeUnits }) => writeUnits.indexes) },
    ...builds.map(({ index, writeUnits }) => ({ index, writeUnits })),
  ].filter(({ index, writeUnits }) => index === null || writeUnits > 0);
  const load = {
    parts: parts.map((part) => ({ ...part, hottestUnits: 0 })),
    storageBytes: 0,
    importBytes: 0,
  };
  const report = costOf(load, options);
  return { ...report, storageMonth: null, ways: report.ways.filter(({ capacity }) => capacity !== null) };
}
