import { withoutCollisions } from '../collisions/apply-collisions.js';
import { runInProcess } from '../executor/in-process.js';
import type { Item } from '../item/item.js';
import { writeUnits } from '../item/limits.js';
import type { Reject } from '../item/reject.js';
import { withoutExpired } from '../mapping/expired.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { type LossRisk, lossRisks } from '../mapping/loss-risks.js';
import { type EntityMapper, nothingMapped } from '../mapping/mapper.js';
import { createMeter, type Meter } from '../pipeline/meter.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import type { WireItem } from '../sink/sink.js';
import type { Chunk, Consistency, Snapshot, Source } from '../source/source.js';
import { type CollisionReport, copiesOf, type FoundCollisions, searchCollisions } from './collisions.js';
import { runError } from './errors.js';
import { measureRisks, type RiskMeasure } from './measure-risks.js';
import { MIGRATE_DEFAULTS } from './migrate.js';
import { mappedTables, type Prepared, prepare } from './prepare.js';
import { requireKeys } from './require-keys.js';
import { isCanary, planOf, type Selection } from './selection.js';

export interface PlanOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  readonly entities?: readonly string[] | undefined;
  readonly selection?: Selection | undefined;
  /** Example items kept per copy; default 1. */
  readonly samples?: number | undefined;
  /**
   * Has the source count the values that DynamoDB cannot hold: a scan of each table that can hold such. Default:
   * unless a selection makes the plan a quick look.
   */
  readonly measure?: boolean | undefined;
  /** Rows of a chunk; default 10,000. */
  readonly chunkSize?: number | undefined;
  readonly sourceConcurrency?: number | undefined;
  /** One moment for all rows, or one for each chunk; default `snapshot`. */
  readonly consistency?: Consistency | undefined;
  readonly meter?: Meter | undefined;
  /** Told once the mapping is prepared and before rows are read. */
  readonly onPrepared?: ((prepared: Prepared) => void) | undefined;
  readonly signal: AbortSignal;
}

/** What a migration would write, measured over the real rows. Plain JSON: `plan --json` prints it. */
export interface PlanReport {
  readonly source: string;
  readonly table: string;
  readonly entities: readonly EntityPlan[];
  /** `Entity.copy`: those whose keys are not proved to be unique in the table. */
  readonly unprovedCopies: readonly string[];
  /** What comparing their keys found; null where there are none, and for a plan of some of the rows. */
  readonly collisions: CollisionReport | null;
  /** What the source counted over whole tables behind `where`, whatever was selected; null: not measured. */
  readonly measures: readonly RiskMeasure[] | null;
  readonly totals: {
    readonly rows: number;
    readonly items: number;
    readonly bytes: number;
    readonly writeUnits: number;
    readonly rejects: number;
  };
  readonly durationMs: number;
}

export interface EntityPlan {
  readonly entity: string;
  readonly rows: number;
  /** Joined parents that a foreign key names and that do not exist. */
  readonly dangling: number;
  /** Copies left out by `when` or `whenNull: skip`. */
  readonly skipped: number;
  readonly copies: readonly CopyPlan[];
}

export interface CopyPlan {
  readonly copy: string;
  readonly items: number;
  /** Of one item as DynamoDB counts it; null where there is no item. */
  readonly bytes: { readonly min: number; readonly mean: number; readonly max: number } | null;
  readonly totalBytes: number;
  /** Write units to put all of them once: in the table, and in each index. */
  readonly writeUnits: { readonly table: number; readonly indexes: { readonly [index: string]: number } };
  readonly rejects: readonly RejectGroup[];
  readonly samples: readonly WireItem[];
}

export interface RejectGroup {
  readonly code: string;
  readonly count: number;
  /** The first of them, with its source key. */
  readonly example: string;
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
  await using snapshot = await source.openSnapshot({
    concurrency,
    tables: mappedTables([...prepared.mappers, ...prepared.unproved.map(({ mapper }) => mapper)]),
    consistency: options.consistency ?? 'snapshot',
    signal,
  });
  let tallies: readonly EntityTally[] = [];
  let collisions: FoundCollisions | null = null;
  let measures: readonly RiskMeasure[] | null = null;
  const whole = !isCanary(options.selection ?? {});
  try {
    await requireKeys(snapshot, prepared.mappers, chunkPlan, signal);
    if (options.measure ?? whole) {
      measures = await measureRisks(risksOf(prepared), prepared.schema.defaultSchema, snapshot, signal);
    }
    // The keys of some rows say nothing about those of all.
    if (prepared.unproved.length > 0 && whole) {
      const { rowsPerChunk } = chunkPlan;
      collisions = await searchCollisions({
        prepared,
        snapshot,
        rowsPerChunk,
        concurrency,
        scratch: null,
        meter,
        signal,
      });
    }
    const set = collisions?.set ?? null;
    tallies = withoutExpired(prepared.mappers, prepared.resolved.table, Date.now()).map(
      (mapper) =>
        new EntityTally(set === null ? mapper : withoutCollisions(mapper, set), options.samples ?? 1),
    );
    for (const tally of tallies) {
      await runInProcess(snapshot.planChunks(tally.mapper.query, chunkPlan), concurrency, (chunk) =>
        tally.read(snapshot, chunk, meter, signal),
      );
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw runError('RUN_INTERRUPTED', 'interrupted; nothing was written', { cause: error });
  }
  const entities = tallies.map((tally) => tally.result());
  const copies = entities.flatMap((entity) => entity.copies);
  const sum = (pick: (copy: CopyPlan) => number) => copies.reduce((total, copy) => total + pick(copy), 0);
  return {
    source: source.label,
    table: prepared.resolved.table.name,
    entities,
    unprovedCopies: copiesOf(prepared),
    collisions: collisions?.report ?? null,
    measures,
    totals: {
      rows: entities.reduce((total, { rows }) => total + rows, 0),
      items: sum(({ items }) => items),
      bytes: sum(({ totalBytes }) => totalBytes),
      writeUnits: sum((copy) => unitsOf(copy)),
      rejects: sum(({ rejects }) => rejects.reduce((total, { count }) => total + count, 0)),
    },
    durationMs: Math.round(performance.now() - started),
  };
}

/** Of the entities that were asked for. */
export function risksOf({ resolved, schema, mappers }: Prepared): readonly LossRisk[] {
  const names = new Set(mappers.map(({ entity }) => entity));
  return lossRisks(resolved, schema).filter(({ entity }) => names.has(entity));
}

/** Write units of a copy, table and indexes together. */
export function unitsOf(copy: CopyPlan): number {
  return (
    copy.writeUnits.table + Object.values(copy.writeUnits.indexes).reduce((sum, units) => sum + units, 0)
  );
}

class EntityTally {
  readonly mapper: EntityMapper;
  readonly #copies: ReadonlyMap<string, CopyTally>;
  #rows = 0;
  #skipped = 0;
  #dangling = 0;

  constructor(mapper: EntityMapper, samples: number) {
    this.mapper = mapper;
    this.#copies = new Map(mapper.copies.map((copy) => [copy, new CopyTally(samples)]));
  }

  async read(snapshot: Snapshot, chunk: Chunk, meter: Meter, signal: AbortSignal): Promise<void> {
    for await (const page of snapshot.readChunk(this.mapper.query, chunk, {
      pageBytes: PAGE_BYTES,
      signal,
    })) {
      const made = nothingMapped();
      for (const tree of page.rows) this.mapper.map(tree, made);
      for (const item of made.items) this.#copies.get(item.copy)?.add(item);
      for (const reject of made.rejects) this.#copies.get(reject.copy)?.reject(reject);
      this.#rows += page.rows.length;
      this.#skipped += made.skipped;
      this.#dangling += made.dangling;
      meter.rows += page.rows.length;
      meter.written += made.items.length;
      meter.rejects += made.rejects.length;
    }
    meter.chunksDone += 1;
  }

  result(): EntityPlan {
    return {
      entity: this.mapper.entity,
      rows: this.#rows,
      dangling: this.#dangling,
      skipped: this.#skipped,
      copies: [...this.#copies].map(([copy, tally]) => ({ copy, ...tally.result() })),
    };
  }
}

class CopyTally {
  readonly #samples: number;
  readonly #examples: Item[] = [];
  readonly #rejects = new Map<string, { count: number; example: string }>();
  readonly #indexUnits: { [index: string]: number } = {};
  #items = 0;
  #bytes = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #units = 0;

  constructor(samples: number) {
    this.#samples = samples;
  }

  add(item: Item): void {
    this.#items += 1;
    this.#bytes += item.bytes;
    this.#min = Math.min(this.#min, item.bytes);
    this.#max = Math.max(this.#max, item.bytes);
    this.#units += writeUnits(item.bytes);
    for (const { index, bytes } of item.indexed) {
      this.#indexUnits[index] = (this.#indexUnits[index] ?? 0) + writeUnits(bytes);
    }
    if (this.#examples.length < this.#samples) this.#examples.push(item);
  }

  reject({ code, reason, origin }: Reject): void {
    const group = this.#rejects.get(code);
    if (group === undefined) {
      this.#rejects.set(code, { count: 1, example: `${origin.table}#${origin.key.join('#')}: ${reason}` });
    } else group.count += 1;
  }

  result(): Omit<CopyPlan, 'copy'> {
    return {
      items: this.#items,
      bytes:
        this.#items === 0
          ? null
          : { min: this.#min, mean: Math.round(this.#bytes / this.#items), max: this.#max },
      totalBytes: this.#bytes,
      writeUnits: { table: this.#units, indexes: this.#indexUnits },
      rejects: [...this.#rejects].map(([code, { count, example }]) => ({ code, count, example })),
      samples: this.#examples.map(({ json }) => JSON.parse(json) as WireItem),
    };
  }
}
