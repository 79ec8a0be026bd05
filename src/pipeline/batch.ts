import type { WriterLimits } from '../sink/sink.js';
import type { Clock } from '../support/time.js';
import { DueHeap } from './due-heap.js';
import { HotKeys } from './hot-keys.js';
import { KeysUnderWay } from './keys-under-way.js';
import type { Pending } from './pending.js';

/** What is due to be sent again waits for company, for so many milliseconds. */
const AGAIN_MS = 250;

/**
 * What waits to be sent, and which keys are under way. It forms batches within the sink's limits in which no
 * key stands twice and no key is under way elsewhere: DynamoDB refuses a batch with a key twice, and two
 * unsettled attempts at one key could land in either order. Items of one key leave in the order they came, unless one
 * of them waits for a hot partition of an index that the other is not in.
 *
 * Three kinds wait: those that nothing speaks against, first in first out; those that the sink left and that
 * are due again later; and those of a hot partition key, which have a lane and a rate of their own.
 */
export class BatchQueue {
  readonly hot = new HotKeys();
  readonly #limits: WriterLimits;
  /** Null where an item was taken: a thousand items of 300 KB would be kept alive until the next compaction. */
  #queue: (Pending | null)[] = [];
  #head = 0;
  readonly #aside = new DueHeap<Pending>();
  /** Taken from where it waited, and too large for the batch it was taken for. */
  #next: Pending | null = null;
  readonly #busy = new KeysUnderWay();
  /** Deferred until their key was settled: before all others, for of their key they came first. */
  readonly #released: Pending[] = [];
  /** Items whose key is under way, by key, in order. */
  readonly #deferred = new Map<string, Pending[]>();

  constructor(limits: WriterLimits) {
    this.#limits = limits;
  }

  /** Items that nothing speaks against. */
  get size(): number {
    return this.#queue.length - this.#head + this.#released.length + (this.#next === null ? 0 : 1);
  }

  /** When the first of the others may be sent, in milliseconds of the clock, or `Infinity`. */
  nextDue(now: number): number {
    return Math.min(this.#aside.nextDue + (this.size === 0 ? 0 : AGAIN_MS), this.hot.nextDue(now));
  }

  /** An item that comes in. */
  enter(pending: Pending, clock: Clock): void {
    this.hot.counts(pending.item, clock);
    this.push(pending);
  }

  push(pending: Pending): void {
    const lane = this.hot.laneOf(pending.item);
    if (lane === undefined) this.#queue.push(pending);
    else this.hot.push(lane, pending);
  }

  /** The sink left it: to be sent again when it is due, or when its lane lets it go. */
  leave(pending: Pending, due: number): void {
    const lane = this.hot.laneOf(pending.item);
    if (lane === undefined) this.#aside.add(pending, due);
    else this.hot.push(lane, pending);
  }

  /** Moves what waits for a key that has become hot into its lane. */
  divert(): void {
    const waiting = this.#queue;
    this.#queue = [];
    for (let at = this.#head; at < waiting.length; at += 1) this.push(waiting[at] as Pending); // from head on none is taken
    this.#head = 0;
  }

  /** Adds to `batch`, whose keys are under way already, what fits; the keys of what it adds become busy. */
  fill(batch: Pending[], now: number): void {
    let bytes = 0;
    for (const pending of batch) bytes += wireBytes(pending);
    // Those that were left go together: one to each batch, all batches would be throttled for what few cause.
    const again = batch.length === 0 && this.#again(now);
    while (batch.length < this.#limits.batchItems) {
      const next = (again ? this.#aside.take(now) : undefined) ?? this.#take(now);
      if (next === undefined) break;
      const { key } = next;
      if (!next.underWay && !this.#busy.add(key, next.keyHash)) {
        this.#defer(next);
        continue;
      }
      const size = wireBytes(next);
      if (batch.length > 0 && bytes + size > this.#limits.batchBytes) {
        if (!next.underWay) this.#busy.delete(key, next.keyHash);
        this.#next = next;
        break;
      }
      next.underWay = true;
      batch.push(next);
      bytes += size;
    }
    this.#compact();
  }

  /** The key is settled: what was deferred for it may go next. */
  release({ key, keyHash }: Pending): void {
    this.#busy.delete(key, keyHash);
    if (this.#deferred.size === 0) return;
    const waiting = this.#deferred.get(key);
    if (waiting === undefined) return;
    this.#deferred.delete(key);
    this.#released.push(...waiting);
  }

  /** Whether what was left is to be sent: it has waited for company, or nothing else waits. */
  #again(now: number): boolean {
    const due = this.#aside.nextDue;
    return due <= now && (this.size === 0 || due + AGAIN_MS <= now);
  }

  #take(now: number): Pending | undefined {
    const { length } = this.#queue;
    if (this.#next !== null) {
      const next = this.#next;
      this.#next = null;
      return next;
    }
    const released = this.#released.shift();
    if (released !== undefined) return released;
    const late = this.hot.take(now);
    if (late !== undefined || this.#head === length) return late;
    const next = this.#queue[this.#head] as Pending; // head < length
    this.#queue[this.#head] = null;
    this.#head += 1;
    return next;
  }

  #defer(pending: Pending): void {
    const waiting = this.#deferred.get(pending.key);
    if (waiting === undefined) this.#deferred.set(pending.key, [pending]);
    else waiting.push(pending);
  }

  /** Drops the taken front once it is most of the array: amortised O(1) an item, as no shift() is. */
  #compact(): void {
    if (this.#head < 1024 || this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }
}

/**
 * Bytes of the text in UTF-8, or a bound for short texts: three a UTF-16 unit is never too little, costs
 * no pass over the text, and 25 such items stay under 16 MB.
 */
function wireBytes({ size, item }: Pending): number {
  return size <= 200_000 ? size * 3 : Buffer.byteLength(item.json);
}
