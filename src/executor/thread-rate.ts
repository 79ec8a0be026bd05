import type { RateLimit } from '../pipeline/rate.js';
import { type Gate, shutGate, untilAborted } from '../support/gate.js';
import type { FromThread, LimitName } from './thread-messages.js';

/** Above the largest Int32: nothing bounds it. */
const UNBOUNDED = 2 ** 31 - 1;

/** A limit of the run in shared memory, so that threads see it without asking. */
export class SharedRate {
  readonly buffer: SharedArrayBuffer;
  /** Units a second, and the pauses. */
  readonly #cells: Int32Array;

  /** Without a buffer: a new one, unbounded. */
  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    this.#cells = new Int32Array(this.buffer);
    if (buffer === undefined) this.set({ rate: Number.POSITIVE_INFINITY, pauses: 0 });
  }

  set({ rate, pauses }: Pick<RateLimit, 'rate' | 'pauses'>): void {
    Atomics.store(this.#cells, 0, Math.min(UNBOUNDED, Math.max(1, Math.floor(rate))));
    Atomics.store(this.#cells, 1, pauses);
  }

  /** Units a second, rounded down; `Infinity` while nothing bounds them. */
  get rate(): number {
    const rate = Atomics.load(this.#cells, 0);
    return rate === UNBOUNDED ? Number.POSITIVE_INFINITY : rate;
  }

  get pauses(): number {
    return Atomics.load(this.#cells, 1);
  }
}

/** The limits of a run, as they are handed to a thread when it begins. */
export type SharedLimits = Readonly<Record<LimitName, SharedArrayBuffer>>;

/** A thread's end of a limit of the run. */
export interface ThreadRate extends RateLimit {
  granted(ticket: number): void;
}

/**
 * A limit of the run as a thread sees it: the main thread keeps the only bucket and hands out what may be spent, in
 * the order in which all threads ask. While nothing bounds the rate or pauses it nobody is asked.
 */
export function threadRate(
  limit: LimitName,
  shared: SharedRate,
  post: (message: FromThread) => void,
): ThreadRate {
  const waiting = new Map<number, Gate>();
  let tickets = 0;
  return {
    get rate() {
      return shared.rate;
    },
    get pauses() {
      return shared.pauses;
    },
    async take(units, signal) {
      signal.throwIfAborted();
      if (shared.rate === Number.POSITIVE_INFINITY && shared.pauses % 2 === 0) return;
      tickets += 1;
      const ticket = tickets;
      const gate = shutGate();
      waiting.set(ticket, gate);
      post({ kind: 'take', limit, ticket, units });
      await untilAborted(gate.promise, signal);
    },
    settle(taken, consumed, leftShare = 0) {
      post({ kind: 'settle', limit, taken, consumed, leftShare });
    },
    forgive() {
      post({ kind: 'forgive', limit });
    },
    setCeiling() {
      throw new TypeError('the ceiling is set in the main thread');
    },
    pause() {
      throw new TypeError('the main thread pauses');
    },
    granted(ticket) {
      waiting.get(ticket)?.resolve();
      waiting.delete(ticket);
    },
  };
}
