import { SEPARATORS } from '../key/key-template.js';
import type { Alignment } from './align.js';

/** What sort keys have to be; DynamoDB compares them as bytes. Bounds of a range are included unless they are not. */
export type SortRange =
  | { readonly kind: 'equals'; readonly value: string }
  | { readonly kind: 'beginsWith'; readonly value: string }
  | { readonly kind: 'range'; readonly from: RangeEnd | null; readonly to: RangeEnd | null };

export interface RangeEnd {
  readonly value: string;
  readonly included: boolean;
}

export interface Edge extends RangeEnd {
  /** The key up to the last component of the bound: what all keys of the range begin with. */
  readonly scope: string;
  /** Text that sorts behind every key with this component, and before all others; null: the bound is no whole component. */
  readonly behind: string | null;
}

/** `$` sorts behind every separator and before every character of a component; no key holds it. */
const SENTINEL = '$';
/** The last character there is. */
const LAST = '\u{10FFFF}';

/** Where the keys end that begin with this component: docs/key-encoding.md, Ranges. */
export function behindComponent(value: string, { tail, complete }: Alignment): string {
  return value + (complete || SEPARATORS.includes(tail.charAt(0) || '?') ? SENTINEL : LAST);
}

/**
 * The range between two bounds, of which one may be missing: then it goes to the end of what begins as the other
 * does before its last component. Null where nothing lies between them, which DynamoDB would refuse.
 */
export function rangeBetween(lower: Edge | null, upper: Edge | null): SortRange | null {
  const scope = lower?.scope ?? upper?.scope ?? '';
  const first = scope === '' ? null : { value: scope, included: true };
  const last = scope === '' ? null : { value: successor(scope), included: false };
  const from = lower === null ? first : start(lower);
  const to = upper === null ? last : stop(upper);
  const empty =
    from !== null && to !== null && Buffer.compare(Buffer.from(from.value), Buffer.from(to.value)) > 0;
  return empty ? null : { kind: 'range', from, to };
}

function start({ value, included, behind }: Edge): RangeEnd {
  return included || behind === null ? { value, included } : { value: behind, included: true };
}

function stop({ value, included, behind }: Edge): RangeEnd {
  return included && behind !== null ? { value: behind, included: true } : { value, included };
}

/** The first text behind all that begin with `prefix`; its last character is a literal's, never the last there is. */
function successor(prefix: string): string {
  const characters = [...prefix];
  const last = characters.pop()?.codePointAt(0) ?? 0;
  return characters.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
}
