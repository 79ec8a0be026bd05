import type {
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import { type IndexKey, keyAttributes, keyNames } from '../item/key-attribute.js';
import type { ResolvedIndex } from '../mapping/resolved-mapping.js';
import type { DesignedTable } from './compare-table.js';

/** Units per second of the table, and of each index again. */
export type Billing = 'on-demand' | { readonly read: number; readonly write: number };

/** The CreateTable request of a design. */
export function tableRequest(design: DesignedTable, billing: Billing): CreateTableCommandInput {
  const keys = [design, ...design.indexes].flatMap(({ partitionKey, sortKey }) => [
    ...keyAttributes(partitionKey),
    ...keyAttributes(sortKey),
  ]);
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  const local = design.indexes.filter((index) => index.local === true);
  const global = design.indexes.filter((index) => index.local !== true);
  return {
    TableName: design.name,
    AttributeDefinitions: [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keySchema(design.partitionKey, design.sortKey),
    ...throughput(billing, { BillingMode: billing === 'on-demand' ? 'PAY_PER_REQUEST' : 'PROVISIONED' }),
    ...(global.length === 0
      ? {}
      : { GlobalSecondaryIndexes: global.map((index) => throughput(billing, indexRequest(design, index))) }),
    ...(local.length === 0
      ? {}
      : { LocalSecondaryIndexes: local.map((index) => indexRequest(design, index)) }),
  };
}

function indexRequest(
  design: DesignedTable,
  index: ResolvedIndex,
): GlobalSecondaryIndex & LocalSecondaryIndex {
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.partitionKey, index.sortKey),
    Projection: projection(design, index),
  };
}

/** DynamoDB refuses an empty INCLUDE; keys are projected anyway. */
function projection(design: DesignedTable, index: ResolvedIndex): GlobalSecondaryIndex['Projection'] {
  if (index.projection.kind === 'all') return { ProjectionType: 'ALL' };
  const keys = [design, index].flatMap(({ partitionKey, sortKey }) => [
    ...keyNames(partitionKey),
    ...keyNames(sortKey),
  ]);
  const further =
    index.projection.kind === 'include'
      ? index.projection.attributes.filter((name) => !keys.includes(name))
      : [];
  return further.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...further] };
}

function keySchema(partitionKey: IndexKey, sortKey: IndexKey | null): KeySchemaElement[] {
  return [
    ...keyNames(partitionKey).map((name) => ({ AttributeName: name, KeyType: 'HASH' as const })),
    ...keyNames(sortKey).map((name) => ({ AttributeName: name, KeyType: 'RANGE' as const })),
  ];
}

function throughput<Request extends object>(billing: Billing, request: Request): Request {
  if (billing === 'on-demand') return request;
  return {
    ...request,
    ProvisionedThroughput: { ReadCapacityUnits: billing.read, WriteCapacityUnits: billing.write },
  };
}
