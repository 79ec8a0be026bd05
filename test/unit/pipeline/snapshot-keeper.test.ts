import { describe, expect, it } from 'vitest';
import { createMeter } from '../../../src/pipeline/meter.js';
import { plannedChunks } from '../../../src/pipeline/remaining-chunks.js';
import { type KeeperOptions, SnapshotKeeper } from '../../../src/pipeline/snapshot-keeper.js';
import { sourceError } from '../../../src/source/errors.js';
import type { EntityQuery } from '../../../src/source/row-query.js';
import type { Chunk, Snapshot, Source } from '../../../src/source/source.js';
import { silentLogger } from '../../../src/support/log.js';
import { manualClock } from '../../support/manual-clock.js';

const lost = () => sourceError('SOURCE_LOST', 'the session was lost');
const gone = () => sourceError('SOURCE_SNAPSHOT', 'the snapshot is gone');

/** A source of numbered snapshots; `refusals` are thrown in place of opening one, after the first. */
async function keeperOf(change: Partial<KeeperOptions> = {}, refusals: unknown[] = []) {
  const clock = manualClock();
  const meter = createMeter();
  const end = new AbortController();
  const events: string[] = [];
  let opened = 0;
  const source = {
    async openSnapshot(): Promise<Snapshot> {
      const refusal = opened === 0 ? undefined : refusals.shift();
      if (refusal !== undefined) throw refusal;
      opened += 1;
      const position = String(opened);
      events.push(`open ${position}`);
      return {
        consistent: true,
        position,
        readers: 1,
        async *planChunks(_query: EntityQuery, { after }: { after?: Chunk }) {
          for (let n = after === undefined ? 0 : Number(after.range['n']) + 1; n < 5; n += 1) {
            if (position === '1' && n === 2) throw gone();
            yield { entity: 'E', id: `E/${n}`, range: { n, from: position } };
          }
        },
        async *readChunk() {},
        countRows: async () => 0,
        greatest: async () => null,
        async [Symbol.asyncDispose]() {
          events.push(`close ${position}`);
        },
      } as unknown as Snapshot;
    },
  } as unknown as Source;
  const keeper = await SnapshotKeeper.open({
    source,
    snapshot: { concurrency: 2, signal: end.signal },
    retry: { baseMs: 100, capMs: 1000, patienceMs: 10_000 },
    maxAgeMs: null,
    onReplaced: async ({ position }, why, readAgain) => {
      events.push(`${why} ${position} [${readAgain.join()}]`);
    },
    clock,
    meter,
    log: silentLogger,
    ...change,
  });
  return { keeper, clock, meter, end, events };
}

describe('a snapshot keeper', () => {
  it('runs work that was lost again, on the same snapshot while that stands', async () => {
    const { keeper, meter, events, clock } = await keeperOf();
    const seen: (string | null)[] = [];
    const result = await keeper.run('E/0', async ({ position }) => {
      seen.push(position);
      if (seen.length < 3) throw lost();
      return 'done';
    });
    expect(result).toBe('done');
    expect(seen).toEqual(['1', '1', '1']);
    expect(clock.sleeps).toHaveLength(2);
    expect(meter.sourceAway).toBeNull();
    expect(events).toEqual(['open 1']);
  });

  it('takes a new snapshot once nobody reads from the lost one, and names the chunks that are read again', async () => {
    const { keeper, events } = await keeperOf();
    let release: () => void = () => undefined;
    const slow = keeper.run('E/0', async ({ position }) => {
      if (position === '1')
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      return position;
    });
    const broken = keeper.run('E/1', async ({ position }) => {
      if (position === '1') throw gone();
      return position;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events).toEqual(['open 1']);
    release();
    expect(await slow).toBe('1');
    expect(await broken).toBe('2');
    expect(events).toEqual(['open 1', 'close 1', 'open 2', 'lost 2 [E/1]']);
  });

  it('tries to open it until patience has run out, and then says how to go on', async () => {
    const refusals = Array.from({ length: 1000 }, () => sourceError('SOURCE_CONNECT', 'connection refused'));
    const { keeper, clock, meter } = await keeperOf({}, refusals);
    const failing = keeper.run('E/0', async () => {
      throw gone();
    });
    await expect(failing).rejects.toMatchObject({
      code: 'SOURCE_CONNECT',
      message: expect.stringMatching(/away for 10 seconds.*connection refused/),
      hint: expect.stringMatching(/--resume/),
    });
    expect(clock.now()).toBeGreaterThanOrEqual(10_000);
    expect(clock.now()).toBeLessThan(12_000);
    expect(meter.sourceAway).toEqual({ why: 'connection refused', since: 0 });
  });

  it('never tries again what does not pass: a wrong password, a failed query, tables that changed', async () => {
    const { keeper, clock } = await keeperOf({}, [sourceError('SOURCE_ACCESS_DENIED', 'wrong password')]);
    for (const code of ['SOURCE_QUERY', 'SOURCE_ACCESS_DENIED', 'SOURCE_CHANGED'] as const) {
      const failing = keeper.run('E/0', async () => {
        throw sourceError(code, 'no');
      });
      await expect(failing).rejects.toMatchObject({ code });
    }
    expect(clock.sleeps).toEqual([]);
    const reopening = keeper.run('E/0', async () => {
      throw gone();
    });
    await expect(reopening).rejects.toMatchObject({ code: 'SOURCE_ACCESS_DENIED' });
  });

  it('gives up a chunk that is lost again and again although the source answers', async () => {
    const { keeper } = await keeperOf({ retry: { baseMs: 1, capMs: 1, patienceMs: 1_000_000 } });
    let attempts = 0;
    const failing = keeper.run('E/0', async () => {
      attempts += 1;
      throw lost();
    });
    await expect(failing).rejects.toThrow(/E\/0 was lost 20 times in a row/);
    expect(attempts).toBe(20);
  });

  it('lets an old snapshot go after the work on it, and goes on with a new one', async () => {
    const { keeper, clock, events } = await keeperOf({ maxAgeMs: 1000 });
    expect(await keeper.run('E/0', async ({ position }) => position)).toBe('1');
    await clock.sleep(1000);
    expect(await keeper.run('E/1', async ({ position }) => position)).toBe('2');
    expect(events).toEqual(['open 1', 'close 1', 'open 2', 'aged 2 []']);
  });

  it('has no age to mind where each chunk is a transaction of its own', async () => {
    const signal = new AbortController().signal;
    const { keeper, clock, events } = await keeperOf({
      maxAgeMs: 1000,
      snapshot: { concurrency: 1, consistency: 'chunk', signal },
    });
    await clock.sleep(5000);
    await keeper.run('E/0', async () => undefined);
    expect(events).toEqual(['open 1']);
  });

  it('ends waiting when the run is aborted', async () => {
    // More than can be asked for before the abort: each costs a turn of the event loop.
    const refused = sourceError('SOURCE_CONNECT', 'connection refused');
    const refusals = new Array(1_000_000).fill(refused);
    const { keeper, end } = await keeperOf({ retry: { baseMs: 1, capMs: 1, patienceMs: 1e9 } }, refusals);
    const failing = keeper.run('E/0', async () => {
      throw gone();
    });
    setTimeout(() => end.abort(new Error('enough')), 20);
    await expect(failing).rejects.toThrow('enough');
  });

  it('walks on behind the last chunk where the walk was lost: no chunk twice, none passed over', async () => {
    const { keeper } = await keeperOf();
    const chunks: Chunk[] = [];
    for await (const chunk of plannedChunks(keeper, {} as EntityQuery, { rowsPerChunk: 1 }))
      chunks.push(chunk);
    expect(chunks.map(({ id, range }) => [id, range['from']])).toEqual([
      ['E/0', '1'],
      ['E/1', '1'],
      ['E/2', '2'],
      ['E/3', '2'],
      ['E/4', '2'],
    ]);
  });
});
