import type { Item } from '../item/item.js';
import { sinkError } from '../sink/errors.js';
import type { ItemWriter, WriteOutcome } from '../sink/sink.js';
import { type Gate, shutGate, untilAborted } from '../support/gate.js';
import type { Logger } from '../support/log.js';
import type { Clock } from '../support/time.js';
import type { ChunkAccount } from './account.js';
import { BatchQueue, type Pending } from './batch.js';
import type { Meter } from './meter.js';
import type { RateLimit } from './rate.js';
import { fullJitter, type RetryPolicy } from './retry.js';
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
 * Batches that wait for each slot before `put` holds its caller back: enough that no slot runs dry. More would
 * only outlive V8's young generation, where garbage is cheap: 16 MB of small items waiting took two thirds
 * more CPU an item and 650 MB of memory (docs/performance.md).
 */
const BACKLOG_BATCHES = 2;

/**
 * The one writer of a process: chunks put items, the writer mixes them into batches, sends them, and
 * tells each item's account what became of it.
 *
 * A batch in flight is a slot. A slot whose batch comes back in part keeps what is unprocessed, waits
 * with full jitter, fills up with fresh items and tries again; so a table that throttles is asked less
 * often by each slot, without one slot's trouble stopping the others.
 */
export class Writer {
  readonly #sink: ItemWriter;
  readonly #options: WriterOptions;
  readonly #queue: BatchQueue;
  /** Waiting items above which callers are held back. */
  readonly #backlog: number;
  #slots = 0;
  /** Chunks that were read to the end and wait for their last items. */
  #draining = 0;
  #linger: NodeJS.Timeout | null = null;
  #full: Gate | null = null;
  /** When an attempt brought nothing for the first time since the last item that was acknowledged. */
  #stuckSince: number | null = null;
  #onIdle: (() => void) | null = null;

  constructor(sink: ItemWriter, options: WriterOptions) {
    this.#sink = sink;
    this.#options = options;
    // A quarter of the memory at most, so that large items keep several requests busy.
    const batchBytes = Math.min(sink.limits.batchBytes, options.maxPendingBytes / 4);
    this.#queue = new BatchQueue({ ...sink.limits, batchBytes });
    this.#backlog = BACKLOG_BATCHES * options.concurrency * sink.limits.batchItems;
    options.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Takes an item; a promise means: wait for it before the next. */
  put(item: Item, account: ChunkAccount): Promise<void> | undefined {
    const { meter, maxPendingBytes, signal } = this.#options;
    if (signal.aborted) return undefined; // nothing is sent any more: a gate would never open
    this.#queue.push({ item, account });
    meter.pendingBytes += item.json.length;
    if (this.#queue.size >= this.#sink.limits.batchItems) this.#start();
    if (meter.pendingBytes <= maxPendingBytes && this.#queue.size <= this.#backlog) {
      this.#linger ??= setTimeout(() => this.#flush(), LINGER_MS);
      return undefined;
    }
    this.#full ??= shutGate();
    meter.full = true;
    this.#start();
    return this.#full.promise;
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
  #start(partial = this.#draining > 0 || this.#full !== null): void {
    while (this.#slots < this.#options.concurrency && !this.#options.signal.aborted) {
      if (this.#queue.size === 0 || (!partial && this.#queue.size < this.#sink.limits.batchItems)) return;
      const batch: Pending[] = [];
      this.#queue.fill(batch);
      if (batch.length === 0) return; // every key is under way elsewhere: its release starts us again
      this.#slots += 1;
      void this.#run(batch);
    }
  }

  async #run(first: Pending[]): Promise<void> {
    const { meter } = this.#options;
    meter.batches += 1;
    try {
      let batch = first;
      let attempt = 0;
      while (batch.length > 0 && !this.#options.signal.aborted) {
        const left = await this.#attempt(batch);
        if (left.length === 0) {
          batch = [];
          attempt = 0;
          if (this.#queue.size >= this.#sink.limits.batchItems) this.#queue.fill(batch);
          continue;
        }
        attempt = left.length < batch.length ? 1 : attempt + 1;
        this.#checkPatience();
        await this.#backOff(attempt);
        batch = left;
        this.#queue.fill(batch);
      }
    } catch (error) {
      if (!this.#options.signal.aborted) this.#options.fail(error);
    } finally {
      meter.batches -= 1;
      this.#slots -= 1;
      this.#start();
      if (this.#slots === 0) this.#onIdle?.();
    }
  }

  /** Sends the batch once and settles what it settled; returns what is left. */
  async #attempt(batch: readonly Pending[]): Promise<Pending[]> {
    const { rate, meter, signal } = this.#options;
    let expected = 0;
    for (const { item } of batch) expected += itemUnits(item);
    meter.rateLimited += 1;
    try {
      await rate.take(expected, signal);
    } finally {
      meter.rateLimited -= 1;
    }
    const outcome = await this.#sink.write(
      batch.map(({ item }) => item),
      signal,
    );
    return this.#settle(batch, outcome, expected);
  }

  #settle(batch: readonly Pending[], outcome: WriteOutcome, expected: number): Pending[] {
    const { rate } = this.#options;
    // Nearly every batch is written whole: no sets and maps for it.
    const whole = outcome.written === batch.length;
    const { written, left } = whole ? { written: batch, left: [] } : this.#sort(batch, outcome);
    if (written.length !== outcome.written) {
      throw sinkError(
        'SINK_REFUSED',
        `the sink says it wrote ${outcome.written} of ${batch.length} items, the account says ${written.length}`,
      );
    }
    const spent = this.#pay(written, outcome.consumedUnits);
    rate.settle(expected, whole ? spent : spent + unbilled(outcome));
    this.#stuckSince = left.length < batch.length ? null : (this.#stuckSince ?? this.#options.clock.now());
    this.#note(outcome, left.length);
    this.#wake();
    return left;
  }

  /** Which items of the batch were written and which are left; the others are settled here. */
  #sort(batch: readonly Pending[], outcome: WriteOutcome): { written: Pending[]; left: Pending[] } {
    const { meter } = this.#options;
    const unprocessed = new Set(outcome.unprocessed);
    const held = new Set(outcome.skipped);
    const rejects = new Map(outcome.rejects.map((reject) => [reject.key, reject]));
    const left: Pending[] = [];
    const written: Pending[] = [];
    for (const pending of batch) {
      const { item, account } = pending;
      const reject = rejects.get(item.key);
      if (unprocessed.has(item)) left.push(pending);
      else if (reject !== undefined) {
        this.#release(item);
        meter.rejects += 1;
        account.rejected(reject);
      } else if (held.has(item)) {
        this.#release(item);
        meter.held += 1;
        account.held();
      } else written.push(pending);
    }
    return { written, left };
  }

  /** Books the written items with their share of what the sink says it consumed; returns the units. */
  #pay(written: readonly Pending[], consumed: number | null): number {
    const { meter } = this.#options;
    let estimate = 0;
    for (const { item } of written) estimate += itemUnits(item);
    const share = consumed === null || estimate === 0 ? 1 : consumed / estimate;
    for (const { item, account } of written) {
      this.#release(item);
      meter.written += 1;
      meter.bytes += item.bytes;
      account.written(item, itemUnits(item) * share);
    }
    const spent = consumed ?? estimate;
    meter.units += spent;
    return spent;
  }

  #release(item: Item): void {
    this.#queue.release(item.key);
    this.#options.meter.pendingBytes -= item.json.length;
  }

  #note(outcome: WriteOutcome, left: number): void {
    const { meter, log } = this.#options;
    meter.retried += left;
    if (outcome.throttle !== null || (left > 0 && outcome.trouble === null)) {
      meter.throttled += 1;
      meter.lastThrottle = outcome.throttle ?? { reason: 'unknown', resource: null };
      log.debug({ throttle: meter.lastThrottle, items: left }, 'throttled');
    }
    if (outcome.trouble !== null) {
      meter.troubles += 1;
      meter.lastTrouble = outcome.trouble;
      log.warn({ trouble: outcome.trouble, items: left }, 'a request failed and will be retried');
    }
  }

  /** Only attempts count: time in which nothing was tried, for the rate or for want of rows, is none without progress. */
  #checkPatience(): void {
    const { retry, clock, meter } = this.#options;
    if (this.#stuckSince === null || clock.now() - this.#stuckSince < retry.patienceMs) return;
    const why =
      meter.lastTrouble ??
      (meter.lastThrottle === null ? 'throttled' : `throttled: ${meter.lastThrottle.reason}`);
    throw sinkError(
      'SINK_NO_PROGRESS',
      `no item was acknowledged for ${Math.round(retry.patienceMs / 1000)} s (${why})`,
      {
        hint: 'Look at the capacity and the state of the table; then continue with --resume. --patience sets how long to wait.',
      },
    );
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

  /** Lets held-back callers go on when there is room, or when there is nothing to wait for any more. */
  #wake(): void {
    const { meter, maxPendingBytes, signal } = this.#options;
    if (signal.aborted && this.#linger !== null) {
      clearTimeout(this.#linger);
      this.#linger = null;
    }
    if (this.#full === null) return;
    const room = meter.pendingBytes <= maxPendingBytes && this.#queue.size <= this.#backlog / 2;
    if (!room && !signal.aborted) return;
    this.#full.resolve();
    this.#full = null;
    meter.full = false;
  }
}
