import type { Item } from '../item/item.js';
import { type Gate, shutGate } from '../support/gate.js';
import type { BatchQueue } from './batch.js';
import type { Meter } from './meter.js';

/**
 * Share of the bytes that items of hot keys may take up; above it the chunks that bring more of them wait, and
 * no others.
 */
const HELD_SHARE = 0.75;
/** They go on soon: the fewer keys wait, the fewer partitions are busy. */
const HELD_EASED = 0.95;

/** Who has to wait before the next item: everybody while the writer is full, the chunks of hot keys while those are many. */
export class BackPressure {
  readonly #queue: BatchQueue;
  readonly #meter: Meter;
  /** Bytes of items (as JSON text) waiting or under way. */
  readonly #maxBytes: number;
  /** Waiting items above which callers are held back. */
  readonly #backlog: number;
  #full: Gate | null = null;
  /** Opens when items of hot keys take up less. */
  #fullOfHeld: Gate | null = null;

  constructor(queue: BatchQueue, meter: Meter, maxBytes: number, backlog: number) {
    this.#queue = queue;
    this.#meter = meter;
    this.#maxBytes = maxBytes;
    this.#backlog = backlog;
  }

  /** Whether somebody waits for room: then even a partial batch is worth a request. */
  get full(): boolean {
    return this.#full !== null;
  }

  /** What the caller that has just put `item` waits for; undefined: nothing. */
  after(item: Item): Promise<void> | undefined {
    if (this.#meter.pendingBytes > this.#maxBytes || this.#queue.size > this.#backlog) {
      this.#full ??= shutGate();
      this.#meter.full = true;
      return this.#full.promise;
    }
    const { hot } = this.#queue;
    if (hot.heldBytes <= HELD_SHARE * this.#maxBytes || hot.laneOf(item) === undefined) return undefined;
    this.#fullOfHeld ??= shutGate();
    return this.#fullOfHeld.promise;
  }

  /** Lets go whom there is room for. */
  ease(): void {
    const { heldBytes } = this.#queue.hot;
    if (heldBytes <= HELD_EASED * HELD_SHARE * this.#maxBytes) this.#openHeld();
    if (this.#meter.pendingBytes <= this.#maxBytes && this.#queue.size <= this.#backlog / 2) this.#openFull();
  }

  /** Lets everybody go: the run is over, and there is nothing to wait for. */
  end(): void {
    this.#openHeld();
    this.#openFull();
  }

  #openHeld(): void {
    this.#fullOfHeld?.resolve();
    this.#fullOfHeld = null;
  }

  #openFull(): void {
    if (this.#full === null) return;
    this.#full.resolve();
    this.#full = null;
    this.#meter.full = false;
  }
}
