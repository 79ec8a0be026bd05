import type { Throttle } from '../sink/sink.js';

/** What a sink is short of, as far as it says. */
export type Shortage =
  /** Of what a few partition keys take, of the table (null) or of an index: who sends them less has all the rest. */
  | { readonly kind: 'keys'; readonly index: string | null }
  /** Of what the table or an index takes as a whole: everything has to slow down. */
  | { readonly kind: 'whole'; readonly index: string | null }
  | { readonly kind: 'unknown' };

/**
 * Reads a ThrottlingReason: `{Table,Index}{Read,Write}` and what is short there, with the ARN of table or index.
 * docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html
 */
export function shortageOf(throttle: Throttle | null): Shortage {
  const [, of, what] =
    /^(Table|Index)(?:Read|Write)(KeyRange|Provisioned|AccountLimit|Account|MaxOnDemand)/.exec(
      throttle?.reason ?? '',
    ) ?? [];
  if (of === undefined) return { kind: 'unknown' };
  const index = of === 'Index' ? indexOf(throttle?.resource ?? null) : null;
  return { kind: what === 'KeyRange' ? 'keys' : 'whole', index };
}

/** `shop` and `gsi1` of `arn:aws:dynamodb:eu-west-1:123456789012:table/shop/index/gsi1`; null for a table's ARN. */
export function indexOf(resource: string | null): string | null {
  return /\/index\/([^/]+)$/.exec(resource ?? '')?.[1] ?? null;
}
