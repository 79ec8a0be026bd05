import { keyComponent } from '../compile/compile-template.js';
import type { ResolvedPart, ResolvedTemplate } from '../template.js';
import { chainTransforms, isChain } from './transform-chain.js';

/** Behind every separator and before every byte of a component: the end of ranges. */
const SENTINEL = '$';
const SEPARATOR = /^[ !"#]/;

/** Inclusive bounds for BETWEEN. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

/**
 * What every key begins with whose first placeholders have these values (raw texts of the columns), up to the next
 * placeholder: the separator behind the last value is part of it, so that `ORDER#1` does not find `ORDER#10`.
 * With all values it is the whole key. Null when a value does not fit.
 */
export function keyStart(
  template: ResolvedTemplate,
  role: 'partition' | 'sort',
  values: readonly string[],
): string | null {
  let start = '';
  let at = 0;
  for (const part of template.parts) {
    if (part.kind === 'literal') {
      start += part.text;
      continue;
    }
    const value = values[at];
    if (value === undefined) return start;
    const component = keyComponent(part, role).encode(value);
    if (component === null) return null;
    start += component;
    at += 1;
  }
  return start;
}

/**
 * The sort keys whose first placeholders have the values of `before` and whose next one lies between `low` and
 * `high`, both included. Null when a value does not fit, or when the placeholder has no range: its key is not
 * in the order of its values (`raw`, `hash`, `lower`), or no separator follows it.
 */
export function keyRange(
  template: ResolvedTemplate,
  before: readonly string[],
  { low, high }: { readonly low: string; readonly high: string },
): KeyRange | null {
  const at = placeholderAt(template.parts, before.length);
  const [part, next] = [template.parts[at], template.parts[at + 1]];
  if (part?.kind !== 'column') return null;
  if (next !== undefined && !(next.kind === 'literal' && SEPARATOR.test(next.text))) return null;
  const chain = chainTransforms(part.column.keyType, part.transforms);
  if (!isChain(chain) || chain.value !== null || chain.writing.raw === true) return null;
  const start = keyStart(template, 'sort', before);
  const { encode } = keyComponent(part, 'sort');
  const [first, last] = chain.writing.descending === true ? [high, low] : [low, high];
  const [from, to] = [encode(first), encode(last)];
  if (start === null || from === null || to === null) return null;
  return { from: start + from, to: start + to + SENTINEL };
}

function placeholderAt(parts: readonly ResolvedPart[], wanted: number): number {
  let seen = 0;
  return parts.findIndex((part) => part.kind === 'column' && seen++ === wanted);
}
