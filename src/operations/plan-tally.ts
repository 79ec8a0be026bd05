import type { Item } from '../item/item.js';
import { LIMITS, writeUnits } from '../item/limits.js';
import type { Reject } from '../item/reject.js';
import { type EntityMapper, nothingMapped } from '../mapping/mapper.js';
import type { Meter } from '../pipeline/meter.js';
import type { WireItem } from '../sink/sink.js';
import type { RowTree, Sequence } from '../source/source.js';
import { BiggestItems, type BigItem } from '../statistics/biggest-items.js';
import type { Sums } from '../statistics/estimate.js';
import { PartitionStatistics } from '../statistics/partition-statistics.js';
import { type SampledPartition, SampledPartitions } from '../statistics/sampled-partitions.js';
import { SizeHistogram } from '../statistics/size-histogram.js';
import { type CopyPlan, type EntityPlan, type PartitionPlan, TOTALS, type Total } from './plan-report.js';

const IMPORT_FRAME = '{"Item":}\n'.length;

/** Items of all entities in one table: partition keys of the table and its indexes, and the biggest items. */
export class TableTally {
  readonly #partitions = new Map<string | null, PartitionStatistics>();
  readonly #biggest = new BiggestItems();
  readonly #sampled: SampledPartitions | null;

  constructor(keepsPartitions: boolean) {
    this.#sampled = keepsPartitions ? new SampledPartitions() : null;
  }

  add(item: Item): void {
    this.#of(null).add(item.partition, item.bytes, writeUnits(item.bytes));
    for (const { index, partition, bytes } of item.indexed) {
      this.#of(index).add(partition, bytes, writeUnits(bytes));
    }
    this.#biggest.add(item);
    this.#sampled?.add(item);
  }

  get partitions(): readonly PartitionPlan[] {
    return [...this.#partitions].map(([index, statistics]) => ({ index, ...statistics.report() }));
  }

  get biggest(): readonly BigItem[] {
    return this.#biggest.report();
  }

  get sampledPartitions(): readonly SampledPartition[] {
    return this.#sampled?.report() ?? [];
  }

  #of(index: string | null): PartitionStatistics {
    let statistics = this.#partitions.get(index);
    if (statistics === undefined) {
      statistics = new PartitionStatistics();
      this.#partitions.set(index, statistics);
    }
    return statistics;
  }
}

/** What becomes of the rows of one entity. */
export class EntityTally {
  /** Of the rows so far. */
  readonly totals = noTotals();
  readonly mapper: EntityMapper;
  readonly #table: TableTally;
  readonly #copies: ReadonlyMap<string, CopyTally>;
  #skipped = 0;
  #dangling = 0;

  constructor(mapper: EntityMapper, table: TableTally, samples: number) {
    this.mapper = mapper;
    this.#table = table;
    this.#copies = new Map(mapper.copies.map((copy) => [copy, new CopyTally(samples)]));
  }

  /** Returns what the rows add to the totals. */
  add(rows: Sequence<RowTree>, meter: Meter): Sums<Total> {
    const made = nothingMapped();
    const totals = noTotals();
    for (const tree of rows) this.mapper.map(tree, made);
    for (const item of made.items) {
      this.#copies.get(item.copy)?.add(item);
      this.#table.add(item);
      weigh(item, totals);
    }
    for (const reject of made.rejects) this.#copies.get(reject.copy)?.reject(reject);
    totals.rows = rows.length;
    totals.items = made.items.length;
    totals.rejects = made.rejects.length;
    addTotals(this.totals, totals);
    this.#skipped += made.skipped;
    this.#dangling += made.dangling;
    meter.rows += rows.length;
    meter.written += made.items.length;
    meter.rejects += made.rejects.length;
    return totals;
  }

  report(): EntityPlan {
    return {
      entity: this.mapper.entity,
      rows: this.totals.rows,
      dangling: this.#dangling,
      skipped: this.#skipped,
      copies: [...this.#copies].map(([copy, tally]) => ({ copy, ...tally.report() })),
    };
  }
}

export type Totals = { -readonly [key in Total]: number };

export function noTotals(): Totals {
  return Object.fromEntries(TOTALS.map((key) => [key, 0])) as Totals;
}

export function addTotals(to: Totals, more: Sums<Total>): void {
  for (const key of TOTALS) to[key] += more[key];
}

/** In the table and in every index. */
function weigh({ json, bytes, indexed }: Item, totals: Totals): void {
  totals.bytes += bytes;
  totals.importBytes += Buffer.byteLength(json) + IMPORT_FRAME;
  for (const place of [{ bytes }, ...indexed]) {
    totals.writeUnits += writeUnits(place.bytes);
    totals.storageBytes += place.bytes + LIMITS.storageOverheadBytes;
  }
}

interface IndexTally {
  items: number;
  units: number;
  storageBytes: number;
}

class CopyTally {
  readonly #samples: number;
  readonly #examples: Item[] = [];
  readonly #rejects = new Map<string, { count: number; example: string }>();
  readonly #indexes = new Map<string, IndexTally>();
  readonly #sizes = new SizeHistogram();
  #units = 0;

  constructor(samples: number) {
    this.#samples = samples;
  }

  add(item: Item): void {
    this.#sizes.add(item.bytes);
    this.#units += writeUnits(item.bytes);
    for (const { index, bytes } of item.indexed) {
      const tally = this.#indexes.get(index) ?? { items: 0, units: 0, storageBytes: 0 };
      tally.items += 1;
      tally.units += writeUnits(bytes);
      tally.storageBytes += bytes + LIMITS.storageOverheadBytes;
      this.#indexes.set(index, tally);
    }
    if (this.#examples.length < this.#samples) this.#examples.push(item);
  }

  reject({ code, reason, origin }: Reject): void {
    const group = this.#rejects.get(code);
    if (group === undefined) {
      this.#rejects.set(code, { count: 1, example: `${origin.table}#${origin.key.join('#')}: ${reason}` });
    } else group.count += 1;
  }

  report(): Omit<CopyPlan, 'copy'> {
    const { count, sum } = this.#sizes;
    const byIndex = (pick: (tally: IndexTally) => number) =>
      Object.fromEntries([...this.#indexes].map(([index, tally]) => [index, pick(tally)]));
    return {
      items: count,
      bytes: this.#sizes.spread(),
      sizes: this.#sizes.bars(),
      totalBytes: sum,
      writeUnits: { table: this.#units, indexes: byIndex(({ units }) => units) },
      storageBytes: {
        table: sum + count * LIMITS.storageOverheadBytes,
        indexes: byIndex(({ storageBytes }) => storageBytes),
      },
      indexItems: byIndex(({ items }) => items),
      rejects: [...this.#rejects].map(([code, { count, example }]) => ({ code, count, example })),
      samples: this.#examples.map(({ json }) => JSON.parse(json) as WireItem),
    };
  }
}
