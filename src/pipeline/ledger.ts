import type { WriteOutcome } from '../sink/sink.js';
import type { BatchQueue } from './batch.js';
import type { Meter } from './meter.js';
import type { Pending } from './pending.js';
import type { SortedBatch } from './sort-batch.js';
import { itemUnits } from './units.js';

/** Books what a reply settled: each item in the account of its chunk and in the meter; its key is free again. */
export class Ledger {
  readonly #queue: BatchQueue;
  readonly #meter: Meter;

  constructor(queue: BatchQueue, meter: Meter) {
    this.#queue = queue;
    this.#meter = meter;
  }

  /** Answers the write units that the written items took. What is left is not settled, and not booked. */
  book({ written, held, rejected }: SortedBatch, { consumedUnits, readUnits = 0 }: WriteOutcome): number {
    const meter = this.#meter;
    for (const { pending, reject } of rejected) {
      this.#release(pending);
      meter.rejects += 1;
      pending.account.rejected(reject);
    }
    for (const pending of held) {
      this.#release(pending);
      meter.held += 1;
      meter.savedUnits += itemUnits(pending.item);
      pending.account.held();
    }
    meter.readUnits += readUnits;
    return this.#pay(written, consumedUnits);
  }

  /** Each of the written items bears its share of what the sink says they consumed. */
  #pay(written: readonly Pending[], consumed: number | null): number {
    const meter = this.#meter;
    let estimate = 0;
    for (const { item } of written) estimate += itemUnits(item);
    const share = consumed === null || estimate === 0 ? 1 : consumed / estimate;
    for (const pending of written) {
      const { item, account } = pending;
      this.#release(pending);
      meter.written += 1;
      meter.bytes += item.bytes;
      account.written(item, itemUnits(item) * share);
    }
    const spent = consumed ?? estimate;
    meter.units += spent;
    return spent;
  }

  #release(pending: Pending): void {
    this.#queue.release(pending);
    this.#meter.pendingBytes -= pending.size;
  }
}
