import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ItemReader } from '../../../../src/sink/sink.js';
import { makeItem, makeItems } from '../../../contract/sink-items.js';
import { requireEngine } from '../../../support/require-resource.js';
import { failure, ok } from '../../../unit/dynamodb/scripted-server.js';
import { createShopTable } from '../shop-table.js';
import { type BadRoad, openBadRoad } from './bad-road.js';

const endpointUrl = requireEngine('dynamodb');
const signal = new AbortController().signal;

describe('the DynamoDB reader', () => {
  let road: BadRoad;
  beforeAll(async () => {
    road = await openBadRoad(endpointUrl);
  });
  afterAll(() => road[Symbol.asyncDispose]());

  it('reads on until every key is answered', async () => {
    const items = makeItems('reading', 25);
    await road.write(items, () => null);
    let rounds = 0;
    road.through(async (request) => {
      if (request.operation !== 'BatchGetItem') return null;
      rounds += 1;
      if (rounds === 1) return failure(400, 'ProvisionedThroughputExceededException');
      if (rounds === 2) return { kind: 'reset' };
      const { RequestItems } = JSON.parse(request.body);
      const { Keys } = RequestItems[road.table.name];
      const now = {
        RequestItems: { [road.table.name]: { ...RequestItems[road.table.name], Keys: Keys.slice(0, 10) } },
      };
      const reply = await road.forward(request, JSON.stringify(now));
      const later = Keys.slice(10);
      const UnprocessedKeys = later.length === 0 ? {} : { [road.table.name]: { Keys: later } };
      return ok({ ...JSON.parse(reply.body), UnprocessedKeys });
    });
    expect(await road.stored(items)).toEqual(items.map(() => true));
    expect(rounds).toBe(2 + 3);
    road.through(() => null);
  });

  it('reads more than 100 keys, and the same key asked for twice', async () => {
    const items = makeItems('many', 120);
    for (let n = 0; n < 120; n += 24) await road.write(items.slice(n, n + 24), () => null);
    road.through(() => null);
    expect(await road.stored([...items, ...items.slice(0, 5)])).not.toContain(false);
    expect(road.sent.map((request) => request.operation)).toEqual(['BatchGetItem', 'BatchGetItem']);
  });

  it('gives up a read that gets nowhere for longer than its patience', async () => {
    await using impatient = await road.open({ patienceMs: 0 });
    const impatientReader = (await impatient.openReader()) as ItemReader;
    road.through(() => failure(400, 'ProvisionedThroughputExceededException'));
    await expect(impatientReader.get([makeItem('a', 'b').key], signal)).rejects.toMatchObject({
      code: 'SINK_NO_PROGRESS',
    });
    road.through(() => null);
  });

  it('looks for items all over the table, and stops at about the bytes it may read', async () => {
    const own = await createShopTable(endpointUrl);
    await using big = await road.open({ table: own });
    await using bigWriter = await big.openWriter('overwrite');
    for (let n = 0; n < 3; n += 1) {
      const pad = { S: 'x'.repeat(300_000) };
      await bigWriter.write(
        Array.from({ length: 8 }, (_, m) => makeItem(`P${n}-${m}`, 'A', { pad })),
        signal,
      );
    }
    const bigReader = (await big.openReader()) as ItemReader;
    const probe = { attribute: '_type', values: ['Order', 'Customer'] };
    road.through(() => null);
    expect(await bigReader.findAny({ ...probe, maxBytes: 3 * 1024 * 1024 }, signal)).toEqual({
      found: null,
      exhaustive: false,
    });
    expect(road.sent.map(({ body }) => JSON.parse(body).Segment)).toEqual([0, 1, 2]);
    road.through(() => null);
    expect(await bigReader.findAny({ ...probe, maxBytes: 64 * 1024 * 1024 }, signal)).toEqual({
      found: null,
      exhaustive: true,
    });
    expect(new Set(road.sent.map(({ body }) => JSON.parse(body).Segment)).size).toBe(16);
    await bigWriter.write([makeItem('needle', 'A', { _type: { S: 'Customer' } })], signal);
    const many = {
      attribute: '_type',
      values: Array.from({ length: 150 }, (_, n) => `E${n}`).concat('Customer'),
    };
    const { found } = await bigReader.findAny({ ...many, maxBytes: 64 * 1024 * 1024 }, signal);
    expect(found).toMatchObject({ pk: { S: 'needle' } });
  });
});
