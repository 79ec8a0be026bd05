import type {
  KeySchemaElement,
  Projection,
  TableDescription as SdkDescription,
} from '@aws-sdk/client-dynamodb';
import type { KeyAttribute } from '../item/key-attribute.js';
import type { DynamoDb } from './client.js';
import { failureOf, fatal } from './errors.js';

/** Index keys may have up to four attributes each; table keys have one. */
export interface Keys {
  readonly partitionKey: readonly KeyAttribute[];
  readonly sortKey: readonly KeyAttribute[];
}

export interface IndexDescription extends Keys {
  readonly name: string;
  readonly kind: 'global' | 'local';
  /** `ACTIVE`, `CREATING`, …; a local index has its table's. */
  readonly status: string;
  readonly projection:
    | { readonly kind: 'all' }
    | { readonly kind: 'keysOnly' }
    | { readonly kind: 'include'; readonly attributes: readonly string[] };
}

/** A table as DynamoDB describes it. `items` and `bytes` are about six hours old on AWS. */
export interface TableDescription extends Keys {
  readonly name: string;
  readonly status: string;
  readonly indexes: readonly IndexDescription[];
  readonly items: number;
  readonly bytes: number;
  readonly billing: 'on-demand' | { readonly read: number; readonly write: number };
  /** `NEW_IMAGE`, …: what DynamoDB Streams hands to triggers; null: no stream. */
  readonly stream: string | null;
  /** Regions of the other replicas of a global table. */
  readonly replicas: readonly string[];
  readonly tableClass: 'standard' | 'infrequent-access';
  readonly deletionProtection: boolean;
  /** ARN of the KMS key; null: DynamoDB's own. */
  readonly kmsKey: string | null;
  readonly arn: string | null;
}

/** Null when there is no such table. Throws `SINK_CONNECT` naming the endpoint, `SINK_ACCESS_DENIED`. */
export async function describeTable(
  dynamo: DynamoDb,
  table: string,
  signal?: AbortSignal,
): Promise<TableDescription | null> {
  const found = await askTable(dynamo, table, signal);
  return found === null ? null : readDescription(found);
}

/** The same in the SDK's own words. */
export async function askTable(
  dynamo: DynamoDb,
  table: string,
  signal?: AbortSignal,
): Promise<SdkDescription | null> {
  const { DescribeTableCommand } = await import('@aws-sdk/client-dynamodb');
  try {
    const { Table } = await dynamo.control.send(
      new DescribeTableCommand({ TableName: table }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    return Table ?? null;
  } catch (error) {
    signal?.throwIfAborted();
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.kind === 'tableMissing') return null;
    throw fatal(failure, { ...dynamo, table });
  }
}

export function readDescription(table: SdkDescription): TableDescription {
  const types = new Map(table.AttributeDefinitions?.map((a) => [a.AttributeName, a.AttributeType]));
  const keys = (schema: readonly KeySchemaElement[] = []): Keys => {
    const of = (role: string): KeyAttribute[] =>
      schema
        .filter((element) => element.KeyType === role)
        .map(({ AttributeName: name = '' }) => ({ name, type: types.get(name) ?? 'S' }));
    return { partitionKey: of('HASH'), sortKey: of('RANGE') };
  };
  const status = table.TableStatus ?? 'UNKNOWN';
  const { ReadCapacityUnits: read = 0, WriteCapacityUnits: write = 0 } = table.ProvisionedThroughput ?? {};
  return {
    name: table.TableName ?? '',
    status,
    ...keys(table.KeySchema),
    indexes: [
      ...(table.GlobalSecondaryIndexes ?? []).map((index) => ({
        name: index.IndexName ?? '',
        kind: 'global' as const,
        status: index.IndexStatus ?? 'UNKNOWN',
        ...keys(index.KeySchema),
        projection: projection(index.Projection),
      })),
      ...(table.LocalSecondaryIndexes ?? []).map((index) => ({
        name: index.IndexName ?? '',
        kind: 'local' as const,
        status,
        ...keys(index.KeySchema),
        projection: projection(index.Projection),
      })),
    ],
    items: table.ItemCount ?? 0,
    bytes: table.TableSizeBytes ?? 0,
    billing: isOnDemand(table) ? 'on-demand' : { read, write },
    stream:
      table.StreamSpecification?.StreamEnabled === true
        ? (table.StreamSpecification.StreamViewType ?? 'unknown')
        : null,
    replicas: (table.Replicas ?? []).flatMap(({ RegionName }) => RegionName ?? []),
    tableClass:
      table.TableClassSummary?.TableClass === 'STANDARD_INFREQUENT_ACCESS' ? 'infrequent-access' : 'standard',
    deletionProtection: table.DeletionProtectionEnabled === true,
    kmsKey: table.SSEDescription?.KMSMasterKeyArn ?? null,
    arn: table.TableArn ?? null,
  };
}

export function isOnDemand({
  BillingModeSummary: summary,
  ProvisionedThroughput: units,
}: SdkDescription): boolean {
  if (summary?.BillingMode === 'PAY_PER_REQUEST') return true;
  return (units?.ReadCapacityUnits ?? 0) === 0 && (units?.WriteCapacityUnits ?? 0) === 0;
}

function projection(described: Projection | undefined): IndexDescription['projection'] {
  if (described?.ProjectionType === 'KEYS_ONLY') return { kind: 'keysOnly' };
  if (described?.ProjectionType === 'INCLUDE') {
    return { kind: 'include', attributes: described.NonKeyAttributes ?? [] };
  }
  return { kind: 'all' };
}
