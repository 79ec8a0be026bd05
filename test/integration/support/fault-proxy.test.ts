import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callDynamoDb, sendDynamoDb } from '../../support/dynamodb-call.js';
import { createTable, type TestTable } from '../../support/dynamodb-table.js';
import { type FaultProxy, openFaultProxy } from '../../support/fault-proxy.js';
import { requireEngine } from '../../support/require-resource.js';

const dynamodbUrl = requireEngine('dynamodb');
let table: TestTable;
let proxy: FaultProxy;

beforeAll(async () => {
  proxy = await openFaultProxy(dynamodbUrl);
});
afterAll(() => proxy.close());
beforeEach(async () => {
  table = await createTable(dynamodbUrl);
  return () => table.drop();
});

const item = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const put = (...keys: string[]) => ({
  RequestItems: { [table.name]: keys.map((pk) => ({ PutRequest: { Item: item(pk) } })) },
});
const stored = async () => (await table.scanAll()).map(({ pk }) => pk?.['S']);

describe('the fault proxy', () => {
  test('forwards what it has no fault for, and counts it by operation', async () => {
    await using own = await openFaultProxy(dynamodbUrl);
    expect(await callDynamoDb(own.url, 'BatchWriteItem', put('a'))).toEqual({ UnprocessedItems: {} });
    await callDynamoDb(own.url, 'Scan', { TableName: table.name });
    await callDynamoDb(own.url, 'Scan', { TableName: table.name });
    expect(own.counts).toEqual({ BatchWriteItem: 1, Scan: 2 });
    expect(await stored()).toEqual(['a']);
  });

  test('forwards the items that are accepted and gives the others back as unprocessed', async () => {
    proxy.follow(() => ({ kind: 'unprocessed', accept: (_, position) => position % 2 === 0 }));
    expect(await callDynamoDb(proxy.url, 'BatchWriteItem', put('a', 'b', 'c', 'd'))).toEqual({
      UnprocessedItems: put('b', 'd').RequestItems,
    });
    expect(await stored()).toEqual(['a', 'c']);
  });

  test('gives keys of a read back as unprocessed too', async () => {
    proxy.follow(() => null);
    await callDynamoDb(proxy.url, 'BatchWriteItem', put('a', 'b'));
    proxy.follow(() => ({ kind: 'unprocessed', accept: (_, position) => position === 0 }));
    const asked = { [table.name]: { ConsistentRead: true, Keys: [item('a'), item('b')] } };
    expect(await callDynamoDb(proxy.url, 'BatchGetItem', { RequestItems: asked })).toEqual({
      Responses: { [table.name]: [item('a')] },
      UnprocessedKeys: { [table.name]: { ConsistentRead: true, Keys: [item('b')] } },
    });
  });

  test('throttles the whole batch where nothing of it is accepted', async () => {
    proxy.follow(() => ({ kind: 'unprocessed', accept: () => false }));
    const { status, text } = await sendDynamoDb(proxy.url, 'BatchWriteItem', put('a'));
    expect([status, JSON.parse(text).__type]).toEqual([
      400,
      'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    ]);
    expect(await stored()).toEqual([]);
  });

  test('throttles with the reasons, spelled as each kind of table spells them', async () => {
    const reasons = [
      { reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn:aws:dynamodb:eu-west-1:1:table/t' },
    ];
    proxy.follow(({ nth }) => ({
      kind: 'throttled',
      capacity: nth % 2 ? 'provisioned' : 'on-demand',
      reasons,
    }));
    const both = [
      await sendDynamoDb(proxy.url, 'DescribeLimits', {}),
      await sendDynamoDb(proxy.url, 'DescribeLimits', {}),
    ].map(({ status, text }) => ({ status, ...JSON.parse(text) }));
    expect(both).toMatchObject([
      { status: 400, __type: expect.stringContaining('#ProvisionedThroughput'), ThrottlingReasons: reasons },
      { status: 400, __type: expect.stringContaining('#ThrottlingException'), throttlingReasons: reasons },
    ]);
  });

  test.each([
    [{ kind: 'status', status: 500 }, 500, 'InternalServerError'],
    [{ kind: 'status', status: 503 }, 503, 'ServiceUnavailable'],
    [{ kind: 'expiredToken' }, 400, 'ExpiredTokenException'],
  ] as const)('answers %o without forwarding', async (fault, status, name) => {
    proxy.follow(() => fault);
    const reply = await sendDynamoDb(proxy.url, 'BatchWriteItem', put('a'));
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(name);
    expect(await stored()).toEqual([]);
  });

  test('resets the connection before anything is done', async () => {
    proxy.follow(() => ({ kind: 'reset' }));
    await expect(sendDynamoDb(proxy.url, 'BatchWriteItem', put('a'))).rejects.toThrow('fetch failed');
    expect(await stored()).toEqual([]);
  });

  test('loses the reply of a write that was done', async () => {
    proxy.follow(() => ({ kind: 'replyLost' }));
    await expect(sendDynamoDb(proxy.url, 'BatchWriteItem', put('a'))).rejects.toThrow('fetch failed');
    expect(await stored()).toEqual(['a']);
  });

  test('lets a delayed write land although the client gave up', async () => {
    const client = new AbortController();
    proxy.follow(() => {
      client.abort(new Error('gave up'));
      return { kind: 'delay', ms: 50, at: 'request' };
    });
    await expect(sendDynamoDb(proxy.url, 'BatchWriteItem', put('a'), client.signal)).rejects.toThrow(
      'gave up',
    );
    await proxy.idle();
    expect(await stored()).toEqual(['a']);
  });

  test('refuses a request dated by another clock, and takes it when it is dated by its own', async () => {
    const requestDate = Date.UTC(2026, 0, 1); // dynamodb-call's
    proxy.follow(() => ({ kind: 'skewedClock', aheadMs: 0 }));
    const refused = await sendDynamoDb(proxy.url, 'BatchWriteItem', put('a'));
    expect([refused.status, JSON.parse(refused.text).message]).toEqual([
      400,
      expect.stringMatching(/^Signature expired: 20260101T000000Z is now earlier than \d{8}T\d{6}Z/),
    ]);
    proxy.follow(() => ({ kind: 'skewedClock', aheadMs: requestDate - Date.now() }));
    expect((await sendDynamoDb(proxy.url, 'BatchWriteItem', put('a'))).status).toBe(200);
  });
});
