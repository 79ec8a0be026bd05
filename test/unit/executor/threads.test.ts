import { describe, expect, it } from 'vitest';
import { Threads, type ThreadsOptions } from '../../../src/executor/threads.js';
import type { Reject } from '../../../src/item/reject.js';
import { createMeter } from '../../../src/pipeline/meter.js';
import { rateLimit } from '../../../src/pipeline/rate.js';
import type { RejectLine } from '../../../src/state/state.js';
import { silentLogger } from '../../../src/support/log.js';
import { systemClock } from '../../../src/support/time.js';

const UNBOUNDED = rateLimit(Number.POSITIVE_INFINITY, systemClock);
const CHUNK = { entity: 'Order', id: 'Order/0', range: {} };
const COUNTS = '{ rows: 2, written: 1, skipped: 0, held: 0, rejects: 1, dangling: 0, bytes: 10, units: 1 }';

/** A thread that says it is ready, and then does what the text says of each message `m`. */
function script(onMessage: string): URL {
  return new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort, workerData } from 'node:worker_threads';
      const post = (m) => parentPort.postMessage(m);
      parentPort.on('message', (m) => { if (m.kind === 'end') parentPort.close(); else { ${onMessage} } });
      post({ kind: 'ready' });
    `)}`,
  );
}

function run(of: URL, overrides: Partial<ThreadsOptions> = {}) {
  const lines: RejectLine[] = [];
  const failures: unknown[] = [];
  const counted: Reject[] = [];
  const end = new AbortController();
  const options: ThreadsOptions = {
    script: of,
    setup: {},
    count: 1,
    limits: { write: UNBOUNDED, read: UNBOUNDED },
    meter: createMeter(),
    fuse: { count: (reject) => void counted.push(reject), takeBack: () => undefined },
    state: { reject: (line) => void lines.push(line) },
    log: silentLogger,
    fail: (error) => {
      failures.push(error);
      end.abort(error);
    },
    signal: end.signal,
    ...overrides,
  };
  return { options, lines, failures, counted, end };
}

describe('threads', () => {
  it('have told the reject log and the meter of a chunk when it is done', async () => {
    const { options, lines } = run(
      script(`
        post({ kind: 'rejectLine', line: { chunk: m.chunk.id } });
        post({ kind: 'done', chunk: m.chunk.id, counts: ${COUNTS}, meter: { ...workerData.meter, rows: 2, written: 1 } });
      `),
      { setup: { meter: createMeter() } },
    );
    await using threads = await Threads.start(options);
    const counts = await threads.run(CHUNK, {});
    expect(counts).toMatchObject({ rows: 2, written: 1, rejects: 1 });
    expect(lines).toEqual([{ chunk: 'Order/0' }]);
    expect(options.meter).toMatchObject({ rows: 2, written: 1 });
  });

  it('count what this thread writes besides, which may take a chunk when they have more under way', async () => {
    const { options } = run(
      script(`post({ kind: 'meter', meter: { ...workerData.meter, rows: 2, full: true,
        throttles: [{ reason: 'provisioned', index: null, requests: 3 }] } });`),
      { setup: { meter: createMeter() } },
    );
    await using threads = await Threads.start(options);
    expect(threads.fewest).toBe(0);
    threads.run(CHUNK, {}).catch(() => undefined); // is never done
    expect(threads.fewest).toBe(1);
    await expect.poll(() => options.meter.rows).toBe(2);
    const own = createMeter();
    own.rows = 5;
    threads.count(own);
    own.rows = 7;
    threads.count(own);
    expect(options.meter).toMatchObject({ rows: 9, full: true, throttles: [{ requests: 3 }] });
  });

  it('throw what a chunk threw, with its code, so that it can be tried again', async () => {
    const { options, failures } = run(
      script(`post({
        kind: 'lost', chunk: m.chunk.id, meter: workerData.meter,
        error: { code: 'SOURCE_LOST', message: 'gone', hint: 'wait' },
      });`),
      { setup: { meter: createMeter() } },
    );
    await using threads = await Threads.start(options);
    await expect(threads.run(CHUNK, {})).rejects.toMatchObject({ code: 'SOURCE_LOST', hint: 'wait' });
    expect(failures).toEqual([]);
  });

  it.each([
    ['ends its process', 'process.exit(7)', /thread 1 has died: .*code 7/],
    ['throws where nobody catches it', 'setTimeout(() => { throw new Error("oh") })', /has died: oh/],
    ['has no memory left', 'const all = []; for (;;) all.push(new Array(1000).fill({}))', /memory/],
  ])('end the run when one of them %s', { timeout: 60_000 }, async (_, does, message) => {
    const { options, failures } = run(script(does), { memoryMb: 32 });
    await using threads = await Threads.start(options);
    await expect(threads.run(CHUNK, {})).rejects.toMatchObject({
      code: 'RUN_THREAD',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('--resume'),
    });
    expect(failures).toHaveLength(1);
  });

  it('do not begin where one of them cannot open its parts', async () => {
    const failing = script('').href.replace(
      encodeURIComponent("post({ kind: 'ready' });"),
      encodeURIComponent("post({ kind: 'failed', error: { code: 'SOURCE_CONNECT', message: 'refused' } });"),
    );
    const { options } = run(new URL(failing), { count: 2 });
    await expect(Threads.start(options)).rejects.toMatchObject({ code: 'SOURCE_CONNECT' });
  });

  it('let go of every chunk when the run is over', async () => {
    const { options, end } = run(script(''), { count: 2 });
    await using threads = await Threads.start(options);
    const waiting = [threads.run(CHUNK, {}), threads.run({ ...CHUNK, id: 'Order/1' }, {})];
    end.abort(new Error('over'));
    for (const one of waiting) await expect(one).rejects.toThrow('over');
    await expect(threads.run(CHUNK, {})).rejects.toThrow('over');
  });

  it.each(['write', 'read'] as const)(
    'spend from one bucket to %s, in the order in which they ask',
    async (limit) => {
      const taken: number[] = [];
      const told: unknown[] = [];
      const bounded = rateLimit(1000, systemClock);
      const { options } = run(
        script(`
        const limit = workerData.limit;
        if (m.kind === 'granted' && m.limit === limit) post({ kind: 'settle', limit, taken: 25, consumed: 20, leftShare: 0 });
        if (m.kind === 'granted') post({ kind: 'done', chunk: globalThis.chunk, counts: ${COUNTS}, meter: workerData.meter });
        else { globalThis.chunk = m.chunk.id; post({ kind: 'take', limit, ticket: 1, units: 25 }); }
      `),
        {
          count: 2,
          setup: { meter: createMeter(), limit },
          limits: {
            write: UNBOUNDED,
            read: UNBOUNDED,
            [limit]: {
              ...bounded,
              rate: 1000,
              take: async (units: number) => void taken.push(units),
              settle: (...units: readonly number[]) => void told.push(units),
            },
          },
        },
      );
      await using threads = await Threads.start(options);
      await Promise.all([threads.run(CHUNK, {}), threads.run({ ...CHUNK, id: 'Order/1' }, {})]);
      expect(taken).toEqual([25, 25]);
      expect(told).toEqual([
        [25, 20, 0],
        [25, 20, 0],
      ]);
    },
  );
});
