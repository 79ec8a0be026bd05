import type { Chunk } from '../source/source.js';
import {
  addCounts,
  type Counts,
  type EntityProgress,
  NO_COUNTS,
  type RunHeader,
  type RunRecord,
  type SnapshotTaken,
} from './state.js';

/** What can happen to a run once it has begun. Plain JSON: an adapter may keep them as they are. */
export type RunEvent =
  | { readonly kind: 'planned'; readonly chunk: Chunk }
  | { readonly kind: 'plannedAll'; readonly entity: string }
  /** `rejectLines`: lines of this chunk in the reject log. */
  | {
      readonly kind: 'done';
      readonly chunk: string;
      readonly counts: Counts;
      readonly rejectLines: number;
    }
  | { readonly kind: 'snapshot'; readonly snapshot: SnapshotTaken }
  | { readonly kind: 'kept'; readonly kept: object }
  | { readonly kind: 'finished'; readonly at: string };

interface Entity {
  planned: number;
  plannedAll: boolean;
  last: Chunk | null;
  /** By number, in the order planned. Everything below `planned` that is not here is done. */
  readonly open: Map<number, OpenChunk>;
  counts: Counts;
}

interface OpenChunk {
  readonly chunk: Chunk;
  rejectLines: number;
}

/**
 * How far a run is, as the sum of its events. Every adapter keeps one, so that they agree. Its size is
 * that of the open chunks, not of the run: chunks are numbered in the order they are planned, and so the
 * done ones are all but the open ones.
 *
 * Throws a plain `Error` at an event that cannot be: a caller that breaks the contract of `RunState`, or a
 * record that was changed.
 */
export class Progress {
  #header: RunHeader;
  readonly #entities = new Map<string, Entity>();
  #finishedAt: string | null = null;
  #kept: object | null = null;
  #rejectLines: number;

  /** A new run, or with `found` the one that goes on. */
  constructor(header: RunHeader, found?: { readonly record: RunRecord; readonly rejectLines: number }) {
    this.#header = header;
    this.#rejectLines = found?.rejectLines ?? 0;
    for (const name of header.entities) this.#entity(name);
    if (found === undefined) return;
    this.#finishedAt = found.record.finishedAt;
    this.#kept = found.record.kept ?? null;
    for (const [name, { planned, plannedAll, last, open, counts }] of Object.entries(found.record.entities)) {
      const entries = open.map((chunk) => [placeOf(chunk.id).number, { chunk, rejectLines: 0 }] as const);
      this.#entities.set(name, { planned, plannedAll, last, open: new Map(entries), counts });
    }
  }

  /** Lines of done chunks in the reject log. */
  get rejectLines(): number {
    return this.#rejectLines;
  }

  apply(event: RunEvent): void {
    if (event.kind === 'planned') this.#planned(event.chunk);
    else if (event.kind === 'plannedAll') this.#entity(event.entity).plannedAll = true;
    else if (event.kind === 'done') this.#done(event.chunk, event.counts, event.rejectLines);
    else if (event.kind === 'snapshot') this.#header = withSnapshot(this.#header, event.snapshot);
    else if (event.kind === 'kept') this.#kept = event.kept;
    else this.#finished(event.at);
  }

  /** A line for an open chunk goes into the reject log. */
  rejected(chunk: string): void {
    this.#open(chunk).rejectLines += 1;
  }

  /** Lines that went into the reject log for an open chunk. */
  rejectLinesOf(chunk: string): number {
    return this.#open(chunk).rejectLines;
  }

  isDone(chunk: string): boolean {
    const { entity, number } = placeOf(chunk);
    const progress = this.#entities.get(entity);
    return progress !== undefined && number < progress.planned && !progress.open.has(number);
  }

  record(): RunRecord {
    const entities = [...this.#entities].map(([name, entity]): [string, EntityProgress] => {
      const { planned, plannedAll, last, counts } = entity;
      const open = [...entity.open.values()].map(({ chunk }) => chunk);
      return [name, { planned, plannedAll, last, done: planned - open.length, open, counts }];
    });
    const [header, finishedAt, kept] = [this.#header, this.#finishedAt, this.#kept];
    return { header, entities: Object.fromEntries(entities), finishedAt, ...(kept === null ? {} : { kept }) };
  }

  #planned(chunk: Chunk): void {
    const { entity, number } = placeOf(chunk.id);
    const progress = this.#entity(chunk.entity);
    if (entity !== chunk.entity || number !== progress.planned || progress.plannedAll) {
      throw new Error(
        `chunk ${chunk.id} cannot be planned: the next one is ${chunk.entity}/${progress.planned}`,
      );
    }
    progress.planned += 1;
    progress.last = chunk;
    progress.open.set(number, { chunk, rejectLines: 0 });
  }

  #done(chunk: string, counts: Counts, rejectLines: number): void {
    this.#open(chunk);
    const { entity, number } = placeOf(chunk);
    const progress = this.#entity(entity);
    progress.open.delete(number);
    progress.counts = addCounts(progress.counts, counts);
    this.#rejectLines += rejectLines;
  }

  #finished(at: string): void {
    for (const [name, { plannedAll, open }] of this.#entities) {
      if (!plannedAll || open.size > 0)
        throw new Error(`the run cannot be finished: ${name} has chunks left`);
    }
    this.#finishedAt = at;
  }

  #open(chunk: string): OpenChunk {
    const { entity, number } = placeOf(chunk);
    const open = this.#entities.get(entity)?.open.get(number);
    if (open === undefined) throw new Error(`chunk ${chunk} is not open: never planned, or done before`);
    return open;
  }

  #entity(name: string): Entity {
    let entity = this.#entities.get(name);
    if (entity === undefined) {
      entity = { planned: 0, plannedAll: false, last: null, open: new Map(), counts: NO_COUNTS };
      this.#entities.set(name, entity);
    }
    return entity;
  }
}

/** The header of a run that goes on, and its progress: unfinished again. */
export function resumed(record: RunRecord, rejectLines: number, snapshot: SnapshotTaken | null): Progress {
  const header = snapshot === null ? record.header : withSnapshot(record.header, snapshot);
  return new Progress(header, { record: { ...record, header, finishedAt: null }, rejectLines });
}

function placeOf(chunk: string): { readonly entity: string; readonly number: number } {
  const slash = chunk.lastIndexOf('/');
  return { entity: chunk.slice(0, slash), number: Number(chunk.slice(slash + 1)) };
}

function withSnapshot(header: RunHeader, snapshot: SnapshotTaken): RunHeader {
  return { ...header, snapshots: [...header.snapshots, snapshot] };
}
