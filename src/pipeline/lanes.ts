import { DueHeap } from './due-heap.js';
import { Lane } from './lane.js';
import type { Pending } from './pending.js';

/** A lane that is empty and was not throttled for so long is one no more. */
const COOL_MS = 10_000;
/** One that only had many items is gone as soon as it is empty for so long. */
const EMPTY_MS = 1_000;
/** Lanes are looked through for those so often. */
const TIDY_MS = 1_000;

/**
 * The lanes of a writer. Those whose next item is due take turns, an item each, so that what leaves is spread
 * over as many partition keys as wait; the others rest until theirs is due.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with items, each either in the ring or resting. */
  #ring: (Lane | null)[] = [];
  #head = 0;
  readonly #resting = new DueHeap<Lane>();
  #held = 0;
  #heldBytes = 0;
  #tidyAt = Number.NEGATIVE_INFINITY;
  readonly #onGone: (lane: Lane) => void;

  /** `onGone` is told of each lane that is one no more. */
  constructor(onGone: (lane: Lane) => void) {
    this.#onGone = onGone;
  }

  get count(): number {
    return this.#lanes.size;
  }

  /** Items that wait in lanes, and the bytes of their JSON. */
  get held(): number {
    return this.#held;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get(key: string): Lane | undefined {
    return this.#lanes.get(key);
  }

  values(): IterableIterator<Lane> {
    return this.#lanes.values();
  }

  open(key: string, index: string | null, partition: string, hot: boolean, now: number): Lane {
    const lane = new Lane(index, partition, hot, now);
    this.#lanes.set(key, lane);
    return lane;
  }

  push(lane: Lane, pending: Pending): void {
    if (lane.size === 0) this.#ring.push(lane);
    lane.push(pending);
    this.#held += 1;
    this.#heldBytes += pending.size;
  }

  /** The next item that its lane's rate lets go, or undefined. */
  take(now: number): Pending | undefined {
    this.#wake(now);
    while (this.#head < this.#ring.length) {
      const lane = this.#ring[this.#head] as Lane; // head < length
      this.#ring[this.#head] = null;
      this.#head += 1;
      this.#compact();
      const due = lane.dueAt(now);
      if (due > now) {
        this.#resting.add(lane, due);
        continue;
      }
      const pending = lane.shift();
      this.#held -= 1;
      this.#heldBytes -= pending.size;
      if (lane.size > 0) this.#ring.push(lane);
      return pending;
    }
    return undefined;
  }

  /** When the next item may go, in milliseconds of the clock, or `Infinity`. */
  nextDue(now: number): number {
    return this.#head < this.#ring.length ? now : this.#resting.nextDue;
  }

  /** Closes lanes that are not wanted any more. */
  tidy(now: number): void {
    if (now - this.#tidyAt < TIDY_MS) return;
    this.#tidyAt = now;
    for (const [key, lane] of this.#lanes) {
      if (lane.size > 0 || now - lane.leftAt < (lane.hot ? COOL_MS : EMPTY_MS)) continue;
      this.#lanes.delete(key);
      this.#onGone(lane);
    }
  }

  #wake(now: number): void {
    for (let lane = this.#resting.take(now); lane !== undefined; lane = this.#resting.take(now)) {
      this.#ring.push(lane);
    }
  }

  #compact(): void {
    if (this.#head < 1024 || this.#head * 2 < this.#ring.length) return;
    this.#ring = this.#ring.slice(this.#head);
    this.#head = 0;
  }
}
