import type { Item } from '../item/item.js';
import type { ItemWriter, WriteOutcome } from '../sink/sink.js';
import { untilAborted } from '../support/gate.js';
import type { Logger } from '../support/log.js';
import type { Clock } from '../support/time.js';
import type { ChunkAccount } from './account.js';
import { Alarm } from './alarm.js';
import { BackPressure } from './back-pressure.js';
import { BatchQueue } from './batch.js';
import { Ledger } from './ledger.js';
import type { Meter } from './meter.js';
import { type Pending, pendingOf } from './pending.js';
import type { RateLimit } from './rate.js';
import { fullJitter, type RetryPolicy, THROTTLED_ATTEMPTS } from './retry.js';
import { Setbacks } from './setbacks.js';
import { shortageOf } from './shortage.js';
import { type SortedBatch, sortBatch } from './sort-batch.js';
import { itemUnits, unbilled } from './units.js';

export interface WriterOptions {
  /** Batches under way at once. */
  readonly concurrency: number;
  /** Bytes of items (as JSON text) waiting or under way; `put` holds its caller back above it. */
  readonly maxPendingBytes: number;
  readonly retry: RetryPolicy;
  readonly rate: RateLimit;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: Logger;
  /** Aborted when the run is over, for whatever reason. */
  readonly signal: AbortSignal;
  /** Ends the run: called once, with the error. */
  readonly fail: (error: unknown) => void;
}

/** A partial batch is sent after this long even if no chunk waits for it. */
const LINGER_MS = 50;
/**
 * Batches that wait for each slot before `put` holds its caller back: no slot runs dry. More would only outlive V8's
 * young generation, where garbage is cheap: 16 MB of small items waiting took two thirds more CPU an item and 650 MB
 * of memory, two batches a twentieth (docs/performance.md).
 */
const BACKLOG_BATCHES = 1;

interface Attempt {
  readonly left: readonly Pending[];
  readonly stays: boolean;
  readonly throttled: boolean;
}

/**
 * The one writer of a process: chunks put items, the writer mixes them into batches, sends them, and tells each
 * item's account what became of it.
 *
 * A batch in flight is a slot. A slot whose batch comes back in part keeps what is unprocessed, waits with full
 * jitter, fills up with fresh items and tries again: one slot's trouble does not stop the others.
 */
export class Writer {
  readonly #sink: ItemWriter;
  readonly #options: WriterOptions;
  readonly #queue: BatchQueue;
  readonly #backPressure: BackPressure;
  readonly #setbacks: Setbacks;
  readonly #ledger: Ledger;
  /** Rings when something that was put aside is due. */
  readonly #alarm: Alarm;
  #slots = 0;
  /** Chunks that were read to the end and wait for their last items. */
  #draining = 0;
  #linger: NodeJS.Timeout | null = null;
  #onIdle: (() => void) | null = null;
  #ended = false;

  constructor(sink: ItemWriter, options: WriterOptions) {
    this.#sink = sink;
    this.#options = options;
    // A quarter of the memory at most, so that large items keep several requests busy.
    const batchBytes = Math.min(sink.limits.batchBytes, options.maxPendingBytes / 4);
    this.#queue = new BatchQueue({ ...sink.limits, batchBytes });
    const backlog = BACKLOG_BATCHES * options.concurrency * sink.limits.batchItems;
    this.#backPressure = new BackPressure(this.#queue, options.meter, options.maxPendingBytes, backlog);
    this.#ledger = new Ledger(this.#queue, options.meter);
    this.#setbacks = new Setbacks(options.meter, options.log, options.clock, options.retry);
    this.#alarm = new Alarm(options.clock, options.signal, () => this.#start());
    if (options.signal.aborted) this.#end();
    else options.signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** Takes an item; a promise means: wait for it before the next. */
  put(item: Item, account: ChunkAccount): Promise<void> | undefined {
    const { meter, clock } = this.#options;
    if (this.#ended) return undefined; // nothing is sent any more: a gate would never open
    this.#queue.enter(pendingOf(item, account), clock);
    meter.pendingBytes += item.json.length;
    if (this.#queue.size >= this.#sink.limits.batchItems) this.#start();
    this.#linger ??= setTimeout(() => this.#flush(), LINGER_MS);
    const wait = this.#backPressure.after(item);
    if (wait !== undefined) this.#start();
    return wait;
  }

  /** Resolves when every item of the account is settled; partial batches are sent for it. */
  async settle(account: ChunkAccount): Promise<void> {
    const settled = account.settled();
    this.#draining += 1;
    try {
      this.#start();
      await untilAborted(settled, this.#options.signal);
    } finally {
      this.#draining -= 1;
    }
  }

  /** Resolves when no request is under way any more; after the abort of the run none begins. */
  idle(): Promise<void> {
    if (this.#slots === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #flush(): void {
    this.#linger = null;
    this.#start(true);
  }

  /** Starts slots while there is something worth a request. */
  #start(partial = this.#draining > 0 || this.#backPressure.full): void {
    const { concurrency, clock, signal } = this.#options;
    while (this.#slots < concurrency && !signal.aborted) {
      const now = clock.now();
      const due = this.#queue.nextDue(now);
      const some = this.#queue.size > 0 && (partial || this.#queue.size >= this.#sink.limits.batchItems);
      if (due > now && !some) {
        this.#alarm.set(due);
        return;
      }
      const batch: Pending[] = [];
      this.#queue.fill(batch, now);
      if (batch.length === 0) return; // every key is under way elsewhere: its release starts us again
      this.#slots += 1;
      void this.#run(batch);
    }
  }

  async #run(first: Pending[]): Promise<void> {
    const { meter, clock, signal } = this.#options;
    meter.batches += 1;
    try {
      let batch = first;
      let attempt = 0;
      while (batch.length > 0 && !signal.aborted) {
        const outcome = await this.#attempt(batch);
        const { left, stays } = outcome;
        if (left.length > 0) this.#setbacks.checkPatience();
        if (stays) {
          attempt += 1;
          await this.#backOff(outcome.throttled ? Math.min(attempt, THROTTLED_ATTEMPTS) : attempt);
          batch = [...left];
          this.#queue.fill(batch, clock.now());
          continue;
        }
        attempt = 0;
        batch = [];
        if (this.#queue.size >= this.#sink.limits.batchItems) this.#queue.fill(batch, clock.now());
      }
    } catch (error) {
      if (!signal.aborted) this.#options.fail(error);
    } finally {
      meter.batches -= 1;
      this.#slots -= 1;
      this.#start();
      if (this.#slots === 0) this.#onIdle?.();
    }
  }

  /** Sends the batch once and settles what it settled. What is left `stays` in the slot, or waits its turn in the queue. */
  async #attempt(batch: readonly Pending[]): Promise<Attempt> {
    const { rate, meter, signal } = this.#options;
    let expected = 0;
    for (const { item } of batch) expected += itemUnits(item);
    meter.rateLimited += 1;
    try {
      const { pauses } = rate;
      await rate.take(expected, signal);
      if (rate.pauses !== pauses) this.#setbacks.paused();
    } finally {
      meter.rateLimited -= 1;
    }
    const outcome = await this.#sink.write(
      batch.map(({ item }) => item),
      signal,
    );
    return this.#settle(batch, outcome, expected);
  }

  #settle(batch: readonly Pending[], outcome: WriteOutcome, expected: number): Attempt {
    const { rate, clock, meter } = this.#options;
    const sorted = sortBatch(batch, outcome);
    const { written, left } = sorted;
    const spent = this.#ledger.book(sorted, outcome);
    const now = clock.now();
    const throttled = outcome.trouble === null;
    const general = throttled ? this.#sparing(sorted, outcome, now) : 0;
    rate.settle(
      expected,
      written.length === batch.length ? spent : spent + unbilled(outcome),
      general / batch.length,
    );
    this.#setbacks.note(outcome, left.length, batch.length);
    const stays =
      left.length > 0 && (!throttled || (general === batch.length && left.length === batch.length));
    if (!stays) this.#putAside(left, now);
    meter.heldBack = this.#queue.hot.held;
    this.#backPressure.ease();
    return { left, stays, throttled };
  }

  /** Tells the hot keys; how many items were left for want of the whole table's capacity. */
  #sparing({ written, left }: SortedBatch, { throttle }: WriteOutcome, now: number): number {
    const shortage = shortageOf(throttle);
    if (left.length > 0 && shortage.kind === 'whole') return left.length;
    const { hot } = this.#queue;
    const { found } = hot;
    hot.replied(written, left, shortage.kind === 'keys' ? shortage : null, now);
    if (hot.found > found) this.#foundHot(hot.found);
    let general = 0;
    for (const { item } of left) if (hot.laneOf(item) === undefined) general += 1;
    return general;
  }

  #foundHot(keys: number): void {
    const { rate, meter } = this.#options;
    this.#queue.divert();
    meter.hotKeys = keys;
    rate.forgive();
  }

  #putAside(left: readonly Pending[], now: number): void {
    const { rate, retry } = this.#options;
    let attempts = 0;
    for (const pending of left) {
      pending.attempts += 1;
      attempts = Math.max(attempts, pending.attempts);
    }
    // Not before the rate has brought a batch: sooner, they would go in vain again. And together.
    const soonest = (1000 * this.#sink.limits.batchItems) / rate.rate;
    const due = now + soonest + fullJitter(retry, attempts);
    for (const pending of left) this.#queue.leave(pending, due);
  }

  async #backOff(attempt: number): Promise<void> {
    const { meter, clock, retry, signal } = this.#options;
    meter.backingOff += 1;
    try {
      await clock.sleep(fullJitter(retry, attempt), signal);
    } finally {
      meter.backingOff -= 1;
    }
  }

  /** The run is over: nobody waits for what will not be sent. */
  #end(): void {
    this.#ended = true;
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    this.#backPressure.end();
  }
}
