import { randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WireItem } from '../../../src/item/attribute-value.js';
import type { LoadedMapping } from '../../../src/mapping/load-mapping.js';
import type { Mapping } from '../../../src/mapping/mapping.js';
import { diff } from '../../../src/operations/diff.js';
import type { Difference, DiffReport } from '../../../src/operations/diff-report.js';
import { type DiffRunOptions, openDiffRun } from '../../../src/operations/diff-run.js';
import { migrate } from '../../../src/operations/migrate.js';
import { status } from '../../../src/operations/status.js';
import { type MemorySink, memorySink } from '../../../src/sink/memory/memory-sink.js';
import type { Sink } from '../../../src/sink/sink.js';
import { memorySource } from '../../../src/source/memory/source.js';
import type { Row, Source } from '../../../src/source/source.js';
import type { Column, ColumnType, SourceSchema } from '../../../src/source/source-schema.js';
import { fileState } from '../../../src/state/file/file-state.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { createLogger } from '../../../src/support/log.js';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.js';

const column = (name: string, type: ColumnType, nullable = false): Column => ({
  ...{ name, type, nullable, nativeType: 'x', generated: false },
});
const BIGINT: ColumnType = { kind: 'integer', bits: 64, unsigned: false };
const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };
const table = (name: string, columns: readonly Column[]) => ({
  ...{ schema: 'main', name, kind: 'table' as const, columns, primaryKey: ['id'], uniqueKeys: [] },
  ...{ foreignKeys: [], indexes: [['id']], estimatedRows: 100 },
});
const SCHEMA: SourceSchema = {
  dialect: 'memory',
  defaultSchema: 'main',
  tables: [
    table('customers', [column('id', BIGINT), column('name', TEXT)]),
    table('orders', [column('id', BIGINT), column('rep', TEXT, true), column('note', TEXT)]),
  ],
};
const MAPPING: Mapping = {
  version: 1,
  table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
  entities: {
    Customer: { from: 'customers', items: { main: { key: { pk: 'CUSTOMER#{id}', sk: 'PROFILE' } } } },
    Order: {
      from: 'orders',
      items: {
        main: { key: { pk: 'ORDER#{id}', sk: 'ORDER' } },
        byRep: { key: { pk: 'REP#{rep}', sk: 'ORDER#{id}' } },
        // Two rows make it, so that all keys are compared first.
        byNote: { key: { pk: 'NOTE#{note}', sk: 'ORDER' } },
      },
    },
  },
};

const loaded = (change: Partial<LoadedMapping> = {}): LoadedMapping => ({
  ...{ mapping: MAPPING, file: 'shop.yaml', digest: 'mapping', place: () => null },
  ...change,
});

const customers: readonly Row[] = Array.from({ length: 10 }, (_, at) => [String(at + 1), `name ${at}`]);
const orders = (change: (id: number) => readonly string[] | null = () => null): readonly Row[] =>
  Array.from({ length: 60 }, (_, at) => {
    const id = at + 1;
    const note = id % 30 === 0 ? 'twice' : `note ${id}`;
    return [String(id), id % 10 === 0 ? null : `r${id % 3}`, ...(change(id) ?? [note])];
  });

/** Chunks of 7 rows in pages of 3, and pages of 5 items; `step` is told of each before it is read. */
function sourceOf(step: () => Promise<void>, rows: readonly Row[] = orders()): Source {
  const source = memorySource({ schema: SCHEMA, tables: { customers: [...customers], orders: [...rows] } });
  return {
    ...source,
    async openSnapshot(options) {
      const snapshot = await source.openSnapshot(options);
      return {
        ...snapshot,
        planChunks: (query, plan) =>
          snapshot.planChunks(query, plan.keys === undefined ? { ...plan, rowsPerChunk: 7 } : plan),
        async *readChunk(query, chunk, how) {
          const pages = snapshot.readChunk(query, chunk, how);
          for await (const { rows: all, ...page } of pages) {
            for (let at = 0; at < all.length; at += 3) {
              await step();
              yield { ...page, rows: [...all].slice(at, at + 3) };
            }
          }
        },
      };
    },
  };
}

function sinkOf(sink: Sink, step: () => Promise<void>): Sink {
  return {
    ...sink,
    async openReader() {
      const reader = await sink.openReader();
      return reader === null
        ? null
        : {
            ...reader,
            async get(keys, signal) {
              await step();
              return reader.get(keys, signal);
            },
            async scan(position, signal) {
              await step();
              const { items, next, ...page } = await reader.scan(position, signal);
              const last = items[4];
              if (last === undefined || items.length === 5) return { ...page, items, next };
              const { pk, sk } = last;
              return { ...page, items: items.slice(0, 5), next: { pk, sk } as WireItem };
            },
          };
    },
  };
}

const KILLED = 'killed';
/** Ends everything at the step of that number, after `then`. */
function stopAt(number: number, then: () => Promise<void> = async () => undefined) {
  let steps = 0;
  return async () => {
    await delay(3); // for a checkpoint
    steps += 1;
    if (steps < number) return;
    if (steps === number) await then();
    throw new Error(KILLED);
  };
}
const quietly = async () => undefined;

describe('a diff that is kept', () => {
  const signal = new AbortController().signal;
  let sink: MemorySink;
  let folder: TemporaryFolder;
  let calm: { readonly report: DiffReport; readonly differences: readonly Difference[] };

  beforeAll(async () => {
    sink = memorySink({ table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk', indexes: [] } });
    const old = sourceOf(
      quietly,
      orders((id) => (id % 4 === 0 ? ['old'.concat(String(id))] : null)),
    );
    await migrate({ mapping: loaded(), source: old, sink, state: memoryState(), signal });
    const repairer = await sink.openRepairer();
    for (const [at, item] of [...sink.items.values()].entries()) {
      if (at % 9 === 0) await repairer?.remove(item, signal);
      else if (at % 5 === 0) {
        const { pk, sk } = item;
        await repairer?.update(
          { pk, sk } as WireItem,
          [{ name: 'seen', seen: null, wanted: { S: 'x' } }],
          signal,
        );
      }
    }
    const differences: Difference[] = [];
    const onDifference = async (difference: Difference) => void differences.push(difference);
    const report = await diff({
      ...{ mapping: loaded(), source: sourceOf(quietly), sink: sinkOf(sink, quietly), onDifference, signal },
    });
    calm = { report, differences };
    expect(differences.length).toBeGreaterThan(30);
  });
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder[Symbol.asyncDispose]());

  const options = (state: string, change: Partial<DiffRunOptions> = {}): DiffRunOptions => ({
    mapping: loaded(),
    source: sourceOf(quietly),
    sink: sinkOf(sink, quietly),
    store: fileState(state),
    checkpointMs: 1,
    goOn: 'GO ON',
    signal,
    ...change,
  });
  const run = async (opened: DiffRunOptions) => {
    await using diffRun = await openDiffRun(opened);
    const differences: Difference[] = [];
    const onDifference = async (difference: Difference) => void differences.push(difference);
    const { mapping, source, sink: table, signal: stop } = opened;
    const report = await diff({ mapping, source, sink: table, run: diffRun, onDifference, signal: stop });
    await diffRun.finish();
    return { report, differences };
  };
  const newPlace = () => join(folder.path, randomUUID());
  const stopped = (step: () => Promise<void>) => ({ source: sourceOf(step), sink: sinkOf(sink, step) });
  /** All that does not depend on when and how often it was read. */
  const lasting = ({ report, differences }: typeof calm) => {
    const { durationMs, snapshots, consistent, collisions, ...rest } = report;
    return { ...rest, differences, collisions: { ...collisions, durationMs: 0, file: null } };
  };

  it('says what one says that is not kept, and leaves no files of what it read', async () => {
    const state = newPlace();
    const kept = await run(options(state));
    expect(lasting(kept)).toEqual(lasting(calm));
    expect(kept.report).toMatchObject({ consistent: true, snapshots: [{ why: 'begun' }] });
    expect((await readdir(join(state, 'shop.diff'))).filter((name) => name.endsWith('.spill'))).toEqual([]);
    expect((await status(fileState(state))).runs).toMatchObject([
      { run: 'shop.diff', operation: 'diff', phase: 'finished', scan: { segments: 8, segmentsDone: 8 } },
    ]);
  });

  it('goes on from wherever it failed, and says the same', async () => {
    let resumes = 0;
    for (let step = 1; ; step += 6) {
      const state = newPlace();
      const first = await run(options(state, stopped(stopAt(step)))).catch((error: unknown) => error);
      if (!(first instanceof Error)) break;
      expect(first.message).toContain(KILLED);
      const second = await run(options(state, { mode: 'resume' }));
      expect(lasting(second), `step ${step}`).toEqual(lasting(calm));
      resumes += 1;
    }
    expect(resumes).toBeGreaterThan(8);
  });

  it.each([3, 8, 21])(
    'goes on from what a kill leaves on the disk, torn tails too, every %i steps',
    async (every) => {
      let state = newPlace();
      // The first gets past the comparing of keys, which is done in one go.
      let over = await killed(state, undefined, 60);
      expect((await fileState(state).read('shop.diff'))?.record.kept).toMatchObject({ segments: null });
      for (let kills = 1; over === null && kills < 12; kills += 1)
        over = await killed(state, 'resume', every);
      over ??= await run(options(state, { mode: 'resume' }));
      expect(lasting(over)).toEqual(lasting(calm));

      /** Null, and `state` is what a kill in the middle of that step would have left. */
      async function killed(from: string, mode: 'resume' | undefined, step: number) {
        const left = newPlace();
        const kill = async () => {
          // In one turn, as a kill is of one moment.
          cpSync(join(from, 'shop.diff'), join(left, 'shop.diff'), { recursive: true });
          for (const name of readdirSync(join(left, 'shop.diff'))) {
            if (name.startsWith('lock.')) rmSync(join(left, 'shop.diff', name));
            if (name.endsWith('.spill')) appendFileSync(join(left, 'shop.diff', name), 'torn');
          }
          state = left;
        };
        return run(options(from, { mode, ...stopped(stopAt(step, kill)) })).catch((error: unknown) => {
          expect(String(error)).toContain(KILLED);
          return null;
        });
      }
    },
  );

  it('reads nothing twice that it has kept, and says of how many moments its rows are', async () => {
    const state = newPlace();
    let steps = 0;
    const counting = async () => {
      steps += 1;
    };
    await run(options(newPlace(), stopped(counting)));
    const all = steps;
    await expect(run(options(state, stopped(stopAt(45))))).rejects.toThrow(KILLED);
    expect((await status(fileState(state))).runs).toMatchObject([{ phase: 'interrupted', scan: null }]);
    steps = 0;
    const { report } = await run(options(state, { mode: 'resume', ...stopped(counting) }));
    expect(steps).toBeLessThan(all - 30);
    expect(report).toMatchObject({ consistent: false, snapshots: [{ why: 'begun' }, { why: 'resumed' }] });
  });

  it('says on an interrupt what is kept and how to go on', async () => {
    const state = newPlace();
    const end = new AbortController();
    let steps = 0;
    const abort = async () => {
      steps += 1;
      await delay(1);
      if (steps === 45) end.abort(new Error('received SIGINT'));
    };
    const interrupted = run(options(state, { ...stopped(abort), signal: end.signal }));
    await expect(interrupted).rejects.toMatchObject({
      code: 'RUN_INTERRUPTED',
      message: expect.stringMatching(/^interrupted; \d+ rows are read and kept in .*shop\.diff$/),
      hint: 'Go on with: GO ON',
    });
    expect(lasting(await run(options(state, { mode: 'resume' })))).toEqual(lasting(calm));
  });

  it('says where it fails that what was read is kept, where there is anything', async () => {
    const state = newPlace();
    const said: string[] = [];
    const log = createLogger('warn', (line) => said.push(line));
    const fail = async (step: number) => {
      const opened = options(state, { ...stopped(stopAt(step)), mode: 'restart' });
      await using diffRun = await openDiffRun(opened);
      const { mapping, source, sink: table } = opened;
      const failed = diff({ mapping, source, sink: table, run: diffRun, log, signal });
      await expect(failed).rejects.toThrow(KILLED);
      return said.splice(0).map((line) => JSON.parse(line));
    };
    expect(await fail(1)).toEqual([]);
    expect(await fail(60)).toMatchObject([
      { kept: `${state}/shop.diff`, goOn: 'GO ON', msg: 'what was read is kept' },
    ]);
  });

  it('makes no difference of what changed between two processes', async () => {
    const state = newPlace();
    await expect(run(options(state, stopped(stopAt(95))))).rejects.toThrow(KILLED);
    expect((await status(fileState(state))).runs).toMatchObject([{ scan: { segments: 8 } }]);
    const [gone] = calm.differences.filter(({ kind, source }) => kind === 'orphan' && source === 'orders#4');
    // Its row has again the note that the item has.
    const source = sourceOf(
      quietly,
      orders((id) => (id === 4 ? ['old4'] : null)),
    );
    const { report, differences } = await run(options(state, { mode: 'resume', source }));
    const expected = calm.differences.filter(({ source: row }) => row !== 'orders#4');
    expect(gone).toBeDefined();
    expect(differences.filter(({ source: row }) => row !== 'orders#4')).toEqual(expected);
    expect(differences).not.toContainEqual(gone);
    expect(report.totals.changed).toBeGreaterThan(0);
  });

  it('counts what it had mended before it was killed as changed', async () => {
    const state = newPlace();
    const table = memorySink({ table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk', indexes: [] } });
    const writer = await table.openRepairer();
    for (const item of sink.items.values()) await writer?.create(item, signal);
    const mend = async (change: Partial<DiffRunOptions>) => {
      const opened = options(state, { sink: table, ...change });
      await using diffRun = await openDiffRun(opened);
      const { mapping, source, sink: mended } = opened;
      return await diff({ mapping, source, sink: mended, run: diffRun, repair: {}, signal });
    };
    // Killed when all of it is mended, before it says so.
    const first = await mend({});
    expect(first.repair?.created).toBeGreaterThan(0);
    const second = await mend({ mode: 'resume' });
    expect(second).toMatchObject({
      totals: { missing: 0, different: 0, orphans: first.totals.orphans },
      repair: { created: 0, updated: 0 },
    });
    expect(second.totals.changed).toBe(first.totals.missing + first.totals.different);
  });

  it('is held by one process at a time', async () => {
    const state = newPlace();
    await using _ = await openDiffRun(options(state));
    await expect(openDiffRun(options(state, { mode: 'resume' }))).rejects.toMatchObject({
      code: 'STATE_LOCKED',
    });
  });

  it('goes on with the same run: its id and when it began', async () => {
    const state = newPlace();
    await expect(run(options(state, stopped(stopAt(9))))).rejects.toThrow(KILLED);
    const [before] = (await status(fileState(state))).runs;
    await using again = await openDiffRun(options(state, { mode: 'resume' }));
    expect([again.runId, again.startedAt]).toEqual([before?.runId, before?.startedAt]);
  });

  describe('refuses', () => {
    let state: string;
    beforeEach(async () => {
      state = newPlace();
      await expect(run(options(state, stopped(stopAt(45))))).rejects.toThrow(KILLED);
    });
    const refused = async (change: Partial<DiffRunOptions>, code: string, message: RegExp) => {
      await expect(openDiffRun(options(state, change))).rejects.toMatchObject({
        ...{ code, message: expect.stringMatching(message), hint: expect.stringMatching(/\S/) },
      });
      // Nothing of it is lost by that.
      expect((await status(fileState(state))).runs).toMatchObject([{ phase: 'interrupted' }]);
    };

    it('to begin another over it unasked, and forgets it when asked', async () => {
      await refused({}, 'STATE_EXISTS', /interrupted/);
      expect(lasting(await run(options(state, { mode: 'restart' })))).toEqual(lasting(calm));
    });

    it('to go on with another mapping, source, table or entities, naming each', async () => {
      await refused(
        { mode: 'resume', mapping: loaded({ digest: 'x' }) },
        'STATE_OTHER_RUN',
        /mapping \(was mapping, is x\)/,
      );
      const source = { ...sourceOf(quietly), label: 'memory://other' };
      await refused({ mode: 'resume', source }, 'STATE_OTHER_RUN', /source database \(was \S+, is other\)/);
      const other = { ...sink, label: 'memory://archive' };
      await refused(
        { mode: 'resume', sink: other },
        'STATE_OTHER_RUN',
        /sink \(was memory:\/\/shop, is memory:\/\/archive\)/,
      );
      await refused({ mode: 'resume', entities: ['Order'] }, 'STATE_OTHER_RUN', /--entity/);
    });

    it('to go on where files are damaged or gone', async () => {
      const file = join(state, 'shop.diff', 'items.spill');
      await rm(file);
      await refused({ mode: 'resume' }, 'STATE_IO', /cannot be kept in .*ENOENT/);
    });

    it('to go on with one that is finished, or that never began', async () => {
      await run(options(state, { mode: 'resume' }));
      await expect(openDiffRun(options(state, { mode: 'resume' }))).rejects.toMatchObject({
        code: 'STATE_MISSING',
      });
      await run(options(state)); // a finished one needs no word to be forgotten
      await expect(openDiffRun(options(newPlace(), { mode: 'resume' }))).rejects.toMatchObject({
        code: 'STATE_MISSING',
      });
    });

    it('a sample, and a state without files', async () => {
      const { mapping, source, sink: held } = options(state);
      await using resumed = await openDiffRun(options(state, { mode: 'resume' }));
      const sample = { size: 5, seed: 1 };
      await expect(diff({ mapping, source, sink: held, run: resumed, sample, signal })).rejects.toMatchObject(
        {
          code: 'USAGE_COMBINATION',
        },
      );
      await expect(openDiffRun(options(state, { store: memoryState() }))).rejects.toMatchObject({
        code: 'STATE_LOCATION',
      });
    });
  });
});
