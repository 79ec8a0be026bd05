import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/source/source.js';
import {
  addCounts,
  type Counts,
  NO_COUNTS,
  type RejectLine,
  type RunHeader,
  type SnapshotTaken,
  type StateStore,
} from '../../src/state/state.js';

export function makeHeader(change: Partial<RunHeader> = {}): RunHeader {
  return {
    format: 1,
    runId: randomUUID(),
    operation: 'migrate',
    mappingDigest: 'mapping',
    schemaDigest: 'schema',
    source: 'postgres://localhost:5432/shop',
    sink: 'dynamodb://eu-central-1/shop',
    entities: ['Customer', 'Order'],
    options: { limit: null, keys: [], existing: 'overwrite' },
    startedAt: '2026-01-02T03:04:05.678Z',
    snapshots: [makeTaken({ why: 'begun', position: 'lsn:0/16B3748' })],
    ...change,
  };
}

export function makeChunk(entity: string, number: number, boundary: unknown = number * 100): Chunk {
  return { entity, id: `${entity}/${number}`, range: { after: [String(boundary)], ü: null } };
}

export function makeCounts(change: Partial<Counts> = {}): Counts {
  return { ...NO_COUNTS, rows: 100, written: 210, bytes: 43_210, units: 215.5, ...change };
}

export function makeReject(chunk: Chunk, key: number): RejectLine {
  return {
    chunk: chunk.id,
    entity: chunk.entity,
    copy: 'main',
    origin: { table: 'orders', key: [String(key)] },
    key: null,
    code: 'KEY_NULL',
    reason: 'column "région" is NULL\nand a line break',
  };
}

export function makeTaken(change: Partial<SnapshotTaken> = {}): SnapshotTaken {
  return {
    at: '2026-01-03T00:00:00.000Z',
    why: 'resumed',
    position: null,
    consistent: true,
    readers: 4,
    chunksReadAgain: [],
    ...change,
  };
}

const RESUME = makeTaken({ position: 'lsn:0/2', chunksReadAgain: ['Order/1'] });

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What every place that keeps runs has to keep. `open` gives one without runs, twice the same for one call. */
export function stateContract(name: string, open: () => Promise<StateStore>): void {
  describe(`${name} keeps the contract of a state store`, () => {
    let store: StateStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store[Symbol.asyncDispose]());

    const fresh = () => `run-${randomUUID()}`;

    it('knows nothing of a run that never began', async () => {
      const run = fresh();
      expect(await store.read(run)).toBeNull();
      expect(await collect(store.rejects(run))).toEqual([]);
      await using state = await store.open(run);
      expect(state.record).toBeNull();
      expect(await store.read(run)).toBeNull();
      expect(await store.list()).not.toContain(run);
    });

    it('keeps a note beside a run, which outlives the run and needs none', async () => {
      const [run, other] = [fresh(), fresh()];
      expect(await store.note(run, 'capacity')).toBeNull();
      await store.saveNote(run, 'capacity', null);
      await store.saveNote(run, 'capacity', { raised: 1, ü: ['"'] });
      await store.saveNote(other, 'capacity', { raised: 0 });
      await store.saveNote(run, 'capacity', { raised: 2 });
      await store.saveNote(run, 'control', { paused: true });
      expect(await store.note(run, 'capacity')).toEqual({ raised: 2 });
      expect(await store.list()).not.toContain(run);
      {
        await using state = await store.open(run);
        expect(state.record).toBeNull();
        await state.begin(makeHeader());
      }
      expect(await store.note(run, 'capacity')).toEqual({ raised: 2 });
      expect(await store.notes('capacity')).toEqual(expect.arrayContaining([run, other]));
      await store.saveNote(run, 'capacity', null);
      expect(await store.note(run, 'capacity')).toBeNull();
      expect(await store.note(run, 'control')).toEqual({ paused: true });
      expect(await store.notes('capacity')).not.toContain(run);
    });

    it('gives back what was recorded, to the bit', async () => {
      const run = fresh();
      const header = makeHeader();
      const [one, two, three] = [makeChunk('Order', 0), makeChunk('Order', 1), makeChunk('Order', 2)];
      {
        await using state = await store.open(run);
        await state.begin(header);
        for (const chunk of [one, two, three]) state.planned(chunk);
        state.plannedAll('Customer');
        await Promise.all([
          state.done(three, makeCounts({ units: 0.1 })),
          state.done(one, makeCounts({ units: 0.2, held: 3, dangling: 2, skipped: 1 })),
        ]);
      }
      await using state = await store.open(run);
      expect(state.record).toEqual({
        header,
        finishedAt: null,
        entities: {
          Customer: { planned: 0, plannedAll: true, last: null, done: 0, open: [], counts: NO_COUNTS },
          Order: {
            planned: 3,
            plannedAll: false,
            last: three,
            done: 2,
            open: [two],
            counts: addCounts(
              makeCounts({ units: 0.1 }),
              makeCounts({ units: 0.2, held: 3, dangling: 2, skipped: 1 }),
            ),
          },
        },
      });
      expect((await store.read(run))?.record).toEqual(state.record);
      expect(await store.list()).toContain(run);
    });

    it('keeps what the operation remembers, the last of it, with the chunks of the same turn', async () => {
      const run = fresh();
      const [one, two] = [makeChunk('Order', 0), makeChunk('Order', 1)];
      {
        await using state = await store.open(run);
        await state.begin(makeHeader());
        expect((await store.read(run))?.record.kept).toBeUndefined();
        for (const chunk of [one, two]) state.planned(chunk);
        await state.keep({ bytes: 1, ü: ['"'] });
        await Promise.all([state.done(one, makeCounts()), state.keep({ bytes: 2, after: null })]);
        expect((await store.read(run))?.record.kept).toEqual({ bytes: 2, after: null });
      }
      {
        await using state = await store.open(run);
        expect(state.record).toMatchObject({ kept: { bytes: 2 }, entities: { Order: { open: [two] } } });
        await state.resume(null);
        expect((await store.read(run))?.record).toEqual(state.record);
        await state.keep({ bytes: 3 });
      }
      {
        await using state = await store.open(run);
        expect(state.record?.kept).toEqual({ bytes: 3 });
        await state.begin(makeHeader());
        expect((await store.read(run))?.record.kept).toBeUndefined();
      }
    });

    it('keeps what was found about colliding keys for one run, whole or not at all', async () => {
      const run = fresh();
      const lines = async function* (fail: boolean) {
        yield '{"copies":["Order.main"]}';
        yield 'with \u2028 in it';
        if (fail) throw new Error('half-way');
      };
      {
        await using state = await store.open(run);
        expect(await store.collisions(run)).toBeNull();
        await state.begin(makeHeader());
        await expect(state.saveCollisions(lines(true))).rejects.toThrow('half-way');
        expect(await store.collisions(run)).toBeNull();
        await state.saveCollisions(lines(false));
      }
      {
        await using state = await store.open(run);
        await state.resume(RESUME);
        const kept = await store.collisions(run);
        expect(kept === null ? null : await collect(kept)).toEqual([
          '{"copies":["Order.main"]}',
          'with \u2028 in it',
        ]);
      }
      await using state = await store.open(run);
      await state.begin(makeHeader());
      expect(await store.collisions(run)).toBeNull();
    });

    it('goes on where the run ended, the resume noted in its header, `record` as it was found', async () => {
      const run = fresh();
      const header = makeHeader({ entities: ['Order'] });
      const [one, two] = [makeChunk('Order', 0), makeChunk('Order', 1)];
      {
        await using state = await store.open(run);
        await state.begin(header);
        state.planned(one);
        state.planned(two);
        await state.done(one, makeCounts());
        expect(state.record).toBeNull();
      }
      {
        await using state = await store.open(run);
        await state.resume(RESUME);
        await state.done(two, makeCounts());
        state.planned(makeChunk('Order', 2));
        await state.done(makeChunk('Order', 2), makeCounts());
        state.plannedAll('Order');
        await state.finish('2026-01-04T00:00:00.000Z');
        expect(state.record?.entities['Order']).toMatchObject({ done: 1, open: [two] });
        expect(state.record?.header.snapshots).toEqual(header.snapshots);
      }
      const kept = await store.read(run);
      expect(kept?.record).toMatchObject({
        header: { ...header, snapshots: [...header.snapshots, RESUME] },
        finishedAt: '2026-01-04T00:00:00.000Z',
        entities: { Order: { planned: 3, plannedAll: true, done: 3, open: [], counts: { rows: 300 } } },
      });
    });

    it('keeps the snapshots that the run went on with, in their order, through a resume', async () => {
      const run = fresh();
      const header = makeHeader({ entities: ['Order'] });
      const lost = makeTaken({ why: 'lost', position: 'lsn:0/3', chunksReadAgain: ['Order/7'] });
      const aged = makeTaken({ why: 'aged', consistent: false, position: null });
      {
        await using state = await store.open(run);
        await state.begin(header);
        await state.snapshot(lost);
        expect((await store.read(run))?.record.header.snapshots).toEqual([...header.snapshots, lost]);
      }
      {
        await using state = await store.open(run);
        await state.resume(RESUME);
        await state.snapshot(aged);
      }
      const kept = await store.read(run);
      expect(kept?.record.header.snapshots).toEqual([...header.snapshots, lost, RESUME, aged]);
    });

    it('gives the reject lines of done chunks, and never those of others', async () => {
      const run = fresh();
      const [one, two, three] = [makeChunk('Order', 0), makeChunk('Order', 1), makeChunk('Order', 2)];
      {
        await using state = await store.open(run);
        await state.begin(makeHeader());
        for (const chunk of [one, two, three]) state.planned(chunk);
        state.reject(makeReject(one, 1));
        state.reject(makeReject(two, 2));
        state.reject(makeReject(three, 3));
        state.reject(makeReject(one, 4));
        await state.done(one, makeCounts({ rejects: 2 }));
        expect(await collect(store.rejects(run))).toEqual([makeReject(one, 1), makeReject(one, 4)]);
        await state.done(three, makeCounts({ rejects: 1 }));
      }
      expect(await collect(store.rejects(run))).toEqual([
        makeReject(one, 1),
        makeReject(three, 3),
        makeReject(one, 4),
      ]);
      {
        await using state = await store.open(run);
        await state.resume(RESUME);
        state.reject(makeReject(two, 22));
        await state.done(two, makeCounts({ rejects: 1 }));
      }
      expect(await collect(store.rejects(run))).toEqual([
        makeReject(one, 1),
        makeReject(three, 3),
        makeReject(one, 4),
        makeReject(two, 22),
      ]);
    });

    it('does not bring back the lines of a chunk that was planned again with other boundaries', async () => {
      const run = fresh();
      {
        await using state = await store.open(run);
        await state.begin(makeHeader());
        state.planned(makeChunk('Order', 0, 'first'));
        state.reject(makeReject(makeChunk('Order', 0), 1));
      }
      await using state = await store.open(run);
      await state.resume(RESUME);
      const again = state.record?.entities['Order']?.open[0] ?? makeChunk('Order', 0, 'second');
      if (state.record?.entities['Order']?.planned === 0) state.planned(again);
      await state.done(again, makeCounts());
      expect(await collect(store.rejects(run))).toEqual([]);
    });

    it('forgets the former run wholly when another begins', async () => {
      const run = fresh();
      const chunk = makeChunk('Order', 0);
      {
        await using state = await store.open(run);
        await state.begin(makeHeader());
        state.planned(chunk);
        state.reject(makeReject(chunk, 1));
        await state.done(chunk, makeCounts({ rejects: 1 }));
      }
      const header = makeHeader({ entities: ['Order'] });
      await using state = await store.open(run);
      expect(state.record?.entities['Order']?.done).toBe(1);
      await state.begin(header);
      expect(await collect(store.rejects(run))).toEqual([]);
      state.planned(chunk);
      await state.done(chunk, makeCounts());
      const kept = await store.read(run);
      expect(kept?.record.header).toEqual(header);
      expect(kept?.record.entities['Order']).toMatchObject({ planned: 1, done: 1, counts: { rejects: 0 } });
      expect(await collect(store.rejects(run))).toEqual([]);
    });

    it('lets one process in at a time, names the holder and is free again afterwards', async () => {
      const run = fresh();
      const first = await store.open(run);
      await first.begin(makeHeader());
      await expect(store.open(run)).rejects.toMatchObject({
        code: 'STATE_LOCKED',
        message: expect.stringContaining(String(process.pid)),
        hint: expect.any(String),
      });
      expect((await store.read(run))?.holder).toContain(String(process.pid));
      await using other = await store.open(fresh());
      expect(other.record).toBeNull();
      await first[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
      expect((await store.read(run))?.holder).toBeNull();
      await using second = await store.open(run);
      expect(second.record).not.toBeNull();
    });

    it('can be read while the run is live', async () => {
      const run = fresh();
      await using state = await store.open(run);
      await state.begin(makeHeader());
      for (let number = 0; number < 20; number += 1) {
        const chunk = makeChunk('Order', number);
        state.planned(chunk);
        await state.done(chunk, makeCounts());
        expect((await store.read(run))?.record.entities['Order']?.done).toBe(number + 1);
      }
    });

    it('refuses what cannot be: a gap in the plan, a chunk done twice, a run finished with chunks left', async () => {
      const run = fresh();
      const chunk = makeChunk('Order', 0);
      await using state = await store.open(run);
      expect(() => state.planned(chunk)).toThrow(/not begun/);
      await state.begin(makeHeader());
      expect(() => state.planned(makeChunk('Order', 1))).toThrow('Order/0');
      expect(() => state.reject(makeReject(chunk, 1))).toThrow('not open');
      state.planned(chunk);
      await expect(state.finish('2026-01-04T00:00:00.000Z')).rejects.toThrow('chunks left');
      await state.done(chunk, makeCounts());
      await expect(state.done(chunk, makeCounts())).rejects.toThrow('not open');
      state.plannedAll('Order');
      await expect(state.finish('2026-01-04T00:00:00.000Z')).rejects.toThrow('Customer');
      state.plannedAll('Customer');
      await state.finish('2026-01-04T00:00:00.000Z');
      expect((await store.read(run))?.record.entities['Order']?.counts).toEqual(makeCounts());
    });

    it('takes only names that stay inside', async () => {
      for (const name of ['', '.', '..', 'a/b', '../a', 'a b', 'a\0', 'ä']) {
        await expect(store.open(name)).rejects.toMatchObject({ code: 'STATE_LOCATION' });
        await expect(store.read(name)).rejects.toMatchObject({ code: 'STATE_LOCATION' });
        await expect(collect(store.rejects(name))).rejects.toMatchObject({ code: 'STATE_LOCATION' });
      }
      await using state = await store.open(`A.b_c-9.${randomUUID()}`);
      expect(state.record).toBeNull();
    });

    it('lists runs in order', async () => {
      const names = [fresh(), fresh(), fresh()];
      for (const run of names) {
        await using state = await store.open(run);
        await state.begin(makeHeader());
      }
      const listed = await store.list();
      expect(listed.filter((run) => names.includes(run))).toEqual([...names].sort());
      expect(listed).toEqual([...listed].sort());
    });
  });
}
