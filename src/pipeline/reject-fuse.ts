import type { Reject } from '../item/reject.js';

/** Counts the rejects of a run, to end it when they are too many (`--max-rejects`). */
export interface RejectFuse {
  count(reject: Reject): void;
  /** Rejects of an attempt at a chunk that failed: the next attempt finds them again. */
  takeBack(rejects: number): void;
}

/** Calls `blow` at each reject over the limit; `before` were found by former processes of the run. */
export function rejectFuse(
  limit: number | undefined,
  before: number,
  blow: (last: Reject) => void,
): RejectFuse {
  let rejects = before;
  return {
    count(reject) {
      rejects += 1;
      if (limit !== undefined && rejects > limit) blow(reject);
    },
    takeBack(taken) {
      rejects -= taken;
    },
  };
}
