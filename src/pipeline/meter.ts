import type { Throttle } from '../sink/sink.js';

/** Requests that were throttled for one reason, as DynamoDB gives it. */
export interface ThrottleCount {
  /** `TableWriteKeyRangeThroughputExceeded`, …; `unknown` with UnprocessedItems, which come without one. */
  readonly reason: string;
  /** The index that is short; null: the table, or it was not said. */
  readonly index: string | null;
  readonly requests: number;
}

/**
 * Running totals of a run, for progress displays and summaries. The pipeline counts, everybody else
 * reads: a display polls it as often as it likes, and the hot path pays for an addition only.
 */
export interface Meter {
  /** Rows whose keys alone were read, before the first write, to find those that collide. */
  keyRows: number;
  /** That former processes of a resumed run have done: not in `rows`. */
  rowsBefore: number;
  rows: number;
  written: number;
  bytes: number;
  /** Write units that the sink reported, or estimates where it reports none. */
  units: number;
  skipped: number;
  held: number;
  /** Write units that putting the held items would have taken. */
  savedUnits: number;
  /** Read units of looking at items before they are written. */
  readUnits: number;
  rejects: number;
  dangling: number;
  chunksDone: number;
  /** Requests that were throttled, in whole or in part. */
  throttled: number;
  /** The same by reason, in the order in which they were first met. */
  throttles: readonly ThrottleCount[];
  /** Items put again after an attempt that did not take them. */
  retried: number;
  /** Attempts that ended in a timeout, a reset or a server's fault. */
  troubles: number;
  lastThrottle: Throttle | null;
  lastTrouble: string | null;
  /** Bytes of items made and not yet settled: what memory holds. */
  pendingBytes: number;
  /** Chunks are held back until the sink has taken more of what waits. */
  full: boolean;
  /** Batches under way, and of these how many wait before a retry. */
  batches: number;
  backingOff: number;
  /** Batches that wait for the rate limit. */
  rateLimited: number;
  /** Items that wait because their partition key is hot. */
  heldBack: number;
  /** Partition keys that were found to be hot, so far. */
  hotKeys: number;
  /** Why the source does not do what it is asked for, and since when (`Clock.now`), while it is tried again; else null. */
  sourceAway: { readonly why: string; readonly since: number } | null;
  /** Which flag holds reading back, why, and since when (`Clock.now`); null while it goes on. */
  sourcePaused: { readonly flag: string; readonly why: string; readonly since: number } | null;
  /** Since when (`Clock.now`) nothing is written because an operator wants so; else null. */
  pausedSince: number | null;
  /** Milliseconds of all pauses, up to the last question. */
  pausedMs: number;
}

export function createMeter(): Meter {
  return {
    keyRows: 0,
    rowsBefore: 0,
    rows: 0,
    written: 0,
    bytes: 0,
    units: 0,
    skipped: 0,
    held: 0,
    savedUnits: 0,
    readUnits: 0,
    rejects: 0,
    dangling: 0,
    chunksDone: 0,
    throttled: 0,
    throttles: [],
    retried: 0,
    troubles: 0,
    lastThrottle: null,
    lastTrouble: null,
    pendingBytes: 0,
    full: false,
    batches: 0,
    backingOff: 0,
    rateLimited: 0,
    heldBack: 0,
    hotKeys: 0,
    sourceAway: null,
    sourcePaused: null,
    pausedSince: null,
    pausedMs: 0,
  };
}

/** The counts with others added. */
export function addThrottles(
  counts: readonly ThrottleCount[],
  more: readonly ThrottleCount[],
): readonly ThrottleCount[] {
  const sums = [...counts];
  for (const one of more) {
    const at = sums.findIndex(({ reason, index }) => reason === one.reason && index === one.index);
    const before = sums[at];
    if (before === undefined) sums.push(one);
    else sums[at] = { ...before, requests: before.requests + one.requests };
  }
  return sums;
}
