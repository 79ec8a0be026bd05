import type {
  GlobalSecondaryIndexDescription,
  TableDescription as SdkDescription,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from './client.js';
import { fatal } from './errors.js';
import { askTable, isOnDemand } from './table-description.js';

/** Write units a second that a new on-demand table takes, and each index of it (docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html). */
export const NEW_ON_DEMAND = 4_000;

/** Where a number of write units a second comes from. */
export type CapacityOrigin = 'provisioned' | 'warm throughput' | 'on-demand maximum' | 'on-demand default';

/** Write units a second that a table, or one of its global indexes, takes at once. */
export interface WriteCapacity {
  /** Null: the table itself. */
  readonly index: string | null;
  readonly units: number;
  readonly origin: CapacityOrigin;
}

/**
 * The table and then its global indexes; local indexes live on the table's capacity. Throws
 * `SINK_TABLE_MISSING`, `SINK_CONNECT`, `SINK_ACCESS_DENIED`.
 */
export async function describeWriteCapacity(
  dynamo: DynamoDb,
  table: string,
  signal?: AbortSignal,
): Promise<readonly WriteCapacity[]> {
  const found = await askTable(dynamo, table, signal);
  if (found === null) throw fatal({ kind: 'tableMissing', message: '' }, { ...dynamo, table });
  return readWriteCapacity(found);
}

export function readWriteCapacity(table: SdkDescription): readonly WriteCapacity[] {
  const onDemand = isOnDemand(table);
  return [
    { index: null, ...capacityOf(table, onDemand) },
    ...(table.GlobalSecondaryIndexes ?? []).map((index) => ({
      index: index.IndexName ?? '',
      ...capacityOf(index, onDemand),
    })),
  ];
}

type Throughputs = SdkDescription | GlobalSecondaryIndexDescription;

/** A maximum that was set bounds what is warm; -1 is none. */
function capacityOf(of: Throughputs, onDemand: boolean): Omit<WriteCapacity, 'index'> {
  if (!onDemand) return { units: of.ProvisionedThroughput?.WriteCapacityUnits ?? 0, origin: 'provisioned' };
  const warm = of.WarmThroughput?.WriteUnitsPerSecond ?? 0;
  const now = warm > 0 ? warm : NEW_ON_DEMAND;
  const most = of.OnDemandThroughput?.MaxWriteRequestUnits ?? -1;
  if (most > 0 && most <= now) return { units: most, origin: 'on-demand maximum' };
  return { units: now, origin: warm > 0 ? 'warm throughput' : 'on-demand default' };
}
