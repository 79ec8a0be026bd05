import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalKey } from '../../src/item/canonical.js';
import { type IndexKey, keyAttributes, keyNames } from '../../src/item/key-attribute.js';
import type { SinkTable } from '../../src/sink/sink-options.js';
import { callDynamoDb } from './dynamodb-call.js';

export interface TableKeys {
  /** Default `pk`. */
  readonly partitionKey?: string;
  /** Default `sk`; null for a table without one. */
  readonly sortKey?: string | null;
  readonly indexes?: SinkTable['indexes'];
  /** Types of key attributes that are not as the keys say. */
  readonly types?: Readonly<Record<string, 'S' | 'N' | 'B'>>;
}

export interface TestTable extends AsyncDisposable {
  readonly name: string;
  /** Every item, sorted by its key's text. */
  scanAll(): Promise<WireItem[]>;
  drop(): Promise<void>;
}

/** A new on-demand table with a name of its own, ready to be written. Indexes project everything. */
export async function createTable(engineUrl: string, keys: TableKeys = {}): Promise<TestTable> {
  const { partitionKey = 'pk', sortKey = 'sk', indexes = [], types = {} } = keys;
  const name = uniqueTableName();
  const attributes = [{ partitionKey, sortKey }, ...indexes].flatMap((key) => [
    ...keyAttributes(key.partitionKey),
    ...keyAttributes(key.sortKey),
  ]);
  await callDynamoDb(engineUrl, 'CreateTable', {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...new Map(attributes.map((key) => [key.name, key.type]))].map(
      ([attribute, type]) => ({ AttributeName: attribute, AttributeType: types[attribute] ?? type }),
    ),
    KeySchema: keySchema(partitionKey, sortKey),
    GlobalSecondaryIndexes:
      indexes.length === 0
        ? undefined
        : indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index.partitionKey, index.sortKey),
            Projection: { ProjectionType: 'ALL' },
          })),
  });
  while ((await describeTable(engineUrl, name)).TableStatus !== 'ACTIVE') await delay(20);
  const drop = (): Promise<void> => dropTable(engineUrl, name);
  return { name, scanAll: () => scanAll(engineUrl, name), drop, [Symbol.asyncDispose]: drop };
}

/** A name for a table that the code under test makes itself. */
export function uniqueTableName(): string {
  return `test_${randomBytes(8).toString('hex')}`;
}

export async function dropTable(engineUrl: string, name: string): Promise<void> {
  await callDynamoDb(engineUrl, 'DeleteTable', { TableName: name });
}

/** Every item of a table as DynamoDB JSON, sorted by its key's text: equal tables give equal lists. */
export async function scanAll(engineUrl: string, name: string): Promise<WireItem[]> {
  const { KeySchema } = await describeTable(engineUrl, name);
  const key = KeySchema.map(({ AttributeName }) => AttributeName);
  const keyed: [string, WireItem][] = [];
  let from: WireItem | undefined;
  do {
    const page: ScanPage = await callDynamoDb(engineUrl, 'Scan', {
      TableName: name,
      ConsistentRead: true,
      ExclusiveStartKey: from,
    });
    keyed.push(...page.Items.map((item): [string, WireItem] => [canonicalKey(item, key), item]));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

interface ScanPage {
  readonly Items: readonly WireItem[];
  readonly LastEvaluatedKey?: WireItem;
}

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

async function describeTable(
  engineUrl: string,
  name: string,
): Promise<{ readonly TableStatus: string; readonly KeySchema: readonly KeyElement[] }> {
  const { Table } = await callDynamoDb<{ Table: { TableStatus: string; KeySchema: KeyElement[] } }>(
    engineUrl,
    'DescribeTable',
    { TableName: name },
  );
  return Table;
}

function keySchema(partitionKey: IndexKey, sortKey: IndexKey | null): KeyElement[] {
  return [
    ...keyNames(partitionKey).map((name) => ({ AttributeName: name, KeyType: 'HASH' as const })),
    ...keyNames(sortKey).map((name) => ({ AttributeName: name, KeyType: 'RANGE' as const })),
  ];
}
