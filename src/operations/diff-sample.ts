import type { Estimate } from '../statistics/estimate.js';
import { chanceToMiss, type Drawn, inAll } from '../statistics/sample-of-items.js';

/** Items to compare, of all that the rows make. */
export interface SampleOfItems {
  readonly size: number;
  /** The same number draws the same items of the same keys. */
  readonly seed: number;
}

/** Items that a sample holds at most: some 500 bytes of memory each. */
export const MAX_SAMPLE = 500_000;

/**
 * What a sample says of all items. Orphans, items that are not the mapping's and their attributes cannot be seen by
 * it: their counts in the report are of the items that were looked at.
 */
export interface SampleReport {
  readonly seed: number;
  /** Items that were compared, and of how many. */
  readonly size: number;
  readonly of: number;
  /** Missing or different in all, with the interval of 95 %. */
  readonly differing: Estimate;
  /** If so many of all items were missing or different: the chance that no such sample would hold any of them. */
  readonly chances: readonly { readonly differing: number; readonly missed: number }[];
}

/** Shares of all items whose chance to be missed is told, besides 1, 10 and 100 of them. */
const SHARES = [0.001, 0.01];

export function sampleReport(
  { size: asked, seed }: SampleOfItems,
  of: number,
  { missing, different }: { readonly missing: number; readonly different: number },
): SampleReport {
  const drawn: Drawn = { size: Math.min(asked, of), of };
  const many = [1, 10, 100, ...SHARES.map((share) => Math.round(share * of))];
  const sensible = [...new Set(many)].filter((count) => count >= 1 && count <= of).sort((a, b) => a - b);
  return {
    seed,
    ...drawn,
    differing: inAll(drawn, missing + different),
    chances: sensible.map((differing) => ({ differing, missed: chanceToMiss(drawn, differing) })),
  };
}
