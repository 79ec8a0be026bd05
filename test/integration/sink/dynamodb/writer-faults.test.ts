import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../../../../src/item/item.js';
import type { WireItem } from '../../../../src/sink/sink.js';
import { makeItem, makeItems } from '../../../contract/sink-items.js';
import { requireEngine } from '../../../support/require-resource.js';
import { failure, ok } from '../../../unit/dynamodb/scripted-server.js';
import { type BadRoad, openBadRoad } from './bad-road.js';

const endpointUrl = requireEngine('dynamodb');
const signal = new AbortController().signal;

describe('the DynamoDB writer, when the way is bad,', () => {
  let road: BadRoad;
  beforeAll(async () => {
    road = await openBadRoad(endpointUrl);
  });
  afterAll(() => road[Symbol.asyncDispose]());

  it('reports exactly the items that DynamoDB leaves unprocessed, however it spells them', async () => {
    const items = makeItems('unprocessed', 25, { text: { S: 'é' } });
    const outcome = await road.write(items, async (request) => {
      const { RequestItems } = JSON.parse(request.body);
      const puts: { PutRequest: { Item: WireItem } }[] = RequestItems[road.table.name];
      const left = [puts[3]!, puts[24]!].map(({ PutRequest }) => ({
        PutRequest: { Item: Object.fromEntries(Object.entries(PutRequest.Item).reverse()) },
      }));
      RequestItems[road.table.name] = puts.filter((_, n) => n !== 3 && n !== 24);
      const reply = await road.forward(request, JSON.stringify({ RequestItems }));
      return ok({ ...JSON.parse(reply.body), UnprocessedItems: { [road.table.name]: left } });
    });
    expect(outcome).toMatchObject({
      written: 23,
      unprocessed: [items[3], items[24]],
      rejects: [],
      throttle: { reason: 'unknown', resource: null },
      trouble: null,
    });
    expect(await road.stored(items)).toEqual(items.map((_, n) => n !== 3 && n !== 24));
  });

  it('takes nothing for written when the reply leaves items unprocessed that were not sent', async () => {
    const items = makeItems('stray', 3);
    const Item = { pk: { S: 'somebody' }, sk: { S: 'else' } };
    const UnprocessedItems = { [road.table.name]: [{ PutRequest: { Item } }] };
    const outcome = await road.write(items, () => ok({ UnprocessedItems }));
    expect(outcome).toMatchObject({
      written: 0,
      unprocessed: items,
      trouble: expect.stringContaining('not sent'),
    });
  });

  it('hands on why it is throttled, and nothing is written', async () => {
    const items = makeItems('throttled', 5);
    const reason = {
      reason: 'IndexWriteKeyRangeThroughputExceeded',
      resource: 'arn:aws:dynamodb:::table/t/index/gsi1',
    };
    const outcome = await road.write(items, () =>
      failure(400, 'ThrottlingException', 'slow down', { ThrottlingReasons: [reason] }),
    );
    expect(outcome).toMatchObject({ written: 0, unprocessed: items, throttle: reason, trouble: null });
  });

  it.each([
    ['a 500', failure(500, 'InternalServerError'), /InternalServerError/],
    ['a gateway that speaks HTML', { kind: 'reply', status: 503, body: '<html>' } as const, /HTTP 503/],
    ['a reset', { kind: 'reset' } as const, /the server closed the connection|ECONNRESET/],
  ])('leaves all items unprocessed after %s', async (_, answer, trouble) => {
    const items = makeItems('trouble', 5);
    const outcome = await road.write(items, () => answer);
    expect(outcome).toMatchObject({ written: 0, unprocessed: items, throttle: null });
    expect(outcome.trouble).toMatch(trouble);
  });

  it('counts an insert whose reply was lost as written when it is tried again', async () => {
    await using inserter = await road.sink.openWriter('insert-only');
    const items = makeItems('inserted', 3);
    const lost = await road.write(
      items,
      async (request, number) => {
        await road.forward(request);
        return number === 0 ? { kind: 'reset' } : null;
      },
      inserter,
    );
    // The first request's reply is lost; the others were forwarded twice, as by a middlebox that repeats.
    expect(lost).toMatchObject({ written: 2, skipped: [], rejects: [] });
    expect(lost.unprocessed).toHaveLength(1);
    expect(await road.write(lost.unprocessed, () => null, inserter)).toMatchObject({
      written: 1,
      skipped: [],
    });
  });

  it('a change whose reply was lost is no loss, and what the application wrote since stays', async () => {
    const bare = makeItems('changed', 2);
    await road.write(bare, () => null);
    const changes = [{ name: 'added', seen: null, wanted: { S: 'ours' } }];
    const items = bare.map((item) => ({ ...item, change: { changes, guards: [] } }));
    const lost = await road.write(items, async (request) => {
      await road.forward(request);
      return { kind: 'reset' };
    });
    expect(lost).toMatchObject({ written: 0, unprocessed: items, skipped: [], rejects: [] });
    const newer = makeItem('changed', 'ITEM#1', { added: { S: "the application's" } });
    await road.write([newer], () => null);
    expect(await road.write(items, () => null)).toMatchObject({ written: 1, skipped: [items[1]] });
    const found = await road.reader.get([newer.key], signal);
    expect(found.get(newer.key)).toMatchObject({ added: { S: "the application's" } });
  });

  it('never lets a put that timed out land over a newer one', async () => {
    const [old, newer] = ['old', 'newer'].map((v) => makeItem('late', 'A', { v: { S: v } })) as [Item, Item];
    await using hasty = await road.open({ requestTimeoutMs: 30, graceMs: 300 });
    await using hastyWriter = await hasty.openWriter('overwrite');
    const outcome = await road.write(
      [old],
      async (request) => {
        await once(request.socket, 'close');
        await delay(30);
        await road.forward(request);
        return { kind: 'silence' };
      },
      hastyWriter,
    );
    expect(outcome).toMatchObject({
      unprocessed: [old],
      trouble: expect.stringContaining('no reply within 30 ms'),
    });
    expect((await road.write([newer], () => null)).written).toBe(1);
    expect((await road.reader.get([newer.key], signal)).get(newer.key)).toMatchObject({ v: { S: 'newer' } });
  });

  it('finds one culprit among 25 with about ten requests, and writes the others', async () => {
    const items = makeItems('bisect', 25);
    items[11] = makeItem('bisect', 'too big', { pad: { S: 'x'.repeat(400 * 1024) } });
    const outcome = await road.write(items, () => null);
    expect(outcome).toMatchObject({ written: 24, unprocessed: [] });
    expect(outcome.rejects).toMatchObject([
      {
        key: items[11]!.key,
        code: 'ITEM_REFUSED',
        reason: expect.stringContaining('Item size has exceeded'),
      },
    ]);
    expect(road.sent.length).toBeLessThanOrEqual(11);
    expect(await road.stored(items)).toEqual(items.map((_, n) => n !== 11));
  });

  it('splits a request that is too large as a whole', async () => {
    const items = makeItems('large', 9);
    const outcome = await road.write(items, ({ body }) =>
      body.length > 600 ? failure(413, 'RequestEntityTooLarge') : null,
    );
    expect(outcome).toMatchObject({ written: 9, rejects: [], unprocessed: [] });
    expect(road.sent.length).toBeGreaterThan(2);
  });

  it('stays within 16 MB on the wire when a batch is at its limits', async () => {
    // Each \\u0001 is six bytes of JSON and one byte of the item.
    const { batchItems, batchBytes } = road.writer.limits;
    const frame = Buffer.byteLength(makeItem('wire', 'ITEM#00', { pad: { S: '' } }).json);
    const each = Math.floor(batchBytes / batchItems) - frame;
    const pad = '\u0001'.repeat(Math.floor(each / 6)) + 'x'.repeat(each % 6);
    const items = Array.from({ length: batchItems }, (_, n) =>
      makeItem('wire', `ITEM#${String(n).padStart(2, '0')}`, { pad: { S: pad } }),
    );
    await road.write(items, () => ok());
    const size = Number(road.sent[0]?.headers['content-length']);
    expect(size).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(size).toBeGreaterThan(16 * 1024 * 1024 - 1024);
  });

  it('says how many units a batch has cost, indexes included', async () => {
    const pad = { S: 'x'.repeat(1200) };
    const items = [
      makeItem('units', 'plain', { pad }),
      makeItem('units', 'indexed', { pad, gsi1pk: { S: 'a' }, gsi1sk: { S: 'b' } }),
    ];
    expect((await road.write(items, () => null)).consumedUnits).toBe(2 + 2 + 2);
    await using inserter = await road.sink.openWriter('insert-only');
    const inserted = makeItem('units', 'inserted', { pad });
    expect((await road.write([inserted], () => null, inserter)).consumedUnits).toBe(2);
  });

  it.each([
    [failure(400, 'ResourceNotFoundException'), 'SINK_TABLE_MISSING', /tablefold table create/],
    [failure(400, 'AccessDeniedException', 'not authorized'), 'SINK_ACCESS_DENIED', /credentials/],
    [failure(400, 'ExpiredTokenException', 'expired'), 'SINK_ACCESS_DENIED', /credentials/],
    [failure(400, 'NewExceptionOfNextYear'), 'SINK_REFUSED', /report/],
  ])('ends the run for what another attempt will not change (%#)', async (answer, code, hint) => {
    const ends = road.write(makeItems('fatal', 2), () => answer);
    await expect(ends).rejects.toMatchObject({ code, hint: expect.stringMatching(hint) });
  });
});
