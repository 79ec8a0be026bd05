import type { Reject } from '../item/reject.js';
import type { Chunk, ReadersReason } from '../source/source.js';
import type { SourceSchema } from '../source/source-schema.js';

/** What a run is: fixed at its start and compared when it is resumed; only `snapshots` grows. Plain JSON, no secrets. */
export interface RunHeader {
  readonly format: 1;
  readonly runId: string;
  /** `migrate`; later verbs share the state. */
  readonly operation: string;
  readonly mappingDigest: string;
  readonly schemaDigest: string;
  /** Labels of source and sink. */
  readonly source: string;
  readonly sink: string;
  readonly entities: readonly string[];
  /** Whatever else must be the same on resume (chunk size, limit, keys, existing policy). */
  readonly options: { readonly [name: string]: unknown };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Those that were read from, in their order. With more than one the table is not one moment of the source. */
  readonly snapshots: readonly SnapshotTaken[];
  /**
   * What the mapping used of the source's schema, so that keys can be made and read without the source.
   * Absent in runs that an older version began.
   */
  readonly schema?: SourceSchema;
  /** Of a run over changed rows: what it found in its first snapshot. */
  readonly catchUp?: CatchUpFindings;
}

export interface CatchUpFindings {
  /** What the next catch-up begins with, as the command line takes it; null where the source has nothing of the kind. */
  readonly next: string | null;
  /** Keys that were asked for and that no row has: their values, joined by `#`. */
  readonly missing: readonly string[];
}

/** A view of the source that a run began to read from. */
export interface SnapshotTaken {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The run began or was resumed; the snapshot before it was lost with the source, or had reached its greatest age. */
  readonly why: 'begun' | 'resumed' | 'lost' | 'aged';
  /** Where a catch-up would start, or null where the source does not tell. */
  readonly position: string | null;
  /** Every row that was read from it is of one moment. */
  readonly consistent: boolean;
  /** Connections that read from it at once. */
  readonly readers: number;
  /** Why they are fewer than were asked for; absent where they are not. */
  readonly readersReason?: ReadersReason;
  /** Ids of chunks that were read in part from the snapshot before it, and are read a second time. */
  readonly chunksReadAgain: readonly string[];
}

/** Every row of the run was read as of one moment. */
export function isOneMoment({ snapshots }: Pick<RunHeader, 'snapshots'>): boolean {
  return snapshots.length === 1 && snapshots[0]?.consistent === true;
}

/** Sums over done chunks. rows → items + skipped by mapping + rejects; items → written + held + rejects. */
export interface Counts {
  readonly rows: number;
  /** Items acknowledged by the sink. */
  readonly written: number;
  /** Copies left out by `when`, `whenNull: skip` or an expired time to live. */
  readonly skipped: number;
  /** Items that a condition of the sink held back (`insert-only`), or that were equal (`only-changed`). */
  readonly held: number;
  readonly rejects: number;
  /** Joined parents that a foreign key names and that do not exist. */
  readonly dangling: number;
  /** Bytes of the written items. */
  readonly bytes: number;
  /** Write units consumed, estimated where the sink does not say. */
  readonly units: number;
}

export interface EntityProgress {
  /** Chunks planned so far, in key order: ids `Entity/0` … `Entity/planned-1`. */
  readonly planned: number;
  /** All chunks of the entity are planned. */
  readonly plannedAll: boolean;
  /** Where planning goes on: the chunk planned last. */
  readonly last: Chunk | null;
  readonly done: number;
  /** Planned and not done, in order. */
  readonly open: readonly Chunk[];
  readonly counts: Counts;
}

export interface RunRecord {
  readonly header: RunHeader;
  readonly entities: { readonly [entity: string]: EntityProgress };
  /** ISO 8601 when every chunk was done; null while the run is unfinished. */
  readonly finishedAt: string | null;
  /** What `keep` was given last; absent: nothing. */
  readonly kept?: object;
}

/** A line of the reject log: one JSON object a line. */
export interface RejectLine extends Reject {
  readonly chunk: string;
}

/**
 * One run's durable record, held under its lock. Calls may overlap. A kill at any moment leaves a state
 * from which `record` tells the truth: a chunk is in it as done only if `done` was called for it, and
 * then with every reject that was logged for it before.
 */
export interface RunState extends AsyncDisposable {
  /** As found when the state was opened, or null for a new one; not updated afterwards. */
  readonly record: RunRecord | null;
  /** Forgets whatever there was and starts a run. */
  begin(header: RunHeader): Promise<void>;
  /**
   * Goes on with the run that was found, with a snapshot of its own; null: it takes one later, or reads no more rows.
   * Lines of open chunks are dropped from the reject log.
   */
  resume(snapshot: SnapshotTaken | null): Promise<void>;
  /** The run goes on with another snapshot. Resolves when that is on stable storage. */
  snapshot(snapshot: SnapshotTaken): Promise<void>;
  /** Where this process may put temporary files of the run; null: keep them elsewhere. */
  readonly scratch: string | null;
  /**
   * Keeps what was found out about colliding keys, for the whole life of the run: lines of any text without line
   * breaks, durable and whole when it resolves, nothing of them before. Once, after `begin` or `resume`.
   */
  saveCollisions(lines: AsyncIterable<string>): Promise<void>;
  /** A chunk exists. Need not be durable: a lost plan is made again. Order per entity is the key order. */
  planned(chunk: Chunk): void;
  /** No further chunk of this entity will be planned. */
  plannedAll(entity: string): void;
  /** Appends to the reject log; durable with the `done` of its chunk. */
  reject(line: RejectLine): void;
  /** Resolves when the chunk's rejects and then its completion are on stable storage. */
  done(chunk: Chunk, counts: Counts): Promise<void>;
  /**
   * Replaces what the operation itself remembers of the run: plain JSON, small. Resolves when it is on stable storage:
   * it and every `done` of the same turn of the event loop, or after a crash none of them.
   */
  keep(kept: object): Promise<void>;
  /** Every chunk is done. */
  finish(at: string): Promise<void>;
}

/**
 * `capacity`: what was changed of the table, to be changed back. `control`: what an operator asks of the live run.
 * `heeded`: what the run has done about that.
 */
export type NoteKind = 'capacity' | 'control' | 'heeded';

/** A place that keeps runs by name. Names are `[A-Za-z0-9._-]+`. */
export interface StateStore extends AsyncDisposable {
  /** For people: the folder, or the table. */
  readonly label: string;
  /** Takes the run lock and reads what is there. Throws `STATE_LOCKED` naming the holder, `STATE_CORRUPT`, `STATE_IO`. */
  open(name: string): Promise<RunState>;
  /** Reads without the lock, also while a run is live. Null when there is no such run. */
  read(name: string): Promise<RunStatus | null>;
  /** Names of the runs kept here. */
  list(): Promise<readonly string[]>;
  /** The lines that `saveCollisions` kept for this run; null when it has not ended. */
  collisions(name: string): Promise<AsyncIterable<string> | null>;
  /**
   * A small note beside the run of that name, one of each kind, which outlives it (`begin` leaves it alone). Durable
   * and whole when it resolves; null takes it away. The run need not be there, nor its lock held.
   */
  saveNote(name: string, kind: NoteKind, note: object | null): Promise<void>;
  /** The note that was saved last, or null. Throws `STATE_CORRUPT`, `STATE_IO`. */
  note(name: string, kind: NoteKind): Promise<object | null>;
  /** Every name that has a note of that kind. */
  notes(kind: NoteKind): Promise<readonly string[]>;
  /** The valid lines of a run's reject log: those of done chunks. */
  rejects(name: string): AsyncIterable<RejectLine>;
}

export interface RunStatus {
  readonly record: RunRecord;
  /** Who holds the run lock now, or null: then the run is finished or was interrupted. */
  readonly holder: string | null;
  /** Where a person finds the reject log. */
  readonly rejectLog: string;
  /** Where a person finds what `saveCollisions` kept, if it kept anything. */
  readonly collisionLog: string;
}

export const NO_COUNTS: Counts = {
  rows: 0,
  written: 0,
  skipped: 0,
  held: 0,
  rejects: 0,
  dangling: 0,
  bytes: 0,
  units: 0,
};

export function addCounts(a: Counts, b: Counts): Counts {
  return {
    rows: a.rows + b.rows,
    written: a.written + b.written,
    skipped: a.skipped + b.skipped,
    held: a.held + b.held,
    rejects: a.rejects + b.rejects,
    dangling: a.dangling + b.dangling,
    bytes: a.bytes + b.bytes,
    units: a.units + b.units,
  };
}
