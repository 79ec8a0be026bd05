import type { AttributeDifference } from '../../compare/owned-attributes.js';
import type { DiffReport } from '../diff-report.js';

/** The verdict on a table. Plain JSON: `verify --json` prints it. */
export interface VerifyReport {
  readonly source: string;
  readonly table: string;
  /** Nothing that was compared differs. */
  readonly equal: boolean;
  /** Access patterns against their SQL, in the order of the mapping; null: they were not asked for. */
  readonly patterns: readonly PatternVerdict[] | null;
  /** Every item against its row; null: they were not asked for. */
  readonly items: DiffReport | null;
  readonly durationMs: number;
}

export interface PatternVerdict {
  readonly pattern: string;
  /** `failed`: the SQL cannot be asked. `not verified`: there is nothing to compare with; `why` says it of both. */
  readonly verdict: 'equal' | 'different' | 'failed' | 'not verified';
  readonly why: string | null;
  /** Parameter sets that were asked on both sides, and how many of them differ. */
  readonly sets: number;
  readonly differing: number;
  /** Rows that the SQL answered with, over all sets. */
  readonly rows: number;
  /** Of those, rows that the pattern does not find and whose items had expired: no differences. */
  readonly expired: number;
  /** Parameter sets with longer answers than are compared: of those the first 1,000 rows were. */
  readonly cut: number;
  /** Attributes that were compared, besides the root's key. */
  readonly compared: readonly string[];
  /** Columns of the SQL that are no attribute of the items. */
  readonly ignored: readonly string[];
  /** The first of them. */
  readonly differences: readonly PatternDifference[];
}

/** What differs between the answers to one parameter set. */
export interface PatternDifference {
  readonly parameters: { readonly [name: string]: string };
  /**
   * `missing`: a row of the SQL that the pattern does not find; `extra`: the reverse; `order`: all are there, in another
   * order from this row on.
   */
  readonly kind: 'missing' | 'extra' | 'different' | 'order';
  /** Lineage of the row: `orders#42`. */
  readonly row: string;
  /** What differs; empty unless `different`. `expected` is the SQL's. */
  readonly attributes: readonly AttributeDifference[];
}
