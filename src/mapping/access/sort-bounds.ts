import type { SortCondition } from '../mapping.js';
import type { DocumentPath } from '../problem.js';

/** A sort condition in one form, its texts still templates. */
export type SortBounds =
  | { readonly kind: 'any' }
  | { readonly kind: 'equals'; readonly text: string }
  | { readonly kind: 'beginsWith'; readonly text: string }
  | { readonly kind: 'range'; readonly from: Bound | null; readonly to: Bound | null };

export interface Bound {
  readonly text: string;
  readonly included: boolean;
}

export function sortBounds(sk: SortCondition | undefined): SortBounds {
  if (sk === undefined) return { kind: 'any' };
  if (typeof sk === 'string') return { kind: 'equals', text: sk };
  if ('beginsWith' in sk) return { kind: 'beginsWith', text: sk.beginsWith };
  if ('between' in sk) {
    const [from, to] = sk.between;
    return { kind: 'range', from: { text: from, included: true }, to: { text: to, included: true } };
  }
  return { kind: 'range', from: bound(sk.gt, sk.gte), to: bound(sk.lt, sk.lte) };
}

/** The templates of a sort condition with their places below `sk`. */
export function sortTexts(
  sk: SortCondition | undefined,
): readonly (readonly [path: DocumentPath, text: string])[] {
  if (sk === undefined) return [];
  if (typeof sk === 'string') return [[[], sk]];
  if ('between' in sk) return sk.between.map((text, index) => [['between', index], text]);
  return Object.entries(sk).map(([key, text]) => [[key], text]);
}

/** What is wrong with a range: no bound, or two for one side. */
export function rangeProblem(sk: SortCondition | undefined): { message: string; fix: string } | null {
  if (sk === undefined || typeof sk === 'string' || 'beginsWith' in sk || 'between' in sk) return null;
  if (sk.gt !== undefined && sk.gte !== undefined) {
    return { message: 'gt and gte are two lower bounds', fix: 'Leave one of them out.' };
  }
  if (sk.lt !== undefined && sk.lte !== undefined) {
    return { message: 'lt and lte are two upper bounds', fix: 'Leave one of them out.' };
  }
  if (Object.keys(sk).length > 0) return null;
  return {
    message: 'sk has no condition',
    fix: 'Write beginsWith, between, gt, gte, lt or lte, or leave sk out.',
  };
}

function bound(excluded: string | undefined, included: string | undefined): Bound | null {
  if (included !== undefined) return { text: included, included: true };
  return excluded === undefined ? null : { text: excluded, included: false };
}
