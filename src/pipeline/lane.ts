import type { Pending } from './pending.js';
import { itemUnits } from './units.js';

/**
 * Write units a second of one partition: no key takes more, but for a moment
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
const PARTITION_RATE = 1_000;
/** What a throttle takes off the rate, at most so often; what a second without one adds, below and above a partition's rate. */
const CUT = { share: 0.85, everyMs: 100 };
const GROWTH = { share: 1, least: 50, above: 20 };
const LEAST_RATE = 5;
/** Seconds of its rate that a lane may save up. */
const BURST_SECONDS = 0.05;
/** A lane that was not asked for so long does not know more than one that was just asked, in milliseconds. */
const LONGEST_STEP_MS = 200;

/**
 * The items that wait for one partition key, first in first out, and the rate at which they go. A key lives for
 * seconds only where rows come in its order, so the rate is found fast: by additive growth and multiplicative
 * cuts, up to what a partition takes.
 */
export class Lane {
  /** Null: of the table. */
  readonly index: string | null;
  readonly partition: string;
  /** It was throttled where others were not; otherwise it only has many items. */
  hot: boolean;
  /** Items that were left because of it. */
  left = 0;
  leftAt: number;
  #items: (Pending | null)[] = [];
  #head = 0;
  #rate = PARTITION_RATE;
  #balance = 0;
  #filledAt: number;
  #cutAt = Number.NEGATIVE_INFINITY;
  #repliedAt: number;

  constructor(index: string | null, partition: string, hot: boolean, now: number) {
    this.index = index;
    this.partition = partition;
    this.hot = hot;
    this.leftAt = now;
    this.#filledAt = now;
    this.#repliedAt = now;
  }

  /** Items that wait. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Units a second. */
  get rate(): number {
    return this.#rate;
  }

  push(pending: Pending): void {
    this.#items.push(pending);
  }

  /** The first item, charged to the rate; to be called when it is due and there is one. */
  shift(): Pending {
    const pending = this.#items[this.#head] as Pending; // head < length
    this.#items[this.#head] = null; // not kept alive until the array is tidied
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.#balance -= itemUnits(pending.item);
    return pending;
  }

  /** When its next item may go, in milliseconds of the clock. */
  dueAt(now: number): number {
    const seconds = (now - this.#filledAt) / 1000;
    const burst = this.#rate * BURST_SECONDS;
    this.#balance = Math.min(burst, this.#balance + seconds * this.#rate);
    this.#filledAt = now;
    if (this.#balance >= 0) return now;
    // Until it has saved up some: items of few keys that leave one by one make small requests.
    return now + ((burst - this.#balance) / this.#rate) * 1000;
  }

  /** A reply that held items of this key, of which it left so many. */
  replied(left: number, now: number): void {
    const step = Math.min(LONGEST_STEP_MS, now - this.#repliedAt) / 1000;
    this.#repliedAt = now;
    if (left === 0) {
      const below = Math.max(GROWTH.least, GROWTH.share * this.#rate);
      this.#rate += step * (this.#rate < PARTITION_RATE ? below : GROWTH.above);
      return;
    }
    this.left += left;
    this.leftAt = now;
    if (now - this.#cutAt < CUT.everyMs) return;
    this.#cutAt = now;
    this.#rate = Math.max(LEAST_RATE, this.#rate * CUT.share);
  }
}
