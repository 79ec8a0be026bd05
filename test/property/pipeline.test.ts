import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runInProcess } from '../../src/executor/in-process.js';
import type { EntityMapper } from '../../src/mapping/mapper.js';
import { createMeter } from '../../src/pipeline/meter.js';
import { runChunk } from '../../src/pipeline/pipeline.js';
import { rateLimit } from '../../src/pipeline/rate.js';
import { rejectFuse } from '../../src/pipeline/reject-fuse.js';
import { Writer } from '../../src/pipeline/writer.js';
import { memorySink, type ScriptedOutcome } from '../../src/sink/memory/memory-sink.js';
import type { Chunk, RowTree, Snapshot } from '../../src/source/source.js';
import { addCounts, type Counts, NO_COUNTS, type RejectLine, type RunState } from '../../src/state/state.js';
import { silentLogger } from '../../src/support/log.js';
import { itemOf, THINGS } from '../support/items.js';
import { manualClock } from '../support/manual-clock.js';

/** More runs for a soak: `TABLEFOLD_SOAK=20000 npx vitest run test/property/pipeline.test.ts` */
const RUNS = Number(process.env['TABLEFOLD_SOAK'] ?? 150);

/** A row says what its two copies become: an item with this key, a reject of the mapper, or nothing. */
type Copy = number | 'reject' | 'skip';
type Plan = readonly (readonly (readonly [Copy, Copy])[])[];

interface Scenario {
  readonly chunks: Plan;
  readonly script: readonly ScriptedOutcome[];
  readonly policy: 'overwrite' | 'insert-only';
  readonly concurrency: number;
  readonly sourceConcurrency: number;
  readonly maxPendingBytes: number;
  readonly batchItems: number;
  readonly unitsPerSecond: number | null;
  /** The call of `write` that aborts the run, or null. */
  readonly abortAt: number | null;
  /** Text of an item, so that the byte gate closes. */
  readonly textLength: number;
}

const copy: fc.Arbitrary<Copy> = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 1, arbitrary: fc.constant('reject' as const) },
  { weight: 1, arbitrary: fc.constant('skip' as const) },
);

const outcome: fc.Arbitrary<ScriptedOutcome> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'written' } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('unprocessed' as const),
      count: fc.integer({ min: 1, max: 25 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constant({ kind: 'throttled', reason: 'TableWriteKeyRangeThroughputExceeded' } as const),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('trouble' as const),
      trouble: fc.constant('reset'),
      landed: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reject' as const),
      positions: fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { maxLength: 5 }),
      reason: fc.constant('refused'),
    }),
  },
);

const scenario: fc.Arbitrary<Scenario> = fc.record({
  chunks: fc.array(fc.array(fc.tuple(copy, copy), { maxLength: 60 }), { maxLength: 8 }),
  script: fc.array(outcome, { maxLength: 30 }),
  policy: fc.constantFrom('overwrite' as const, 'insert-only' as const),
  concurrency: fc.integer({ min: 1, max: 6 }),
  sourceConcurrency: fc.integer({ min: 1, max: 4 }),
  maxPendingBytes: fc.constantFrom(1, 2_000, 1_000_000),
  batchItems: fc.constantFrom(1, 3, 25),
  unitsPerSecond: fc.option(fc.integer({ min: 1, max: 200 })),
  abortAt: fc.option(fc.integer({ min: 1, max: 20 }), { freq: 3 }),
  textLength: fc.constantFrom(0, 300),
});

const MAPPER: EntityMapper = {
  entity: 'Thing',
  copies: ['a', 'b'],
  query: {} as EntityMapper['query'], // the snapshot below looks at the chunk alone
  map({ row: [name, ...copies] }, into) {
    for (const text of copies) {
      const origin = { table: 'things', key: [String(name)] };
      const reject = {
        entity: 'Thing',
        copy: 'a',
        origin,
        key: null,
        code: 'KEY_NULL',
        reason: 'null',
      } as const;
      if (text === 'skip') into.skipped += 1;
      else if (text === 'reject') into.rejects.push(reject);
      else into.items.push({ ...itemOf(...(JSON.parse(String(text)) as [string, string, string])), origin });
    }
  },
};

function snapshotOf(chunks: Plan, textLength: number): Snapshot {
  return {
    consistent: true,
    position: null,
    readers: 1,
    async *planChunks() {
      for (const at of chunks.keys()) yield { entity: 'Thing', id: `Thing/${at}`, range: { at } };
    },
    async *readChunk(_query, { range }) {
      const rows = chunks[Number(range['at'])] ?? [];
      for (let start = 0; start < rows.length; start += 7) {
        await new Promise((resolve) => setImmediate(resolve));
        const page = rows.slice(start, start + 7).map((copies, offset): RowTree => {
          const name = `${range['at']}/${start + offset}`;
          const cells = copies.map((one, which) =>
            typeof one === 'number'
              ? JSON.stringify([`K${one}`, 'A', `${name}/${which}`.padEnd(textLength)])
              : one,
          );
          return { row: [name, ...cells], children: [], overflow: false };
        });
        yield { rows: page, bytes: 0 };
      }
    },
    countRows: async () => 0,
    greatest: async () => null,
    measure: async () => ({ rows: 0, columns: [] }),
    select: async () => ({ columns: [], rows: [], more: false }),
    async [Symbol.asyncDispose]() {},
  };
}

interface Ended {
  readonly done: ReadonlyMap<string, Counts>;
  readonly lines: readonly RejectLine[];
  readonly failure: unknown;
}

async function run(given: Scenario) {
  const clock = manualClock();
  const meter = createMeter();
  const end = new AbortController();
  let calls = 0;
  const sink = memorySink({
    table: THINGS,
    script: given.script,
    limits: { batchItems: given.batchItems, batchBytes: 1_000_000 },
    before: async (_batch, signal) => {
      calls += 1;
      await new Promise((resolve) => setImmediate(resolve));
      if (calls === given.abortAt) end.abort(new Error('aborted by the test'));
      signal.throwIfAborted();
    },
  });
  const done = new Map<string, Counts>();
  const lines: RejectLine[] = [];
  const state: RunState = {
    record: null,
    scratch: null,
    saveCollisions: async () => undefined,
    begin: async () => undefined,
    resume: async () => undefined,
    snapshot: async () => undefined,
    planned: () => undefined,
    plannedAll: () => undefined,
    reject: (line) => void lines.push(line),
    done: async ({ id }, counts) => void done.set(id, counts),
    keep: async () => undefined,
    finish: async () => undefined,
    async [Symbol.asyncDispose]() {},
  };
  const writer = new Writer(await sink.openWriter(given.policy), {
    concurrency: given.concurrency,
    maxPendingBytes: given.maxPendingBytes,
    retry: { baseMs: 10, capMs: 1000, patienceMs: 3_600_000 },
    rate: rateLimit(given.unitsPerSecond ?? Number.POSITIVE_INFINITY, clock),
    clock,
    meter,
    log: silentLogger,
    signal: end.signal,
    fail: (error) => end.abort(error),
  });
  const snapshot = snapshotOf(given.chunks, given.textLength);
  const fuse = rejectFuse(undefined, 0, () => undefined);
  const context = { writer, state, meter, fuse, signal: end.signal };
  let failure: unknown = null;
  try {
    const chunks = snapshot.planChunks(MAPPER.query, { rowsPerChunk: 1 });
    await runInProcess(chunks, given.sourceConcurrency, (chunk: Chunk) =>
      runChunk(chunk, MAPPER, snapshot, context),
    );
  } catch (error) {
    failure = error;
  }
  await writer.idle();
  const ended: Ended = { done, lines, failure };
  return { ended, meter, sink };
}

/** What the mapper makes of a chunk. */
function madeOf(rows: Plan[number]) {
  const copies = rows.flat();
  return {
    items: copies.filter((one) => typeof one === 'number').length,
    skipped: copies.filter((one) => one === 'skip').length,
    rejects: copies.filter((one) => one === 'reject').length,
  };
}

describe('the pipeline under random trouble', () => {
  it('settles every item exactly once, and its counts, the meter and the reject log agree', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { ended, meter, sink } = await run(given);
        const { done, lines, failure } = ended;
        expect(failure === null ? null : String(failure)).toBe(
          failure === null ? null : 'Error: aborted by the test',
        );
        if (failure === null) expect(done.size).toBe(given.chunks.length);

        for (const [at, rows] of given.chunks.entries()) {
          const counts = done.get(`Thing/${at}`);
          if (counts === undefined) continue;
          const made = madeOf(rows);
          const refused = counts.rejects - made.rejects;
          expect(counts).toMatchObject({ rows: rows.length, skipped: made.skipped });
          expect(counts.written + counts.held + refused).toBe(made.items);
          expect(lines.filter(({ chunk }) => chunk === `Thing/${at}`)).toHaveLength(counts.rejects);
        }
        expect(meter).toMatchObject({ batches: 0, backingOff: 0, rateLimited: 0 });
        if (failure !== null) return;

        const { rows, written, skipped, held, rejects, bytes, units } = [...done.values()].reduce(
          addCounts,
          NO_COUNTS,
        );
        expect(meter).toMatchObject({ rows, written, skipped, held, rejects, bytes, pendingBytes: 0 });
        // A request whose reply was lost may have cost what no item is charged with.
        expect(meter.units).toBeGreaterThan(units - 1);
        expect(meter.chunksDone).toBe(given.chunks.length);
        // Whatever was acknowledged is there; what was refused every time is not.
        const keys = new Set(given.chunks.flat(2).filter((one) => typeof one === 'number'));
        expect(sink.items.size).toBeLessThanOrEqual(keys.size);
        if (rejects === 0) expect(sink.items.size).toBe(keys.size);
      }),
      { numRuns: RUNS, timeout: 5_000 },
    );
  });

  it('ends with the error of the sink, whenever it comes, and leaves nothing under way', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, fc.nat(15), async (given, at) => {
        const error = new Error('table is gone');
        const script = [...given.script.slice(0, at), { kind: 'fail', error } as const];
        const { ended, meter, sink } = await run({ ...given, script, abortAt: null });
        const reached = sink.batches.length >= script.length;
        expect(ended.failure).toBe(reached ? error : null);
        expect(meter).toMatchObject({ batches: 0, backingOff: 0, rateLimited: 0 });
      }),
      { numRuns: RUNS, timeout: 5_000 },
    );
  });
});
