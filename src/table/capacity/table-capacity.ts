import type {
  GlobalSecondaryIndexDescription,
  TableDescription as SdkDescription,
} from '@aws-sdk/client-dynamodb';
import { isOnDemand } from '../../dynamodb/table-description.js';

/** Units a second. */
export interface Units {
  readonly read: number;
  readonly write: number;
}

/** What a table, or one of its global indexes, is set to. */
export interface PartCapacity {
  /** Null: the table itself. */
  readonly index: string | null;
  /** Null: on demand. */
  readonly provisioned: Units | null;
  /** The most that on-demand may take, -1 for no bound; null where none is set or it does not apply. */
  readonly maximum: Units | null;
  /** What it takes at once (WarmThroughput); null where DynamoDB does not say. */
  readonly warm: Units | null;
  /** Decreases of provisioned units since midnight UTC, which are limited a day. */
  readonly decreasesToday: number;
}

/** The capacity of a table: plain JSON, kept while it is raised. */
export interface TableCapacity {
  readonly mode: 'on-demand' | 'provisioned';
  /** The table and then its global indexes; local indexes live on the table's. */
  readonly parts: readonly PartCapacity[];
  /** Items as DynamoDB last counted them. */
  readonly items: number;
  /** ISO 8601: when it was last switched to on-demand; null: never, or not told. */
  readonly switchedToOnDemandAt: string | null;
}

export function readCapacity(table: SdkDescription): TableCapacity {
  const onDemand = isOnDemand(table);
  const at = table.BillingModeSummary?.LastUpdateToPayPerRequestDateTime;
  return {
    mode: onDemand ? 'on-demand' : 'provisioned',
    parts: [
      partOf(null, table, onDemand),
      ...(table.GlobalSecondaryIndexes ?? []).map((index) => partOf(index.IndexName ?? '', index, onDemand)),
    ],
    items: table.ItemCount ?? 0,
    switchedToOnDemandAt: at === undefined ? null : new Date(at).toISOString(),
  };
}

function partOf(
  index: string | null,
  of: SdkDescription | GlobalSecondaryIndexDescription,
  onDemand: boolean,
): PartCapacity {
  const { ProvisionedThroughput: units, OnDemandThroughput: most, WarmThroughput: warm } = of;
  return {
    index,
    provisioned: onDemand
      ? null
      : { read: units?.ReadCapacityUnits ?? 0, write: units?.WriteCapacityUnits ?? 0 },
    maximum:
      onDemand && most !== undefined
        ? { read: most.MaxReadRequestUnits ?? -1, write: most.MaxWriteRequestUnits ?? -1 }
        : null,
    warm:
      warm === undefined
        ? null
        : { read: warm.ReadUnitsPerSecond ?? 0, write: warm.WriteUnitsPerSecond ?? 0 },
    decreasesToday: units?.NumberOfDecreasesToday ?? 0,
  };
}

/** Mode and provisioned units are the same; what is warm only ever grows. */
export function sameSettings(a: TableCapacity, b: TableCapacity): boolean {
  const settings = ({ mode, parts }: TableCapacity) =>
    JSON.stringify([mode, parts.map(({ index, provisioned }) => [index, provisioned])]);
  return settings(a) === settings(b);
}

export function sayCapacity({ mode, parts }: TableCapacity): string {
  if (mode === 'on-demand') return 'on-demand';
  const units = parts.map(({ index, provisioned }) => {
    const { read, write } = provisioned ?? { read: 0, write: 0 };
    return `${index === null ? '' : `index ${index} `}${write} write, ${read} read`;
  });
  return `provisioned ${units.join('; ')} units`;
}
