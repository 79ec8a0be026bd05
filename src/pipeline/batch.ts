import type { Item } from '../item/item.js';
import type { WriterLimits } from '../sink/sink.js';
import type { ChunkAccount } from './account.js';

/** An item on its way, and the chunk that waits for it. */
export interface Pending {
  readonly item: Item;
  readonly account: ChunkAccount;
}

/**
 * What waits to be sent, in order, and which keys are under way. It forms batches within the sink's
 * limits in which no key stands twice and no key is under way elsewhere: DynamoDB refuses a batch with
 * a key twice, and two unsettled attempts at one key could land in either order.
 */
export class BatchQueue {
  readonly #limits: WriterLimits;
  /** Null where an item was taken: a thousand items of 300 KB would be kept alive until the next compaction. */
  #queue: (Pending | null)[] = [];
  #head = 0;
  readonly #busy = new Set<string>();
  /** Items whose key is under way, by key, in order. */
  readonly #deferred = new Map<string, Pending[]>();

  constructor(limits: WriterLimits) {
    this.#limits = limits;
  }

  /** Items that could be taken now. */
  get size(): number {
    return this.#queue.length - this.#head;
  }

  push(pending: Pending): void {
    this.#queue.push(pending);
  }

  /** Adds to `batch`, whose keys are under way already, what fits; the keys of what it adds become busy. */
  fill(batch: Pending[]): void {
    let bytes = 0;
    for (const { item } of batch) bytes += wireBytes(item.json);
    while (this.#head < this.#queue.length && batch.length < this.#limits.batchItems) {
      const next = this.#queue[this.#head] as Pending; // head < length
      const key = next.item.key;
      const size = wireBytes(next.item.json);
      if (batch.length > 0 && bytes + size > this.#limits.batchBytes) break;
      this.#queue[this.#head] = null;
      this.#head += 1;
      if (this.#busy.has(key)) {
        this.#defer(next);
        continue;
      }
      this.#busy.add(key);
      batch.push(next);
      bytes += size;
    }
    this.#compact();
  }

  /** The key is settled: what was deferred for it may go next. */
  release(key: string): void {
    this.#busy.delete(key);
    if (this.#deferred.size === 0) return;
    const waiting = this.#deferred.get(key);
    if (waiting === undefined) return;
    this.#deferred.delete(key);
    this.#queue.push(...waiting);
  }

  #defer(pending: Pending): void {
    const waiting = this.#deferred.get(pending.item.key);
    if (waiting === undefined) this.#deferred.set(pending.item.key, [pending]);
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
function wireBytes(json: string): number {
  return json.length <= 200_000 ? json.length * 3 : Buffer.byteLength(json);
}
