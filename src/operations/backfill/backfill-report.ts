import type { CopyChange, CopyName, MappingChanges } from '../../mapping/compare/compare-mappings.js';
import type { MigrateReport } from '../migrate-report.js';
import type { CostReport } from '../plan-cost.js';
import type { RejectGroup } from '../plan-report.js';
import type { UnindexedItems } from './unindexed-items.js';

/** What a finished backfill did. Plain JSON: `backfill --json` prints it. `held`: conditions that did not hold. */
export interface BackfillReport extends MigrateReport {
  readonly changes: MappingChanges;
  readonly indexes: {
    /** Made by this process, and filled. */
    readonly created: readonly string[];
    /** Of the old mapping, and still there: what drops them is `--drop-indexes`. */
    readonly obsolete: readonly string[];
  };
  /** What global indexes leave out when all is done; null: nobody asked. */
  readonly unindexed: readonly UnindexedItems[] | null;
}

/** What a backfill would do, measured over the real rows. Plain JSON: `backfill --dry-run --json` prints it. */
export interface BackfillPlan {
  readonly source: string;
  readonly table: string;
  readonly rows: number;
  readonly copies: readonly CopyBackfill[];
  readonly changes: MappingChanges;
  /** Indexes that are made once their attributes are there, and what filling them costs. */
  readonly builds: readonly IndexBuild[];
  /** Items that rows had and have no more; of entities that are read. */
  readonly obsolete: readonly ObsoleteItems[];
  readonly totals: {
    readonly puts: number;
    readonly updates: number;
    /** Of puts, updates and builds. */
    readonly writeUnits: number;
    readonly rejects: number;
  };
  readonly cost: CostReport;
  /** What global indexes leave out, or would once they are made, of what is in the table now; null: nobody asked. */
  readonly unindexed: readonly UnindexedItems[] | null;
  readonly durationMs: number;
}

export type CopyBackfill = Exclude<CopyChange, { readonly kind: 'same' }> & {
  /** Whole items, and items that are changed in place. */
  readonly puts: number;
  readonly updates: number;
  /** Of the whole items, put or changed. */
  readonly bytes: number;
  /** An update is billed for the whole item. */
  readonly writeUnits: { readonly table: number; readonly indexes: number };
  /** Of the puts, where a condition holds each of them back: that is billed as well. */
  readonly heldUnits: number;
  readonly rejects: readonly RejectGroup[];
};

export interface IndexBuild {
  readonly index: string;
  readonly items: number;
  readonly writeUnits: number;
}

export interface ObsoleteItems extends CopyName {
  readonly items: number;
}
