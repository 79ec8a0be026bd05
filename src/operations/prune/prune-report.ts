import type { WireItem } from '../../item/attribute-value.js';
import type { PointInTimeRecovery } from '../../table/point-in-time-recovery.js';

/** What became of items that no row makes any more. Plain JSON. */
export interface Deletion {
  /** `dry`: nothing was deleted, and `deletable` is what would be. */
  readonly mode: 'dry' | 'pruned';
  /** The sum of `deletable`, `gone` and `changed`. */
  readonly orphans: number;
  /** Still are what was seen, and no row makes their key. */
  readonly deletable: number;
  /** Are not in the table any more: a prune that was killed has deleted them, or somebody else. */
  readonly gone: number;
  /** Are another item now, or a row makes them again. Left as they are. */
  readonly changed: number;
  readonly deleted: number;
  /** Were changed between the last look and the delete, and left. Of `deletable`, as `deleted` and `refused`. */
  readonly held: number;
  readonly refused: readonly RefusedItem[];
  /** What `prune --undo` puts back; null: nothing was deleted. */
  readonly undo: string | null;
  /** Table and indexes. */
  readonly writeUnits: number;
  /** Keys of the first that can be deleted. */
  readonly samples: readonly WireItem[];
}

/** What holds a deletion back. */
export interface Fuses {
  /** The most that may be deleted, and items of the table that a share of it is of. */
  readonly maxDeletes: number;
  readonly items: number;
  readonly pointInTimeRecovery: PointInTimeRecovery;
}

/** What became of a diff's orphans. Plain JSON: `prune --json` prints it. */
export interface PruneReport extends Deletion, Fuses {
  readonly source: string;
  readonly table: string;
  /** The diff that found them: its file, and when it began. */
  readonly differences: string;
  readonly foundAt: string;
  readonly durationMs: number;
}

/** What became of the items of copies that the new mapping does not have. Plain JSON: `prune --from --json` prints it. */
export interface PruneCopiesReport extends Deletion, Fuses {
  readonly table: string;
  /** File of the mapping that made them. */
  readonly from: string;
  /** Of each obsolete copy, how many were found and may go. */
  readonly copies: readonly PrunedCopy[];
  /** That the table's first copies told. */
  readonly rows: number;
  /** Besides `orphans`: they stay because their row lacks an item that the new mapping makes. */
  readonly incomplete: number;
  readonly durationMs: number;
}

export interface PrunedCopy {
  readonly entity: string;
  readonly copy: string;
  readonly items: number;
}

/** What `prune --undo` did. Plain JSON. `items` is the sum of `restored`, `taken` and the refused. */
export interface UndoReport {
  readonly mode: 'dry' | 'undone';
  readonly table: string;
  readonly undo: string;
  /** That were deleted. */
  readonly items: number;
  /** Put back, or there again and equal; 0 when dry. */
  readonly restored: number;
  /** Another item has the key now: it was left. */
  readonly taken: number;
  readonly refused: readonly RefusedItem[];
  readonly writeUnits: number;
  readonly durationMs: number;
}

export interface RefusedItem {
  readonly key: WireItem;
  /** Why the table does not take it. */
  readonly reason: string;
}

/** Something that was to be deleted is still there. */
export function hasStayed({ mode, deleted, gone, orphans }: Deletion): boolean {
  return mode === 'pruned' && deleted + gone < orphans;
}
