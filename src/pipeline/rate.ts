import type { Clock } from '../support/time.js';

/** Bounds the write units spent per second; the caller takes what it expects and corrects it afterwards. */
export interface RateLimit {
  /** Waits until `units` may be spent. */
  take(units: number, signal: AbortSignal): Promise<void>;
  /** Tells what was really consumed: the difference is paid back or charged. */
  settle(taken: number, consumed: number): void;
}

export const unlimited: RateLimit = {
  async take() {},
  settle() {},
};

/** Seconds of unused rate that may be saved up: enough for one batch at low rates, no bursts at high ones. */
const BURST_SECONDS = 0.2;

/**
 * A token bucket that may go into debt: a batch is sent as soon as the balance is not negative, whatever
 * it costs, and the next one waits until the debt is paid. So any rate works, also one below the cost of
 * a single batch, and the mean never exceeds it.
 */
export function tokenBucket(unitsPerSecond: number, clock: Clock): RateLimit {
  const capacity = unitsPerSecond * BURST_SECONDS;
  let balance = capacity;
  let filledAt = clock.now();
  // Takers queue behind one another, so that a debt is waited for once and not by all of them at once.
  let turn: Promise<void> = Promise.resolve();

  const refill = () => {
    const now = clock.now();
    balance = Math.min(capacity, balance + ((now - filledAt) / 1000) * unitsPerSecond);
    filledAt = now;
  };

  const waitAndTake = async (units: number, signal: AbortSignal) => {
    refill();
    while (balance < 0) {
      await clock.sleep(Math.max(1, (-balance / unitsPerSecond) * 1000), signal);
      refill();
    }
    balance -= units;
  };

  return {
    take(units, signal) {
      const mine = turn.then(() => waitAndTake(units, signal));
      turn = mine.catch(() => undefined); // the next taker's turn comes whether or not this one was aborted
      return mine;
    },
    settle(taken, consumed) {
      refill();
      balance += taken - consumed;
    },
  };
}
