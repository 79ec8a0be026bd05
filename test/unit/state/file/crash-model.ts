import { expect } from 'vitest';
import type { Chunk } from '../../../../src/source/source.js';
import type { RejectLine, RunRecord, RunState, StateStore } from '../../../../src/state/state.js';
import {
  collect,
  makeChunk,
  makeCounts,
  makeHeader,
  makeReject,
  makeTaken,
} from '../../../contract/state.contract.js';

/** What the caller of a run state knows: what it asked for, and what it was told is done. */
export type Note =
  | { readonly kind: 'begin'; readonly runId: string; readonly acknowledged: boolean }
  | { readonly kind: 'resume' }
  | { readonly kind: 'planned'; readonly chunk: Chunk }
  | { readonly kind: 'reject'; readonly line: RejectLine }
  | { readonly kind: 'done'; readonly chunk: string; readonly acknowledged: boolean }
  | { readonly kind: 'finish'; readonly acknowledged: boolean };

interface KnownRun {
  readonly runId: string;
  readonly planned: Map<string, Chunk>;
  readonly lines: Map<string, RejectLine[]>;
  readonly asked: Set<string>;
  readonly acknowledged: Set<string>;
  finish: 'no' | 'asked' | 'acknowledged';
}

/** The runs that may be found after these notes; null among them: that there is none. */
function possibleRuns(notes: readonly Note[]): (KnownRun | null)[] {
  let runs: (KnownRun | null)[] = [null];
  let run: KnownRun | null = null;
  for (const note of notes) {
    if (note.kind === 'begin') {
      if (note.acknowledged) runs = [run];
      else {
        run = {
          runId: note.runId,
          planned: new Map(),
          lines: new Map(),
          asked: new Set(),
          acknowledged: new Set(),
          finish: 'no',
        };
        runs = [...runs, null, run];
      }
    } else if (run === null) throw new Error('a run begins first');
    else if (note.kind === 'planned') run.planned.set(note.chunk.id, note.chunk);
    else if (note.kind === 'reject') {
      run.lines.set(note.line.chunk, [...(run.lines.get(note.line.chunk) ?? []), note.line]);
    } else if (note.kind === 'done') (note.acknowledged ? run.acknowledged : run.asked).add(note.chunk);
    else if (note.kind === 'finish') run.finish = note.acknowledged ? 'acknowledged' : 'asked';
    else for (const id of run.planned.keys()) if (!run.asked.has(id)) run.lines.delete(id);
  }
  return runs;
}

/** The record is a true prefix of what the notes say, and the reject log belongs to it. */
export async function expectTruth(store: StateStore, name: string, notes: readonly Note[]): Promise<void> {
  const possible = possibleRuns(notes);
  const found = await store.read(name);
  const lines = await collect(store.rejects(name));
  if (found === null) {
    expect(possible).toContain(null);
    expect(lines).toEqual([]);
    return;
  }
  const { record } = found;
  const run = possible.find((one) => one?.runId === record.header.runId);
  if (run === undefined || run === null) throw new Error(`run ${record.header.runId} was not to be found`);
  const done = doneIn(record);
  for (const id of run.acknowledged) expect(done).toContain(id);
  for (const id of done) expect(run.asked).toContain(id);
  for (const { open } of Object.values(record.entities)) {
    for (const chunk of open) expect(chunk).toEqual(run.planned.get(chunk.id));
  }
  const expected = done.flatMap((id) => run.lines.get(id) ?? []);
  expect(lines.map(keyOf).sort()).toEqual(expected.map(keyOf).sort());
  expect(sum(record, 'rejects')).toBe(expected.length);
  expect(sum(record, 'rows')).toBe(done.length);
  if (run.finish === 'acknowledged') expect(record.finishedAt).not.toBeNull();
  if (run.finish === 'no') expect(record.finishedAt).toBeNull();
}

/** Goes on with whatever is there to its end; chunks that were not recorded get other boundaries. */
export async function expectGoesOn(store: StateStore, name: string): Promise<void> {
  const before = await collect(store.rejects(name));
  const lines: RejectLine[] = [];
  {
    await using state = await store.open(name);
    if (state.record === null) await state.begin(makeHeader());
    else await state.resume(makeTaken());
    for (const entity of ENTITIES) {
      const progress = state.record?.entities[entity];
      const next = makeChunk(entity, progress?.planned ?? 0, 'other boundary');
      if (progress?.plannedAll !== true) state.planned(next);
      for (const chunk of [...(progress?.open ?? []), ...(progress?.plannedAll === true ? [] : [next])]) {
        const line = makeReject(chunk, 9_000_000 + lines.length);
        lines.push(line);
        state.reject(line);
        await state.done(chunk, makeCounts({ rows: 1, rejects: 1 }));
      }
      state.plannedAll(entity);
    }
    await state.finish('2026-02-01T00:00:00.000Z');
  }
  expect(await collect(store.rejects(name))).toEqual([...before, ...lines]);
  expect((await store.read(name))?.record.finishedAt).toBe('2026-02-01T00:00:00.000Z');
}

const ENTITIES = ['Customer', 'Order'] as const;

export type Command =
  | { readonly kind: 'plan'; readonly entity: number }
  | { readonly kind: 'reject'; readonly pick: number }
  | { readonly kind: 'done'; readonly pick: number }
  | { readonly kind: 'turn' | 'settle' | 'reopen' | 'restart' | 'finish' };

/** Does what the commands say, as a pipeline would, and notes what it asked for and was told. */
export async function perform(
  commands: readonly Command[],
  store: StateStore,
  name: string,
  note: (note: Note) => void,
): Promise<void> {
  let state = await store.open(name);
  let open: Chunk[] = [];
  let planned = [0, 0];
  let keys = 0;
  let rejects = new Map<string, number>();
  let finished = false;
  let underWay: Promise<void>[] = [];

  async function begin(): Promise<void> {
    const header = makeHeader();
    note({ kind: 'begin', runId: header.runId, acknowledged: false });
    await state.begin(header);
    note({ kind: 'begin', runId: header.runId, acknowledged: true });
    open = [];
    planned = [0, 0];
    rejects = new Map();
    finished = false;
  }
  async function reopen(): Promise<RunState> {
    await Promise.all(underWay);
    underWay = [];
    await state[Symbol.asyncDispose]();
    return store.open(name);
  }
  function done(chunk: Chunk): void {
    open = open.filter((other) => other !== chunk);
    note({ kind: 'done', chunk: chunk.id, acknowledged: false });
    const counts = makeCounts({ rows: 1, rejects: rejects.get(chunk.id) ?? 0 });
    const told = state.done(chunk, counts).then(() => {
      note({ kind: 'done', chunk: chunk.id, acknowledged: true });
    });
    // Looked at when the commands settle; until then nobody waits for it.
    told.catch(() => undefined);
    underWay.push(told);
  }
  async function step(command: Command): Promise<void> {
    const chunk = 'pick' in command ? open[command.pick % Math.max(1, open.length)] : undefined;
    if (command.kind === 'turn') await new Promise(setImmediate);
    else if (command.kind === 'settle') await Promise.all(underWay);
    else if (command.kind === 'restart') {
      state = await reopen();
      await begin();
    } else if (finished) return;
    else if (command.kind === 'plan') {
      const entity = ENTITIES[command.entity % 2] ?? 'Order';
      const next = makeChunk(entity, planned[command.entity % 2] ?? 0, keys);
      planned[command.entity % 2] = (planned[command.entity % 2] ?? 0) + 1;
      note({ kind: 'planned', chunk: next });
      state.planned(next);
      open.push(next);
    } else if (command.kind === 'reject' && chunk !== undefined) {
      keys += 1;
      rejects.set(chunk.id, (rejects.get(chunk.id) ?? 0) + 1);
      const line = makeReject(chunk, keys);
      note({ kind: 'reject', line });
      state.reject(line);
    } else if (command.kind === 'done' && chunk !== undefined) done(chunk);
    else if (command.kind === 'reopen') {
      state = await reopen();
      for (const { id } of open) rejects.delete(id);
      note({ kind: 'resume' });
      await state.resume(makeTaken());
    } else if (command.kind === 'finish') {
      for (const left of open) done(left);
      for (const entity of ENTITIES) state.plannedAll(entity);
      finished = true;
      note({ kind: 'finish', acknowledged: false });
      await state.finish('2026-02-01T00:00:00.000Z');
      note({ kind: 'finish', acknowledged: true });
    }
  }

  try {
    await begin();
    for (const command of commands) await step(command);
    await Promise.all(underWay);
  } finally {
    await Promise.allSettled(underWay);
    await state[Symbol.asyncDispose]();
  }
}

function doneIn(record: RunRecord): string[] {
  return Object.entries(record.entities).flatMap(([entity, { planned, open }]) => {
    const left = new Set(open.map(({ id }) => id));
    const ids = Array.from({ length: planned }, (_, number) => `${entity}/${number}`);
    return ids.filter((id) => !left.has(id));
  });
}

function sum(record: RunRecord, count: 'rows' | 'rejects'): number {
  return Object.values(record.entities).reduce((total, { counts }) => total + counts[count], 0);
}

function keyOf(line: RejectLine): string {
  return `${line.chunk} ${line.origin.key.join()}`;
}
