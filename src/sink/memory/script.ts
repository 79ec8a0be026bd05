import type { Item } from '../../item/item.js';
import type { Throttle } from '../sink.js';

/** What the memory sink does with one call of `write` instead of storing the whole batch. */
export type ScriptedOutcome =
  /** Stores the batch, as without a script. */
  | { readonly kind: 'written' }
  /** Stores all but the last `count` items, which come back unprocessed with an unknown throttle. */
  | { readonly kind: 'unprocessed'; readonly count: number }
  /** Stores nothing and asks to slow down. */
  | { readonly kind: 'throttled'; readonly reason: string; readonly resource?: string }
  /** Stores nothing (or, with `landed`, everything), and the reply is lost. */
  | { readonly kind: 'trouble'; readonly trouble: string; readonly landed?: boolean }
  /** Rejects the items at these positions and stores the others. */
  | { readonly kind: 'reject'; readonly positions: readonly number[]; readonly reason: string }
  /** Throws `error`, which ends the run. */
  | { readonly kind: 'fail'; readonly error: Error };

/** A scripted outcome as what becomes of each item. */
export interface Verdict {
  /** Items to store. */
  readonly store: readonly Item[];
  /** Items to report as unprocessed, whether stored or not. */
  readonly unprocessed: readonly Item[];
  readonly rejected: readonly { readonly item: Item; readonly reason: string }[];
  readonly throttle: Throttle | null;
  readonly trouble: string | null;
}

const UNKNOWN: Throttle = { reason: 'unknown', resource: null };

export function follow(outcome: ScriptedOutcome, batch: readonly Item[]): Verdict {
  const plain: Verdict = { store: batch, unprocessed: [], rejected: [], throttle: null, trouble: null };
  switch (outcome.kind) {
    case 'written':
      return plain;
    case 'unprocessed': {
      const kept = Math.max(0, batch.length - outcome.count);
      return { ...plain, store: batch.slice(0, kept), unprocessed: batch.slice(kept), throttle: UNKNOWN };
    }
    case 'throttled': {
      const throttle = { reason: outcome.reason, resource: outcome.resource ?? null };
      return { ...plain, store: [], unprocessed: batch, throttle };
    }
    case 'trouble':
      return {
        ...plain,
        store: outcome.landed === true ? batch : [],
        unprocessed: batch,
        trouble: outcome.trouble,
      };
    case 'reject': {
      const bad = new Set(outcome.positions);
      return {
        ...plain,
        store: batch.filter((_, position) => !bad.has(position)),
        rejected: batch
          .filter((_, position) => bad.has(position))
          .map((item) => ({ item, reason: outcome.reason })),
      };
    }
    case 'fail':
      throw outcome.error;
  }
}
