import { HeavyKeys } from './heavy-keys.js';
import { KeySample } from './key-sample.js';

/** Of the partitions of one table or index. */
export interface PartitionSpread {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

export interface HotPartition {
  /** Value of the partition key; several attributes are joined as DynamoDB JSON has them. */
  readonly partition: string;
  readonly items: number;
  readonly bytes: number;
  readonly writeUnits: number;
  /** Of all write units of the table or index, from 0 to 1. */
  readonly share: number;
  /** Units that it may have on top: 0 up to 4,096 partition keys, below 0.05 % of all units beyond. */
  readonly missedUnits: number;
}

export interface PartitionReport {
  /** Items of the table, or of the index. */
  readonly items: number;
  readonly bytes: number;
  readonly writeUnits: number;
  /** Partition key values: counted where `exact`, else 5 % off at most, 19 times of 20. */
  readonly partitions: number;
  readonly exact: boolean;
  /** What one partition key holds: where not `exact`, of about 3,000 of them. Null: there are none. */
  readonly each: {
    readonly items: PartitionSpread;
    readonly bytes: PartitionSpread;
    readonly writeUnits: PartitionSpread;
  } | null;
  /** Those with most write units, these first. */
  readonly hottest: readonly HotPartition[];
}

const SHOWN = 20;

/** How items spread over the partition keys of one table or index: collections, heat and skew, of all items. */
export class PartitionStatistics {
  readonly #heavy = new HeavyKeys();
  readonly #sample = new KeySample();
  #items = 0;
  #bytes = 0;
  #units = 0;

  add(partition: string, bytes: number, units: number): void {
    this.#items += 1;
    this.#bytes += bytes;
    this.#units += units;
    this.#heavy.add(partition, bytes, units);
    this.#sample.add(partition, bytes, units);
  }

  report(): PartitionReport {
    const all = this.#units;
    const heavy = this.#heavy.top(Number.POSITIVE_INFINITY);
    const weights = this.#sample.weights();
    const spread = (pick: (weight: { items: number; bytes: number; units: number }) => number) =>
      spreadOf(weights.map(pick), Math.max(...heavy.map(pick)));
    return {
      items: this.#items,
      bytes: this.#bytes,
      writeUnits: all,
      partitions: this.#sample.keys,
      exact: this.#sample.exact,
      each:
        heavy.length === 0
          ? null
          : {
              items: spread(({ items }) => items),
              bytes: spread(({ bytes }) => bytes),
              writeUnits: spread(({ units }) => units),
            },
      hottest: heavy.slice(0, SHOWN).map(({ key, items, bytes, units, missed }) => ({
        partition: key,
        items,
        bytes,
        writeUnits: units,
        share: units / all,
        missedUnits: missed,
      })),
    };
  }
}

/** The heaviest may not be in the sample. */
function spreadOf(values: readonly number[], max: number): PartitionSpread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? max;
  return { median: at(0.5), p99: at(0.99), max: Math.max(max, at(1)) };
}
