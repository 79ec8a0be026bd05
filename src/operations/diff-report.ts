import type { AttributeDifference } from '../compare/owned-attributes.js';
import type { WireItem } from '../item/attribute-value.js';
import type { SnapshotTaken } from '../state/state.js';
import type { CollisionReport } from './collisions.js';
import type { SampleReport } from './diff-sample.js';

/** What differs between the source and the table. Plain JSON: `diff --json` prints it. */
export interface DiffReport {
  readonly source: string;
  readonly table: string;
  readonly entities: readonly EntityDiff[];
  readonly totals: {
    readonly expected: number;
    readonly same: number;
    readonly missing: number;
    readonly different: number;
    /** Of the different ones. */
    readonly stale: number;
    readonly orphans: number;
    /** Items whose time to live is over and that the table does not hold any more: no difference. */
    readonly expired: number;
    /** Differed at first and not at the second look, because their row or they had changed: no difference. */
    readonly changed: number;
    /** Rows' items that cannot be made; what the table holds of such rows is no orphan. */
    readonly rejects: number;
  };
  /** Items without lineage, or with that of tables the mapping does not read: the application's own. */
  readonly foreign: number;
  /** Items of the mapping's entities that were not asked for. */
  readonly otherEntities: number;
  /** Attributes that the mapping does not own, on its items: how many items have each; the first 100 names. */
  readonly extraAttributes: { readonly [name: string]: number };
  readonly collisions: CollisionReport | null;
  /** Of how many items those that were compared are a sample; null: all of both sides were. */
  readonly sample: SampleReport | null;
  /** What was mended; null: the diff only looked. */
  readonly repair: RepairReport | null;
  /** The first of each kind. */
  readonly samples: readonly Difference[];
  readonly rows: number;
  /** Items that the table held. */
  readonly items: number;
  /** Of the Scan, null where DynamoDB does not say; of a sample what the sizes of its items cost. */
  readonly readUnits: number | null;
  /** Every row was read as of one moment, before the second look. */
  readonly consistent: boolean;
  /** Each snapshot that was read from, with its position. */
  readonly snapshots: readonly SnapshotTaken[];
  readonly durationMs: number;
}

/** Every missing and different item is in exactly one of the first four. */
export interface RepairReport {
  readonly created: number;
  readonly updated: number;
  /** Not any more what the diff had seen: left as they are. */
  readonly changed: number;
  readonly refused: readonly RefusedRepair[];
  /** Write units, table and indexes. */
  readonly writeUnits: number;
}

export interface RefusedRepair {
  readonly key: WireItem;
  readonly source: string;
  /** Why the table does not take it. */
  readonly reason: string;
}

export interface EntityDiff {
  readonly entity: string;
  readonly rows: number;
  readonly orphans: number;
  readonly copies: readonly CopyDiff[];
}

/** `expected` is the sum of the others; stale ones are among the different. */
export interface CopyDiff {
  readonly copy: string;
  readonly expected: number;
  readonly same: number;
  readonly missing: number;
  readonly different: number;
  readonly stale: number;
  readonly expired: number;
  readonly changed: number;
}

/** One item that is not as the source says, at the second look too. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly entity: string;
  /** Null for an orphan: no row says which copy it was. */
  readonly copy: string | null;
  readonly key: WireItem;
  /** Lineage: the row. */
  readonly source: string;
  /** What differs; empty unless `different`. */
  readonly attributes: readonly AttributeDifference[];
  /**
   * Another item of the same row holds another value of one of `attributes` that the row makes equal in both: the
   * copies are of different versions of their row. False unless `different`.
   */
  readonly stale: boolean;
  /** `itemFingerprint` of the whole item as it was seen, attributes of the application too; null: missing. */
  readonly fingerprint: string | null;
}

export type DifferenceKind = 'missing' | 'different' | 'orphan';
