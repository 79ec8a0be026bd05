import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Item } from '../../../../src/item/item.js';
import { nothingMapped } from '../../../../src/mapping/mapper.js';
import { ChunkAccount } from '../../../../src/pipeline/account.js';
import { createMeter } from '../../../../src/pipeline/meter.js';
import { rateLimit } from '../../../../src/pipeline/rate.js';
import { Writer } from '../../../../src/pipeline/writer.js';
import { silentLogger } from '../../../../src/support/log.js';
import { systemClock } from '../../../../src/support/time.js';
import { makeItem } from '../../../contract/sink-items.js';
import { requireEngine } from '../../../support/require-resource.js';
import { failure } from '../../../unit/dynamodb/scripted-server.js';
import { type BadRoad, type Fault, openBadRoad } from './bad-road.js';

const endpointUrl = requireEngine('dynamodb');
const TIMEOUT_MS = 200;
/** A request on this road arrives within the grace time after its connection is gone, or never. */
const GRACE_MS = 600;
const LATEST_MS = 150;

/** What the road does to one request. */
type Turn = 'straight' | 'late' | 'replyLost' | 'lost' | 'fault';

let road: BadRoad;
beforeAll(async () => {
  road = await openBadRoad(endpointUrl);
});
afterAll(() => road[Symbol.asyncDispose]());

it('whatever a network loses, delays and overtakes, the last put of each key is the one that stays', async () => {
  await using sink = await road.open({ requestTimeoutMs: TIMEOUT_MS, graceMs: GRACE_MS });
  await using itemWriter = await sink.openWriter('overwrite');
  let run = 0;
  const turns = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Turn>('straight') },
      { weight: 2, arbitrary: fc.constant<Turn>('late') },
      { weight: 1, arbitrary: fc.constantFrom<Turn>('replyLost', 'lost', 'fault') },
    ),
    { minLength: 4, maxLength: 8 },
  );
  const puts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 30, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(turns, puts, fc.integer({ min: 1, max: 4 }), async (script, keys, concurrency) => {
      run += 1;
      const items = keys.map((key, version) =>
        makeItem(`late ${run}`, `K${key}`, { v: { N: `${version}` } }),
      );
      const underWay: Promise<unknown>[] = [];
      road.through(roadOf(script, underWay));
      const end = new AbortController();
      const writer = new Writer(itemWriter, {
        concurrency,
        maxPendingBytes: 1024 * 1024,
        retry: { baseMs: 5, capMs: 20, patienceMs: 60_000 },
        rate: rateLimit(Number.POSITIVE_INFINITY, systemClock),
        clock: systemClock,
        meter: createMeter(),
        log: silentLogger,
        signal: end.signal,
        fail: (error) => end.abort(error),
      });
      const account = accountOf(items);
      for (const item of items) await writer.put(item, account);
      await writer.settle(account);
      await writer.idle();
      await Promise.all(underWay);
      const last = new Map(items.map((item, version) => [item.key, `${version}`]));
      const found = await road.reader.get([...last.keys()], end.signal);
      const stored = [...last.keys()].map((key) => [key, found.get(key)?.['v']]);
      expect(stored).toEqual([...last].map(([key, version]) => [key, { N: version }]));
    }),
    { numRuns: 5 },
  );
});

/** One turn for each write in order, then straight on; what still runs without its client is `underWay`. */
function roadOf(script: readonly Turn[], underWay: Promise<unknown>[]): Fault {
  let writes = 0;
  return async (request) => {
    if (request.operation !== 'BatchWriteItem') return null;
    const turn = script[writes] ?? 'straight';
    writes += 1;
    switch (turn) {
      case 'straight':
        return null;
      case 'late': {
        const arrives = once(request.socket, 'close')
          .then(() => delay(Math.random() * LATEST_MS))
          .then(() => road.forward(request));
        underWay.push(arrives);
        await arrives;
        return { kind: 'silence' };
      }
      case 'replyLost':
        await road.forward(request);
        return { kind: 'reset' };
      case 'lost':
        return { kind: 'reset' };
      case 'fault':
        return failure(500, 'InternalServerError', 'try again');
    }
  };
}

function accountOf(items: readonly Item[]): ChunkAccount {
  const account = new ChunkAccount(() => undefined, { count: () => undefined, takeBack: () => undefined });
  const made = nothingMapped();
  made.items.push(...items);
  account.mapped(items.length, made);
  return account;
}
