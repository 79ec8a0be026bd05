/**
 * When and how long to wait before an unprocessed item is tried again.
 *
 * Full jitter (aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter): a random time up to an
 * exponential bound, which spreads the retries of many slots best. The budget is progress, not attempts:
 * a table that is slow but takes items is never given up; one that takes nothing for `patienceMs` is.
 */
export interface RetryPolicy {
  readonly baseMs: number;
  readonly capMs: number;
  /** Give up after this long without one acknowledged item. */
  readonly patienceMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { baseMs: 50, capMs: 10_000, patienceMs: 10 * 60_000 };

/** Of a source that was lost: a restart takes seconds, a failover a minute or two. */
export const SOURCE_RETRY: RetryPolicy = { baseMs: 250, capMs: 15_000, patienceMs: 10 * 60_000 };

/** Milliseconds to wait before attempt `attempt + 1`; `attempt` counts failures from 1. */
export function fullJitter(policy: RetryPolicy, attempt: number, random: () => number = Math.random): number {
  const bound = Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
  return random() * bound;
}

/**
 * Throttled attempts wait no longer than this many failures would make them: it is the rate that holds them
 * back, and what the table takes is measured best while it is asked.
 */
export const THROTTLED_ATTEMPTS = 1;
