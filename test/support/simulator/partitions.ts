import { type Direction, RULES } from './rules.js';
import { TokenBucket } from './token-bucket.js';

interface Partition {
  /** Key hashes from here to the next partition's. */
  readonly from: number;
  readonly write: TokenBucket;
  readonly read: TokenBucket;
  /** When it began to refuse, or null; and when it refused last. */
  refusingSince: number | null;
  refusedAt: number;
}

const HASHES = 2 ** 32;
/** A partition that has refused nothing for this long is not hot any more. */
const COOL_MS = 10_000;

/** The partitions of one table or index: equal ranges of the key hash, until heat splits one. */
export class Partitions {
  readonly #partitions: Partition[];
  readonly #splitAfterMs: number;

  constructor(count: number, now: number, splitAfterMs: number) {
    this.#splitAfterMs = splitAfterMs;
    this.#partitions = Array.from({ length: count }, (_, index) =>
      partition(Math.floor((index * HASHES) / count), now),
    );
  }

  get count(): number {
    return this.#partitions.length;
  }

  open(hash: number, direction: Direction, now: number): boolean {
    const index = this.#find(hash);
    const found = this.#partitions[index] as Partition; // the first begins at 0
    if (found[direction].open(now)) return true;
    if (found.refusingSince === null || now - found.refusedAt > COOL_MS) found.refusingSince = now;
    found.refusedAt = now;
    if (now - found.refusingSince >= this.#splitAfterMs) this.#split(index, now);
    return false;
  }

  take(hash: number, direction: Direction, units: number): void {
    this.#partitions[this.#find(hash)]?.[direction].take(units);
  }

  /** A table that grew: all are split alike, so that an even load gets what was asked for. AWS does not say how it is. */
  grow(count: number, now: number): void {
    while (this.#partitions.length < count) {
      for (let index = this.#partitions.length - 1; index >= 0; index -= 1) this.#split(index, now);
    }
  }

  #width(index: number): number {
    const next = this.#partitions[index + 1]?.from ?? HASHES;
    return next - (this.#partitions[index]?.from ?? 0);
  }

  /** In the middle of its hashes: one hot key stays as hot, on one side. */
  #split(index: number, now: number): void {
    const old = this.#partitions[index];
    if (old === undefined || this.#width(index) < 2) return;
    const middle = old.from + Math.floor(this.#width(index) / 2);
    this.#partitions.splice(index, 1, partition(old.from, now), partition(middle, now));
  }

  #find(hash: number): number {
    let low = 0;
    let high = this.#partitions.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#partitions[middle]?.from ?? 0) <= hash) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function partition(from: number, now: number): Partition {
  const { write, read } = RULES.partition;
  return {
    from,
    // One second is saved up: the limit is per second, and nothing is promised above it.
    write: new TokenBucket(write, write, now),
    read: new TokenBucket(read, read, now),
    refusingSince: null,
    refusedAt: 0,
  };
}
