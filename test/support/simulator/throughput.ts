import { Partitions } from './partitions.js';
import { type Capacity, type Direction, RULES, type Shortage, type Units } from './rules.js';
import { TokenBucket } from './token-bucket.js';

export interface ThroughputOptions {
  /** Seconds of the provisioned rate that are saved up; default `RULES.burstSeconds`. */
  readonly burstSeconds?: number | undefined;
  /** Default `RULES.splitAfterMs`; `Infinity` never splits. */
  readonly splitAfterMs?: number | undefined;
  /** Units of the table with its indexes, which share it; default `RULES.tableQuota`. */
  readonly quota?: Units | undefined;
}

const DIRECTIONS: readonly Direction[] = ['write', 'read'];

/** What one table or one index takes: its partitions, and the budget over all of them. */
export class Throughput {
  #capacity: Capacity;
  readonly #options: ThroughputOptions;
  readonly #partitions: Partitions;
  /** Provisioned, or on demand with a maximum; null: only the partitions bound it. */
  #budget: Readonly<Record<Direction, TokenBucket>> | null;
  /** On demand: the highest minute so far, and when the table last grew. */
  #grown: { at: number; readonly peak: Record<Direction, number> };
  #minute: { from: number; readonly spent: Record<Direction, number> };

  constructor(capacity: Capacity, now: number, options: ThroughputOptions = {}) {
    this.#capacity = capacity;
    this.#options = options;
    this.#partitions = new Partitions(
      partitionsOf(capacity),
      now,
      options.splitAfterMs ?? RULES.splitAfterMs,
    );
    this.#budget = this.#budgetOf(capacity, now);
    this.#grown = { at: now, peak: { write: 0, read: 0 } };
    this.#minute = { from: now, spent: { write: 0, read: 0 } };
  }

  get capacity(): Capacity {
    return this.#capacity;
  }

  get partitions(): number {
    return this.#partitions.count;
  }

  /** What is short for a key of this hash, or null. Takes nothing. */
  shortage(hash: number, direction: Direction, now: number): Shortage | null {
    if (now - this.#minute.from >= RULES.peakWindowMs) this.#endMinute(now);
    if (this.#budget?.[direction].open(now) === false) {
      return this.#capacity.mode === 'provisioned'
        ? 'ProvisionedThroughputExceeded'
        : 'MaxOnDemandThroughputExceeded';
    }
    return this.#partitions.open(hash, direction, now) ? null : 'KeyRangeThroughputExceeded';
  }

  take(hash: number, direction: Direction, units: number): void {
    this.#budget?.[direction].take(units);
    this.#partitions.take(hash, direction, units);
    this.#minute.spent[direction] += units;
  }

  /** UpdateTable: partitions are only ever added, so a table that was large once stays fast. */
  change(capacity: Capacity, now: number): void {
    this.#capacity = capacity;
    this.#budget = this.#budgetOf(capacity, now);
    this.#partitions.grow(partitionsOf(capacity), now);
  }

  #budgetOf(capacity: Capacity, now: number): Record<Direction, TokenBucket> | null {
    const { burstSeconds = RULES.burstSeconds } = this.#options;
    if (capacity.mode === 'provisioned') {
      // A table begins without savings; one second keeps a test from starting in debt.
      const bucket = (units: number) => {
        const made = new TokenBucket(units, units * Math.max(1, burstSeconds), now);
        made.take(units * (Math.max(1, burstSeconds) - 1));
        return made;
      };
      return { write: bucket(capacity.write), read: bucket(capacity.read) };
    }
    const { max } = capacity;
    if (max === undefined) return null;
    return {
      write: new TokenBucket(max.write, max.write, now),
      read: new TokenBucket(max.read, max.read, now),
    };
  }

  #endMinute(now: number): void {
    const seconds = (now - this.#minute.from) / 1000;
    const { peak } = this.#grown;
    for (const direction of DIRECTIONS) {
      peak[direction] = Math.max(peak[direction], this.#minute.spent[direction] / seconds);
    }
    this.#minute = { from: now, spent: { write: 0, read: 0 } };
    if (this.#capacity.mode !== 'on-demand' || now - this.#grown.at < RULES.growthMs) return;
    this.#partitions.grow(partitionsFor({ write: peak.write * 2, read: peak.read * 2 }), now);
    this.#grown = { at: now, peak: { write: 0, read: 0 } };
  }
}

function partitionsFor({ write, read }: Units): number {
  return Math.max(1, Math.ceil(write / RULES.partition.write), Math.ceil(read / RULES.partition.read));
}

function partitionsOf(capacity: Capacity): number {
  if (capacity.mode === 'provisioned') return partitionsFor(capacity);
  const { warm = RULES.onDemandStart } = capacity;
  return Math.max(partitionsFor(warm), partitionsFor(RULES.onDemandStart));
}
