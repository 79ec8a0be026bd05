import { NEW_ON_DEMAND } from '../../dynamodb/write-capacity.js';
import { type CapacityGoal, sayGoal } from '../capacity/capacity-goal.js';
import type { RegionPrices } from './prices.js';

/** What a load writes into the table (index null), with its local indexes, or into a global index. */
export interface LoadPart {
  readonly index: string | null;
  readonly writeUnits: number;
  /** Of the partition key with the most. */
  readonly hottestUnits: number;
}

export interface Load {
  readonly parts: readonly LoadPart[];
  /** Of items and their places in indexes, 100 bytes on top of each. */
  readonly storageBytes: number;
  /** Of the files that an import would read, uncompressed. */
  readonly importBytes: number;
}

/** One way to load it, with what that takes. */
export interface LoadWay {
  readonly writer: 'BatchWriteItem' | 'S3 import';
  /** As `--capacity` takes it; null where it does not matter. */
  readonly capacity: string | null;
  /** Write units a second, of the table and of each index; null where it does not matter. */
  readonly unitsPerSecond: number | null;
  /** At least; null: DynamoDB does not say. */
  readonly seconds: number | null;
  /** What takes that long: the units of the table or an index, or one partition key of it. */
  readonly heldBy: { readonly index: string | null; readonly what: 'capacity' | 'partition' } | null;
  /** In the currency of the prices; null where there are none for the region. */
  readonly cost: number | null;
}

/** Units a second (docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html). */
export const PARTITION_UNITS = 1_000;
/** Of a table with its indexes, unless the quota was raised (…/ServiceQuotas.html). */
const TABLE_QUOTA = 40_000;
const GB = 1024 ** 3;

/** The ways side by side: a new on-demand table, the most that the default quota allows at once, `asked`, and an import. */
export function loadWays(
  load: Load,
  prices: RegionPrices | null,
  asked: readonly CapacityGoal[],
): readonly LoadWay[] {
  const most = Math.floor(TABLE_QUOTA / load.parts.length);
  const goals: readonly CapacityGoal[] = [
    { kind: 'on-demand' },
    { kind: 'warm', write: most },
    { kind: 'provisioned', write: most, read: null },
    ...asked.filter(({ kind }) => kind !== 'on-demand' && kind !== 'as-is'),
  ];
  const unique = [...new Map(goals.map((goal) => [sayGoal(goal), goal])).values()];
  return [
    ...unique.map((goal) => batchWrite(load, prices, goal)),
    {
      writer: 'S3 import',
      capacity: null,
      unitsPerSecond: null,
      seconds: null,
      heldBy: null,
      cost: prices === null ? null : (load.importBytes / GB) * prices.importGb,
    },
  ];
}

/** A month of what the load stores, Standard class; null without prices. */
export function storageMonth({ storageBytes }: Load, prices: RegionPrices | null): number | null {
  return prices === null ? null : (storageBytes / GB) * prices.storageGbMonth;
}

function batchWrite(load: Load, prices: RegionPrices | null, goal: CapacityGoal): LoadWay {
  const unitsPerSecond = goal.kind === 'warm' || goal.kind === 'provisioned' ? goal.write : NEW_ON_DEMAND;
  const { seconds, heldBy } = longest(load.parts, unitsPerSecond);
  return {
    writer: 'BatchWriteItem',
    capacity: sayGoal(goal),
    unitsPerSecond,
    seconds,
    heldBy,
    cost: prices === null ? null : batchCost(load, prices, goal, seconds),
  };
}

/** Table and indexes take their units at the same time: the slowest of them, or of their partitions, decides. */
function longest(
  parts: readonly LoadPart[],
  unitsPerSecond: number,
): { readonly seconds: number; readonly heldBy: LoadWay['heldBy'] } {
  let slowest: { seconds: number; heldBy: LoadWay['heldBy'] } = { seconds: 0, heldBy: null };
  for (const { index, writeUnits, hottestUnits } of parts) {
    for (const [what, seconds] of [
      ['capacity', writeUnits / unitsPerSecond],
      ['partition', hottestUnits / PARTITION_UNITS],
    ] as const) {
      if (seconds > slowest.seconds) slowest = { seconds, heldBy: { index, what } };
    }
  }
  return slowest;
}

function batchCost(load: Load, prices: RegionPrices, goal: CapacityGoal, seconds: number): number {
  if (goal.kind === 'provisioned') {
    const hours = Math.max(1, Math.ceil(seconds / 3_600)); // begun hours are whole ones
    return hours * goal.write * load.parts.length * prices.provisionedWriteHour;
  }
  const units = load.parts.reduce((sum, { writeUnits }) => sum + writeUnits, 0);
  const warmed = goal.kind === 'warm' ? Math.max(0, goal.write - NEW_ON_DEMAND) * load.parts.length : 0;
  return (units / 1e6) * prices.onDemandWriteMillion + warmed * prices.warmWriteUnit;
}
