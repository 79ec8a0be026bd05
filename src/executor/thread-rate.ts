import type { RateLimit } from '../pipeline/rate.js';
import { type Gate, shutGate, untilAborted } from '../support/gate.js';
import type { FromThread } from './thread-messages.js';

/** A rate in shared memory, so that threads see it without asking. Above the largest Int32: nothing bounds it. */
const UNBOUNDED = 2 ** 31 - 1;

export class SharedRate {
  readonly buffer: SharedArrayBuffer;
  readonly #cell: Int32Array;

  /** Without a buffer: a new one, unbounded. */
  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#cell = new Int32Array(this.buffer);
    if (buffer === undefined) this.set(Number.POSITIVE_INFINITY);
  }

  set(unitsPerSecond: number): void {
    Atomics.store(this.#cell, 0, Math.min(UNBOUNDED, Math.max(1, Math.floor(unitsPerSecond))));
  }

  /** Units a second, rounded down; `Infinity` while nothing bounds them. */
  get(): number {
    const rate = Atomics.load(this.#cell, 0);
    return rate === UNBOUNDED ? Number.POSITIVE_INFINITY : rate;
  }
}

/** A thread's end of the one rate of the run. */
export interface ThreadRate extends RateLimit {
  granted(ticket: number): void;
}

/**
 * The rate of the run as a writer in a thread sees it: the main thread keeps the only bucket and hands out what
 * may be spent, in the order in which all threads ask. While nothing bounds the rate nobody is asked.
 */
export function threadRate(shared: SharedRate, post: (message: FromThread) => void): ThreadRate {
  const waiting = new Map<number, Gate>();
  let tickets = 0;
  return {
    get rate() {
      return shared.get();
    },
    async take(units, signal) {
      signal.throwIfAborted();
      if (shared.get() === Number.POSITIVE_INFINITY) return;
      tickets += 1;
      const ticket = tickets;
      const gate = shutGate();
      waiting.set(ticket, gate);
      post({ kind: 'take', ticket, units });
      await untilAborted(gate.promise, signal);
    },
    settle(taken, consumed, leftShare = 0) {
      post({ kind: 'settle', taken, consumed, leftShare });
    },
    forgive() {
      post({ kind: 'forgive' });
    },
    setCeiling() {
      throw new TypeError('the ceiling is set in the main thread');
    },
    granted(ticket) {
      waiting.get(ticket)?.resolve();
      waiting.delete(ticket);
    },
  };
}
