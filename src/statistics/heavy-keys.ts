/** What items of one key weigh together. */
export interface KeyWeight {
  items: number;
  bytes: number;
  units: number;
}

export interface HeavyKey extends Readonly<KeyWeight> {
  readonly key: string;
  /** Write units of it that may have come before it was counted: 0 where it is counted from the first on. */
  readonly missed: number;
}

interface Counter extends KeyWeight {
  readonly missed: number;
}

/** Keys that are counted at once. */
const COUNTERS = 4_096;

/**
 * The keys with most write units among any number of keys, in bounded memory and one pass: Space-Saving (Metwally,
 * Agrawal, El Abbadi 2005) that makes room for many at once by the median (Anderson et al., "A High-Performance
 * Algorithm for Identifying Frequent Items in Data Streams", 2017), so that a new key costs O(1).
 *
 * What is counted of a key is counted exactly from when it came in. Before that it may have had up to `missed` units,
 * never more than 2 / 4,096 of all units: a key with a larger share is always found. Up to 4,096 keys all is exact.
 */
export class HeavyKeys {
  readonly #counters = new Map<string, Counter>();
  readonly #most: number;
  /** A key that is not counted has no more units than this. */
  #floor = 0;

  constructor(counters = COUNTERS) {
    this.#most = counters;
  }

  add(key: string, bytes: number, units: number): void {
    const counter = this.#counters.get(key);
    if (counter !== undefined) {
      counter.items += 1;
      counter.bytes += bytes;
      counter.units += units;
      return;
    }
    if (this.#counters.size >= this.#most) this.#makeRoom();
    this.#counters.set(key, { items: 1, bytes, units, missed: this.#floor });
  }

  /** The heaviest first. */
  top(keys: number): readonly HeavyKey[] {
    return [...this.#counters]
      .map(([key, counter]) => ({ key, ...counter }))
      .sort((a, b) => b.units - a.units)
      .slice(0, keys);
  }

  /** Forgets the lighter half. */
  #makeRoom(): void {
    const weights = Float64Array.from(this.#counters.values(), ({ units, missed }) => units + missed).sort();
    this.#floor = weights[(weights.length - 1) >> 1] ?? 0;
    for (const [key, { units, missed }] of this.#counters) {
      if (units + missed <= this.#floor) this.#counters.delete(key);
    }
  }
}
