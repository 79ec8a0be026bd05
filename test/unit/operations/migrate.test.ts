import { afterEach, describe, expect, it, vi } from 'vitest';
import { derive } from '../../../src/mapping/derive.js';
import type { LoadedMapping } from '../../../src/mapping/load-mapping.js';
import type { Mapping } from '../../../src/mapping/mapping.js';
import { diff } from '../../../src/operations/diff.js';
import { type MigrateOptions, migrate } from '../../../src/operations/migrate.js';
import { plan } from '../../../src/operations/plan.js';
import { show } from '../../../src/operations/show.js';
import { status } from '../../../src/operations/status.js';
import { createMeter } from '../../../src/pipeline/meter.js';
import { type MemoryOptions, memorySink } from '../../../src/sink/memory/memory-sink.js';
import { memorySource } from '../../../src/source/memory/source.js';
import type { Row } from '../../../src/source/source.js';
import type { Column, ColumnType, SourceSchema } from '../../../src/source/source-schema.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';

const column = (name: string, type: ColumnType, nullable = false): Column => ({
  name,
  nativeType: 'x',
  type,
  nullable,
  generated: false,
});
const BIGINT: ColumnType = { kind: 'integer', bits: 64, unsigned: false };
const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };

const SCHEMA: SourceSchema = {
  dialect: 'memory',
  defaultSchema: 'main',
  tables: [
    {
      schema: 'main',
      name: 'orders',
      kind: 'table',
      columns: [column('id', BIGINT), column('rep', TEXT, true), column('note', TEXT)],
      primaryKey: ['id'],
      uniqueKeys: [],
      foreignKeys: [],
      indexes: [['id']],
      estimatedRows: 100,
    },
  ],
};

const MAPPING: Mapping = {
  version: 1,
  table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
  entities: {
    Order: {
      from: 'orders',
      items: {
        main: { key: { pk: 'ORDER#{id}', sk: 'ORDER' } },
        byRep: { key: { pk: 'REP#{rep}', sk: 'ORDER#{id}' } },
      },
    },
  },
};

const TABLE = { name: 'shop', partitionKey: 'pk', sortKey: 'sk', indexes: [] };

function loaded(mapping: Mapping = MAPPING): LoadedMapping {
  return { mapping, file: 'shop.yaml', digest: JSON.stringify(mapping), place: () => null };
}

/** Orders 1 … count; every tenth has no rep, so that its copy `byRep` is a reject. */
function orders(count: number): Row[] {
  return Array.from({ length: count }, (_, at) => [
    String(at + 1),
    at % 10 === 9 ? null : `r${at % 3}`,
    'note',
  ]);
}

function setUp(count = 100, sinkOptions: Partial<MemoryOptions> = {}) {
  const sink = memorySink({ table: TABLE, ...sinkOptions });
  const state = memoryState();
  const end = new AbortController();
  const options: MigrateOptions = {
    mapping: loaded(),
    source: memorySource({ schema: SCHEMA, tables: { orders: orders(count) } }),
    sink,
    state,
    chunkSize: 7,
    signal: end.signal,
  };
  return { sink, state, end, options };
}

async function rejectLog(state: MigrateOptions['state']) {
  const lines = [];
  for await (const line of state.rejects('shop')) lines.push(line);
  return lines;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('migrate', () => {
  it('accounts for every row: items written plus rejects are all copies of all rows', async () => {
    const { sink, state, options } = setUp();
    const report = await migrate(options);
    expect(report.totals).toMatchObject({ rows: 100, written: 190, rejects: 10, skipped: 0, held: 0 });
    expect(report.entities).toMatchObject([{ entity: 'Order', chunks: 15, rows: 100 }]);
    expect(sink.items.size).toBe(190);
    const log = await rejectLog(state);
    expect(log.map(({ origin }) => Number(origin.key[0])).sort((a, b) => a - b)).toEqual([
      10, 20, 30, 40, 50, 60, 70, 80, 90, 100,
    ]);
    expect(log[0]).toMatchObject({ entity: 'Order', copy: 'byRep', code: 'KEY_NULL', key: null });
  });

  it('says the same as the plan that was made before it', async () => {
    const { options } = setUp();
    const before = await plan(options);
    const after = await migrate(options);
    expect(before.totals).toMatchObject({
      rows: after.totals.rows,
      items: after.totals.written,
      rejects: after.totals.rejects,
      bytes: after.totals.bytes,
      writeUnits: after.totals.units,
    });
  });

  it('refuses a checkpoint that is there until it is told what to do with it, naming both ways', async () => {
    const { options } = setUp();
    await migrate(options);
    await expect(migrate(options)).rejects.toMatchObject({
      code: 'STATE_EXISTS',
      hint: expect.stringMatching(/--resume.*--restart/),
    });
  });

  it('resumes a finished run by saying so and writing nothing', async () => {
    const { sink, options } = setUp();
    const first = await migrate(options);
    const batches = sink.batches.length;
    const again = await migrate({ ...options, mode: 'resume' });
    expect(again.totals).toEqual(first.totals);
    expect(again).toMatchObject({ consistent: true, resumes: 0 });
    expect(sink.batches.length).toBe(batches);
  });

  it('refuses rows that were named and are not there, before it writes anything', async () => {
    const { sink, options } = setUp();
    const missing = { ...options, selection: { keys: ['id=99', 'id=4711', 'id=4712'] } };
    for (const verb of [migrate, plan, show]) {
      await expect(verb(missing)).rejects.toMatchObject({
        code: 'RUN_KEY_MISSING',
        message: expect.stringMatching(/^orders#4711, orders#4712:/),
      });
    }
    expect(sink.items.size).toBe(0);
    expect(await options.state.read('shop.canary')).toBeNull();
    const found = await migrate({ ...options, selection: { keys: ['id=99'] } });
    expect(found.totals.rows).toBe(1);
  });

  it('refuses to resume where there is nothing', async () => {
    const { options } = setUp();
    await expect(migrate({ ...options, mode: 'resume' })).rejects.toMatchObject({ code: 'STATE_MISSING' });
  });

  it('refuses a table with items of its entities, before it writes or records anything', async () => {
    const { state, options } = setUp();
    await migrate(options);
    await expect(migrate({ ...options, state: memoryState() })).rejects.toMatchObject({
      code: 'SINK_NOT_EMPTY',
    });
    await expect(migrate({ ...options, mode: 'restart' })).rejects.toMatchObject({ code: 'SINK_NOT_EMPTY' });
    // The finished run is still on record.
    expect((await status(state)).runs).toMatchObject([{ phase: 'finished' }]);
  });

  it('holds back what is there already with insert-only', async () => {
    const { sink, options } = setUp(10);
    await migrate(options);
    const before = new Map(sink.items);
    const changed = memorySource({
      schema: SCHEMA,
      tables: { orders: [...orders(10).slice(0, 9), ['10', 'r1', 'new']] },
    });
    const report = await migrate({ ...options, source: changed, mode: 'restart', existing: 'insert-only' });
    expect(report.totals).toMatchObject({ rows: 10, held: 1, rejects: 0 });
    for (const [key, item] of before) expect(sink.items.get(key)).toEqual(item);
    expect(sink.items.size).toBe(20);
  });

  it('looks first with only-changed: writes what differs, keeps what the application added, and then nothing', async () => {
    const { sink, options } = setUp(10);
    await migrate(options);
    const keyOf = (pk: string) => JSON.stringify({ pk: { S: pk }, sk: { S: 'ORDER' } });
    const before = new Map(sink.items);
    const repairer = await sink.openRepairer();
    const { signal } = options;
    const added = [{ name: 'seenBy', seen: null, wanted: { SS: ['x'] } }] as const;
    for (const pk of ['ORDER#1', 'ORDER#2']) await repairer?.update(JSON.parse(keyOf(pk)), added, signal);
    await repairer?.remove(before.get(keyOf('ORDER#3'))!, signal);
    const source = memorySource({
      schema: SCHEMA,
      tables: { orders: orders(10).map((row) => (row[0] === '1' ? ['1', row[1] ?? null, 'new'] : row)) },
    });
    const again = { ...options, source, mode: 'restart', existing: 'only-changed' } as const;
    const meter = createMeter();
    const batches = sink.batches.length;
    const report = await migrate({ ...again, meter });
    // Both copies of order 1, and the one of order 3 that was gone.
    expect(report.totals).toMatchObject({ rows: 10, written: 3, held: 16, rejects: 1 });
    expect(report.onlyChanged).toEqual({ unchanged: 16, savedWriteUnits: 16, readUnits: 19 });
    expect(sink.batches.slice(batches).flat()).toHaveLength(3);
    expect(sink.items.get(keyOf('ORDER#1'))).toMatchObject({ note: { S: 'new' }, seenBy: { SS: ['x'] } });
    expect(sink.items.get(keyOf('ORDER#2'))).toMatchObject({ note: { S: 'note' }, seenBy: { SS: ['x'] } });
    expect(sink.items.get(keyOf('ORDER#3'))).toEqual(before.get(keyOf('ORDER#3')));

    const second = await migrate({ ...again, meter: createMeter() });
    expect(second.totals).toMatchObject({ written: 0, held: 19, units: 0 });
    expect(sink.batches.slice(batches).flat()).toHaveLength(3);
    expect((await diff({ mapping: options.mapping, source, sink, signal })).totals).toMatchObject({
      missing: 0,
      different: 0,
    });
  });

  it('ends in order when it is aborted, keeps what is done, and resumes to the same table', async () => {
    const { sink, state, end, options } = setUp(100, {
      before: () => {
        if (sink.items.size > 60) end.abort(new Error('Ctrl-C'));
      },
    });
    await expect(migrate({ ...options, sourceConcurrency: 2 })).rejects.toMatchObject({
      code: 'RUN_INTERRUPTED',
    });
    expect((await status(state)).runs).toMatchObject([{ phase: 'interrupted', holder: null }]);
    const done = (await status(state)).runs[0]?.totals.rows ?? 0;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(100);

    const meter = createMeter();
    const { signal } = new AbortController();
    const report = await migrate({ ...options, signal, mode: 'resume', meter });
    expect(report.totals).toMatchObject({ rows: 100, written: 190, rejects: 10 });
    expect(report).toMatchObject({ consistent: false, resumes: 1 });
    expect([meter.rowsBefore, meter.rows]).toEqual([done, 100 - done]);
    expect(report.chunksReadAgain.length).toBeGreaterThan(0);
    expect(sink.items.size).toBe(190);
    expect(await rejectLog(state)).toHaveLength(10);
  });

  it('leaves out what had expired when the run began, also after a resume, and the comparison agrees', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 60_999 });
    const mapping = loaded({
      ...MAPPING,
      table: { ...MAPPING.table, timeToLive: { attribute: 'until', expired: 'skip' } },
      entities: {
        Order: {
          from: 'orders',
          attributes: { until: derive(['id'], ({ id }) => id, { as: 'number' }) },
          items: { main: { key: { pk: 'ORDER#{id}', sk: 'ORDER' } } },
        },
      },
    });
    const { sink, end, options } = setUp(100, {
      before: () => {
        if (sink.items.size > 10) end.abort(new Error('Ctrl-C'));
      },
    });
    const planned = await plan({ ...options, mapping });
    expect(planned.totals).toMatchObject({ rows: 100, items: 40 });
    expect(planned.entities).toMatchObject([{ skipped: 60 }]);
    await expect(migrate({ ...options, mapping })).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' });
    expect(sink.items.size).toBeLessThan(40);

    vi.setSystemTime(90_000);
    const { signal } = new AbortController();
    const report = await migrate({ ...options, mapping, signal, mode: 'resume' });
    expect(report.totals).toMatchObject({ rows: 100, written: 40, skipped: 60, rejects: 0 });
    expect(
      [...sink.items.values()].map((item) => Number(item['until']?.['N'])).sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 40 }, (_, at) => at + 61));
    const { source } = options;
    const compared = await diff({ mapping, source, sink, signal });
    expect(compared.totals).toMatchObject({ missing: 0, different: 0, orphans: 0 });
  });

  it('ends with the sink’s error when the sink ends it, whichever chunk noticed first', async () => {
    const gone = Object.assign(new Error('table is gone'), { code: 'SINK_TABLE_MISSING' });
    const { options } = setUp(100, { script: [{ kind: 'written' }, { kind: 'fail', error: gone }] });
    await expect(migrate(options)).rejects.toBe(gone);
  });

  it('ends the run at the first reject over --max-rejects, and can go on with more', async () => {
    const { options } = setUp();
    await expect(migrate({ ...options, maxRejects: 4 })).rejects.toMatchObject({
      code: 'RUN_TOO_MANY_REJECTS',
      message: expect.stringMatching(/copy byRep of \S*orders#\d+: .*KEY_NULL/),
      hint: expect.stringContaining('tablefold plan'),
    });
    const report = await migrate({ ...options, maxRejects: 10, mode: 'resume' });
    expect(report.totals).toMatchObject({ rows: 100, rejects: 10 });
  });

  it('refuses to resume with another mapping, entity list or sink, and says which changed', async () => {
    const { end, sink, options } = setUp(100, {
      before: () => {
        if (sink.items.size > 40) end.abort(new Error('stop'));
      },
    });
    await expect(migrate({ ...options, sourceConcurrency: 1 })).rejects.toThrow();
    const signal = new AbortController().signal;
    const other = loaded({ ...MAPPING, defaults: { nulls: 'null' } });
    await expect(migrate({ ...options, signal, mode: 'resume', mapping: other })).rejects.toMatchObject({
      code: 'STATE_OTHER_RUN',
      message: expect.stringContaining('the mapping'),
    });
    await expect(migrate({ ...options, signal, mode: 'resume', readBy: 'b' })).rejects.toMatchObject({
      code: 'STATE_OTHER_RUN',
      message: expect.stringContaining('the mapping that the items are read by (was undefined, is b)'),
    });
    const elsewhere = memorySink({ table: { ...TABLE, name: 'staging' } });
    await expect(migrate({ ...options, signal, mode: 'resume', sink: elsewhere })).rejects.toMatchObject({
      code: 'STATE_OTHER_RUN',
      message: expect.stringContaining('memory://shop'),
    });
  });

  it('keeps a canary apart from the run, and takes just the rows it is told', async () => {
    const { sink, state, options } = setUp();
    const first = await migrate({ ...options, selection: { limit: 5 } });
    expect(first.totals.rows).toBe(5);
    const named = await migrate({
      ...options,
      state: memoryState(),
      existing: 'overwrite',
      selection: { keys: ['id=42', 'id=77'] },
    });
    expect(named.totals.rows).toBe(2);
    expect([...sink.items.keys()].some((key) => key.includes('ORDER#77'))).toBe(true);
    const whole = await migrate({ ...options, existing: 'overwrite' });
    expect(whole.totals.rows).toBe(100);
    expect((await status(state)).runs.map(({ run }) => run).sort()).toEqual(['shop', 'shop.canary']);
  });

  it('writes nothing when the caller declines', async () => {
    const { sink, options } = setUp();
    const no = new Error('no');
    await expect(migrate({ ...options, onPrepared: () => Promise.reject(no) })).rejects.toBe(no);
    expect(sink.batches).toHaveLength(0);
  });

  it('handles an empty table as a run with nothing in it', async () => {
    const { options } = setUp(0);
    expect(await migrate(options)).toMatchObject({ totals: { rows: 0, written: 0 }, consistent: true });
  });

  it('lets go of the run lock only when no write is under way any more', async () => {
    let finish: () => void = () => undefined;
    const { state, end, options } = setUp(100, {
      before: () => {
        end.abort(new Error('Ctrl-C'));
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const ended = migrate({ ...options, concurrency: 1 });
    await expect.poll(() => end.signal.aborted).toBe(true);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await status(state)).runs).toMatchObject([{ phase: 'running' }]);
    finish();
    await expect(ended).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' });
    expect((await status(state)).runs).toMatchObject([{ phase: 'interrupted' }]);
  });

  it('waits in many places at once without a warning of Node', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error) => void warnings.push(warning.name);
    process.on('warning', listen);
    const script = Array.from({ length: 32 }, () => ({ kind: 'throttled', reason: 'x' }) as const);
    const { options } = setUp(1000, { script });
    await migrate({ ...options, chunkSize: 1000, concurrency: 32 });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});
