import type { WireItem } from '../sink/sink.js';
import type { SnapshotTaken } from '../state/state.js';
import type { BigItem } from '../statistics/biggest-items.js';
import type { Estimates, Sums } from '../statistics/estimate.js';
import type { PartitionReport } from '../statistics/partition-statistics.js';
import type { SampledPartition } from '../statistics/sampled-partitions.js';
import type { SizeBar, SizeSpread } from '../statistics/size-histogram.js';
import type { Preflight } from '../table/capacity/foresee-load.js';
import type { CollisionReport } from './collisions.js';
import type { RiskMeasure } from './measure-risks.js';
import type { CostReport } from './plan-cost.js';

/** What a migration would write, measured over the real rows. Plain JSON: `plan --json` prints it. */
export interface PlanReport {
  readonly source: string;
  readonly table: string;
  readonly entities: readonly EntityPlan[];
  /** How the items spread over partition keys: of the table (index null), and of each index that has items. */
  readonly partitions: readonly PartitionPlan[];
  /** Some partitions with their first items, where they were asked for. */
  readonly sampledPartitions: readonly SampledPartition[];
  /** The ten biggest items. */
  readonly biggest: readonly BigItem[];
  /** `Entity.copy`: those whose keys are not proved to be unique in the table. */
  readonly unprovedCopies: readonly string[];
  /** What comparing their keys found; null where there are none, and for a plan of some of the rows. */
  readonly collisions: CollisionReport | null;
  /** What the source counted over whole tables behind `where`, whatever was selected; null: not measured. */
  readonly measures: readonly RiskMeasure[] | null;
  /** What loading all of it takes in time and money, by each way to load. */
  readonly cost: CostReport;
  /** How that goes on the table as it is set; null: it was not looked at. */
  readonly preflight: Preflight | null;
  /** Of the rows that were read: all of them, unless there is a sample. */
  readonly totals: Sums<Total>;
  /** What a sample of the rows says of all; null: it was no sample. */
  readonly sample: SampleReport | null;
  /** Every row was read as of one moment. */
  readonly consistent: boolean;
  /** Each snapshot that was read from, with its position. */
  readonly snapshots: readonly SnapshotTaken[];
  readonly durationMs: number;
}

/** Quantities that add up over entities. */
export type Total = (typeof TOTALS)[number];

export const TOTALS = [
  'rows',
  'items',
  'bytes',
  'writeUnits',
  /** What DynamoDB bills as stored: items and their places in indexes, with 100 bytes on top of each. */
  'storageBytes',
  /** Of DynamoDB JSON, one item a line: what files for an import would hold, uncompressed. */
  'importBytes',
  'rejects',
] as const;

/** All else in the report is of the rows that were read, but for the cost: that is of the upper ends of `totals`. */
export interface SampleReport {
  /** Of the chunks of each entity. */
  readonly percent: number;
  readonly seed: number;
  readonly entities: readonly {
    readonly entity: string;
    readonly chunksRead: number;
    readonly chunks: number;
    readonly totals: Estimates<Total>;
  }[];
  readonly totals: Estimates<Total>;
}

export interface PartitionPlan extends PartitionReport {
  /** Null: the table itself. */
  readonly index: string | null;
}

export interface EntityPlan {
  readonly entity: string;
  readonly rows: number;
  /** Joined parents that a foreign key names and that do not exist. */
  readonly dangling: number;
  /** Copies left out by `when` or `whenNull: skip`. */
  readonly skipped: number;
  readonly copies: readonly CopyPlan[];
}

export interface CopyPlan {
  readonly copy: string;
  readonly items: number;
  /** Of one item as DynamoDB counts it; null where there is no item. */
  readonly bytes: SizeSpread | null;
  /** How many items are of which size. */
  readonly sizes: readonly SizeBar[];
  readonly totalBytes: number;
  /** Write units to put all of them once: in the table, and in each index. */
  readonly writeUnits: InTableAndIndexes;
  /** Bytes that DynamoDB bills as stored. */
  readonly storageBytes: InTableAndIndexes;
  /** Items by the indexes that they are in; those that are not in one lack a part of its key. */
  readonly indexItems: { readonly [index: string]: number };
  readonly rejects: readonly RejectGroup[];
  readonly samples: readonly WireItem[];
}

export interface InTableAndIndexes {
  readonly table: number;
  readonly indexes: { readonly [index: string]: number };
}

export interface RejectGroup {
  readonly code: string;
  readonly count: number;
  /** The first of them, with its source key. */
  readonly example: string;
}

/** Table and indexes together. */
export function sumOf({ table, indexes }: InTableAndIndexes): number {
  return table + Object.values(indexes).reduce((sum, one) => sum + one, 0);
}
