import type {
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import type { ResolvedIndex } from '../mapping/resolved-mapping.js';
import type { DesignedTable } from './compare-table.js';

/** Units per second of the table, and of each index again. */
export type Billing = 'on-demand' | { readonly read: number; readonly write: number };

/** The CreateTable request of a design: all keys are strings. */
export function tableRequest(design: DesignedTable, billing: Billing): CreateTableCommandInput {
  const names = new Set([design.partitionKey, design.sortKey]);
  for (const index of design.indexes) {
    names.add(index.partitionKey);
    if (index.sortKey !== null) names.add(index.sortKey);
  }
  return {
    TableName: design.name,
    AttributeDefinitions: [...names].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema(design.partitionKey, design.sortKey),
    ...throughput(billing, { BillingMode: billing === 'on-demand' ? 'PAY_PER_REQUEST' : 'PROVISIONED' }),
    ...(design.indexes.length === 0
      ? {}
      : { GlobalSecondaryIndexes: design.indexes.map((index) => indexRequest(design, index, billing)) }),
  };
}

function indexRequest(design: DesignedTable, index: ResolvedIndex, billing: Billing): GlobalSecondaryIndex {
  return throughput(billing, {
    IndexName: index.name,
    KeySchema: keySchema(index.partitionKey, index.sortKey),
    Projection: projection(design, index),
  });
}

/** DynamoDB refuses an empty INCLUDE; keys are projected anyway. */
function projection(design: DesignedTable, index: ResolvedIndex): GlobalSecondaryIndex['Projection'] {
  if (index.projection.kind === 'all') return { ProjectionType: 'ALL' };
  const keys = [design.partitionKey, design.sortKey, index.partitionKey, index.sortKey];
  const further =
    index.projection.kind === 'include'
      ? index.projection.attributes.filter((name) => !keys.includes(name))
      : [];
  return further.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...further] };
}

function keySchema(partitionKey: string, sortKey: string | null): KeySchemaElement[] {
  const schema: KeySchemaElement[] = [{ AttributeName: partitionKey, KeyType: 'HASH' }];
  if (sortKey !== null) schema.push({ AttributeName: sortKey, KeyType: 'RANGE' });
  return schema;
}

function throughput<Request extends object>(billing: Billing, request: Request): Request {
  if (billing === 'on-demand') return request;
  return {
    ...request,
    ProvisionedThroughput: { ReadCapacityUnits: billing.read, WriteCapacityUnits: billing.write },
  };
}
