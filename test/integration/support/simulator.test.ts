import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callDynamoDb, type DynamoDbReply, sendDynamoDb } from '../../support/dynamodb-call.js';
import { uniqueTableName } from '../../support/dynamodb-table.js';
import { requireEngine } from '../../support/require-resource.js';
import {
  type ServedSimulator,
  serveSimulator,
  startSimulator,
} from '../../support/simulator/start-simulator.js';

const local = requireEngine('dynamodb');
const TableName = uniqueTableName();
let simulator: ServedSimulator;

const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });
const SHOP = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'gsi1',
      KeySchema: [key('gsi1pk', 'HASH'), key('gsi1sk', 'RANGE')],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['total'] },
    },
  ],
};

beforeAll(async () => {
  simulator = await serveSimulator({ keep: true });
  await Promise.all([local, simulator.url].map((url) => callDynamoDb(url, 'CreateTable', SHOP)));
});
afterAll(() => simulator[Symbol.asyncDispose]());

const item = (id: number, more: object = {}) => ({
  pk: { S: `CUSTOMER#${id}` },
  sk: { S: 'PROFILE' },
  ...more,
});
const put = (Item: object) => ({ PutRequest: { Item } });
const batch = (requests: readonly object[], more: object = {}) => ({
  ...more,
  RequestItems: { [TableName]: requests },
});
const indexed = { gsi1pk: { S: 'EMAIL#x' }, gsi1sk: { S: 'CUSTOMER' } };

/** Status, the error's type, and everything of the reply that both engines define. */
function essence({ status, text }: DynamoDbReply): unknown {
  const body = JSON.parse(text) as Record<string, unknown>;
  if (status !== 200) return { status, type: body['__type'] };
  return { status, body };
}

const REQUESTS: readonly (readonly [what: string, operation: string, request: object])[] = [
  ['a batch', 'BatchWriteItem', batch([put(item(1)), put(item(2))])],
  [
    'its units',
    'BatchWriteItem',
    batch([put(item(3)), put(item(4, { note: { S: 'x'.repeat(3_000) } }))], {
      ReturnConsumedCapacity: 'TOTAL',
    }),
  ],
  [
    'units of an index that projects a part',
    'BatchWriteItem',
    batch(
      [
        put(item(5, { ...indexed, note: { S: 'x'.repeat(2_000) } })),
        put(item(6, { ...indexed, total: { S: 'y'.repeat(1_100) } })),
      ],
      {
        ReturnConsumedCapacity: 'TOTAL',
      },
    ),
  ],
  [
    'a put and a delete',
    'BatchWriteItem',
    batch([put(item(7)), { DeleteRequest: { Key: { pk: { S: 'CUSTOMER#1' }, sk: { S: 'PROFILE' } } } }]),
  ],
  ['one key twice', 'BatchWriteItem', batch([put(item(8)), put(item(8))])],
  ['26 puts', 'BatchWriteItem', batch(Array.from({ length: 26 }, (_, id) => put(item(id))))],
  ['no put at all', 'BatchWriteItem', batch([])],
  ['an item without its sort key', 'BatchWriteItem', batch([put({ pk: { S: 'a' } })])],
  ['an empty key', 'BatchWriteItem', batch([put({ pk: { S: '' }, sk: { S: 'a' } })])],
  ['a key of another type', 'BatchWriteItem', batch([put({ pk: { N: '1' }, sk: { S: 'a' } })])],
  ['an item over 400 KB', 'BatchWriteItem', batch([put(item(9, { note: { S: 'x'.repeat(410_000) } }))])],
  ['a number of 39 digits', 'BatchWriteItem', batch([put(item(9, { n: { N: '1'.repeat(39) } }))])],
  ['an unknown table', 'BatchWriteItem', { RequestItems: { nowhere: [put(item(1))] } }],
  ['a put', 'PutItem', { TableName, Item: item(20, { v: { N: '1' } }) }],
  [
    'a put whose condition fails',
    'PutItem',
    { TableName, Item: item(20), ConditionExpression: 'attribute_not_exists(pk)' },
  ],
  [
    'an update',
    'UpdateItem',
    {
      TableName,
      Key: item(20),
      UpdateExpression: 'SET v = v + :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    },
  ],
  [
    'an update of nothing that is there',
    'UpdateItem',
    {
      TableName,
      Key: item(99),
      UpdateExpression: 'SET v = :v',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':v': { N: '1' } },
    },
  ],
  ['a get of several', 'BatchGetItem', { RequestItems: { [TableName]: { Keys: [item(3)] } } }],
  [
    'a query',
    'Query',
    {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'CUSTOMER#20' } },
    },
  ],
  [
    'a query without its key',
    'Query',
    { TableName, KeyConditionExpression: 'sk = :sk', ExpressionAttributeValues: { ':sk': { S: 'PROFILE' } } },
  ],
  [
    'a scan of a filter',
    'Scan',
    {
      TableName,
      FilterExpression: 'v = :v',
      ExpressionAttributeValues: { ':v': { N: '2' } },
      ProjectionExpression: 'pk, v',
    },
  ],
];

describe('the simulator answers as DynamoDB Local does', () => {
  test.each(REQUESTS)('%s', async (_what, operation, request) => {
    const [expected, found] = await Promise.all(
      [local, simulator.url].map(async (url) => essence(await sendDynamoDb(url, operation, request))),
    );
    // A Scan counts what it looked at, and both tables hold the same.
    expect(found).toEqual(expected);
  });
});

test('over its capacity it says which items are left, and with none taken why', async () => {
  await using small = await serveSimulator({ burstSeconds: 0 });
  await callDynamoDb(small.url, 'CreateTable', {
    ...SHOP,
    BillingMode: 'PROVISIONED',
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1_000 },
    GlobalSecondaryIndexes: SHOP.GlobalSecondaryIndexes.map((index) => ({
      ...index,
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 5 },
    })),
  });
  // The first costs the index twenty seconds.
  const puts = Array.from({ length: 25 }, (_, id) =>
    put(item(id, { ...indexed, total: { S: 'x'.repeat(id === 0 ? 100_000 : 10) } })),
  );
  const first = await callDynamoDb<{ UnprocessedItems: Record<string, unknown[]> }>(
    small.url,
    'BatchWriteItem',
    batch(puts),
  );
  expect(first.UnprocessedItems[TableName]).toEqual(puts.slice(1));
  const second = await sendDynamoDb(small.url, 'BatchWriteItem', batch(puts.slice(1)));
  expect(second.status).toBe(400);
  expect(JSON.parse(second.text)).toMatchObject({
    __type: expect.stringContaining('#ProvisionedThroughputExceededException'),
    ThrottlingReasons: [
      {
        reason: 'IndexWriteProvisionedThroughputExceeded',
        resource: `arn:aws:dynamodb:local:000000000000:table/${TableName}/index/gsi1`,
      },
    ],
  });
});

test('UpdateTable changes the capacity, and DescribeTable tells it', async () => {
  await using served = await startSimulator({ updateMs: 50 });
  await callDynamoDb(served.url, 'CreateTable', SHOP);
  await callDynamoDb(served.url, 'UpdateTable', {
    TableName,
    WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 9_000 },
  });
  const { Table } = await callDynamoDb<{ Table: Record<string, unknown> }>(served.url, 'DescribeTable', {
    TableName,
  });
  expect(Table).toMatchObject({
    TableStatus: 'UPDATING',
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    WarmThroughput: { WriteUnitsPerSecond: 9_000 },
  });
  expect(await served.counts(TableName)).toMatchObject({ partitions: 16, written: 0 }); // nine at least, and all split alike
});
