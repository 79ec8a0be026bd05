import { type Gate, shutGate, untilAborted } from '../support/gate.js';
import type { Clock } from '../support/time.js';
import { FoundLimit } from './found-limit.js';

/** Bounds the write units spent per second; the caller takes what it expects and corrects it afterwards. */
export interface RateLimit {
  /** Units a second that may be spent now; `Infinity` while nothing bounds them. */
  readonly rate: number;
  /** Pauses and their ends so far: odd while nothing may be spent. */
  readonly pauses: number;
  /** Waits until `units` may be spent. */
  take(units: number, signal: AbortSignal): Promise<void>;
  /**
   * Tells what was really consumed: the difference is paid back or charged. `leftShare` is the share of the
   * items that the sink left for want of capacity as a whole, not for that of a few keys; default 0.
   */
  settle(taken: number, consumed: number, leftShare?: number): void;
  /** What was left of late was left for a few keys, which are held back now: the table may take more. */
  forgive(): void;
  /** Another limit from now on; `Infinity` lifts it. */
  setCeiling(unitsPerSecond: number): void;
  /** Nothing more may be spent until it is called with false. */
  pause(paused: boolean): void;
}

/** A limit that knows what was spent. */
export interface CountedLimit extends RateLimit {
  /** Units consumed, as far as they are settled. */
  readonly consumed: number;
}

/**
 * Share of a batch that waits after one at the limit was throttled. The table's bucket is empty then: without the wait
 * the next batch would find only what it got meanwhile, and at 100 units a second one in eight came back in part.
 */
const CUSHION = 0.5;

/** Seconds of unused rate that may be saved up: enough for one batch at low rates, no bursts at high ones. */
const BURST_SECONDS = 0.2;

/**
 * A token bucket that may go into debt: a batch is sent as soon as the balance is not negative, whatever
 * it costs, and the next one waits until the debt is paid. So any rate works, also one below the cost of
 * a single batch, and the mean never exceeds it.
 *
 * Its rate is the ceiling that was asked for, or what the table was found to take where that is less.
 */
export function rateLimit(ceiling: number, clock: Clock): CountedLimit {
  const found = new FoundLimit();
  let asked = ceiling;
  let balance = 0;
  let spent = 0;
  let filledAt = clock.now();
  let gate: Gate | null = null;
  let pauses = 0;
  // Takers queue behind one another, so that a debt is waited for once and not by all of them at once.
  let turn: Promise<void> = Promise.resolve();

  const current = () => Math.min(asked, found.rate);

  const refill = (): number => {
    const now = clock.now();
    const rate = current();
    balance = Number.isFinite(rate)
      ? Math.min(rate * BURST_SECONDS, balance + ((now - filledAt) / 1000) * rate)
      : 0;
    filledAt = now;
    return rate;
  };

  const waitAndTake = async (units: number, signal: AbortSignal) => {
    signal.throwIfAborted(); // before its turn came
    let rate = refill();
    while (balance < 0 || gate !== null) {
      if (gate !== null) {
        await untilAborted(gate.promise, signal);
        rate = refill();
        continue;
      }
      // At most a second at a time: the rate may be raised meanwhile.
      await clock.sleep(Math.min(1000, Math.max(1, (-balance / rate) * 1000)), signal);
      rate = refill();
    }
    balance -= units;
  };

  return {
    get rate() {
      return current();
    },
    get pauses() {
      return pauses;
    },
    get consumed() {
      return spent;
    },
    take(units, signal) {
      const mine = turn.then(() => waitAndTake(units, signal));
      turn = mine.catch(() => undefined); // the next taker's turn comes whether or not this one was aborted
      return mine;
    },
    settle(taken, consumed, leftShare = 0) {
      refill();
      spent += consumed;
      // What was asked for in vain was asked for: paid back, it would be asked again at once.
      balance += (taken - consumed) * (1 - leftShare);
      if (found.replied(consumed, leftShare, filledAt) === 'corrected') balance -= taken * CUSHION;
    },
    forgive() {
      refill();
      found.forgive(filledAt);
    },
    setCeiling(unitsPerSecond) {
      refill();
      asked = unitsPerSecond;
    },
    pause(paused) {
      if (paused === (gate !== null)) return;
      pauses += 1;
      gate?.resolve();
      gate = paused ? shutGate() : null;
    },
  };
}
