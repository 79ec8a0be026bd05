import type { Item } from '../../item/item.js';
import type { Reject } from '../../item/reject.js';
import type { Throttle, WriteOutcome } from '../sink.js';

export const NOTHING: WriteOutcome = {
  written: 0,
  skipped: [],
  unprocessed: [],
  rejects: [],
  consumedUnits: null,
  throttle: null,
  trouble: null,
};

/** Several attempts at parts of one batch as one outcome. */
export function merge(outcomes: readonly WriteOutcome[]): WriteOutcome {
  return outcomes.reduce(
    (sum, one) => ({
      written: sum.written + one.written,
      skipped: [...sum.skipped, ...one.skipped],
      unprocessed: [...sum.unprocessed, ...one.unprocessed],
      rejects: [...sum.rejects, ...one.rejects],
      consumedUnits: add(sum.consumedUnits, one.consumedUnits),
      throttle: sum.throttle ?? one.throttle,
      trouble: sum.trouble ?? one.trouble,
    }),
    NOTHING,
  );
}

export function unprocessed(
  items: readonly Item[],
  why: { readonly throttle: Throttle } | { readonly trouble: string },
): WriteOutcome {
  return { ...NOTHING, unprocessed: items, ...why };
}

/** The sink refused this one item. */
export function rejected(item: Item, message: string): WriteOutcome {
  const { entity, copy, origin, key } = item;
  const reason = message === '' ? 'DynamoDB refused the item without a reason' : message;
  const reject: Reject = { entity, copy, origin, key, code: 'ITEM_REFUSED', reason };
  return { ...NOTHING, rejects: [reject] };
}

function add(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}
