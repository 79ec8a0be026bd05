import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CountingSink, startCountingSink } from '../../support/counting-sink.js';
import { callDynamoDb } from '../../support/dynamodb-call.js';

let sink: CountingSink;
beforeAll(async () => {
  sink = await startCountingSink();
});
afterAll(() => sink.stop());

const puts = (count: number, text = '') => ({
  RequestItems: {
    bench: Array.from({ length: count }, () => ({ PutRequest: { Item: { pk: { S: text } } } })),
  },
});

test('the counting sink counts the puts, requests and bytes of parallel batches', async () => {
  const bodies = [puts(25), puts(1), puts(7, 'x'.repeat(300_000))];
  const before = await sink.counts();
  const replies = await Promise.all(bodies.map((body) => callDynamoDb(sink.url, 'BatchWriteItem', body)));
  const after = await sink.counts();
  expect(replies).toEqual(bodies.map(() => ({ UnprocessedItems: {} })));
  expect([after.items - before.items, after.requests - before.requests]).toEqual([33, 3]);
  expect(after.bytes - before.bytes).toBe(
    bodies.map((body) => JSON.stringify(body).length).reduce((a, b) => a + b),
  );
});

test('it says what was consumed when it is asked', async () => {
  const body = { ...puts(3), ReturnConsumedCapacity: 'TOTAL' };
  expect(await callDynamoDb(sink.url, 'BatchWriteItem', body)).toEqual({
    UnprocessedItems: {},
    ConsumedCapacity: [{ TableName: 'bench', CapacityUnits: 3 }],
  });
});
