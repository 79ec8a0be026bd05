import type { Measured, TableMeasure } from './measure.js';
import type { ObservedQueries } from './observed-queries.js';
import type { ReplicaLag } from './replica-lag.js';
import type { EntityQuery } from './row-query.js';
import type { Column, SourceSchema, TableName } from './source-schema.js';
import type { SourceStatement } from './source-statement.js';
import type { ColumnStatistics } from './source-statistics.js';

/**
 * Raw column text in the order the query asks; null is SQL's NULL. `source-schema.ts` says the spellings, and
 * which types may be a Buffer; any other Buffer is a text of MySQL that is no UTF-8, and a reject.
 */
export type Cell = string | Buffer | null;
export type Row = readonly Cell[];

/** A root row with its embedded children, merged in the order SQL gave. */
export interface RowTree {
  readonly row: Row;
  /** Children of `query.embeds[i]` at `i`; empty where the query embeds nothing. */
  readonly children: readonly (readonly RowTree[])[];
  /** Children were dropped because they alone exceed any item: the row is an oversize reject. */
  readonly overflow: boolean;
}

/** Opaque outside the adapter that made it (key range, ctid range, scan segment); always plain JSON. */
export type ChunkRange = { readonly [name: string]: unknown };

/** A range of root keys of one entity: the unit of reading, retry, checkpoint and distribution. */
export interface Chunk {
  readonly entity: string;
  /** `Entity/17`: unique in a run; the number counts the entity's chunks in key order from 0. */
  readonly id: string;
  readonly range: ChunkRange;
}

export interface ChunkPlan {
  /** Root rows of a chunk, about: boundaries are walked over the key index, not over `where`. */
  readonly rowsPerChunk: number;
  /** Continue behind this chunk, which a former call of the same query returned. */
  readonly after?: Chunk;
  /** Stop after exactly this many rows that `where` lets through (a canary). */
  readonly limit?: number;
  /** Only these identities (raw text of the identity columns), wherever they lie. */
  readonly keys?: readonly (readonly string[])[];
}

/** So many, to be gone through in order: an array, or what is made one by one as it is asked for. */
export interface Sequence<Value> extends Iterable<Value> {
  readonly length: number;
}

/** Some rows of a chunk; about `pageBytes` of cell text, at least one row. */
export interface RowPage {
  /** To be gone through once: rows that follow each other are compared as they are come upon. */
  readonly rows: Sequence<RowTree>;
  readonly bytes: number;
}

export interface ReadOptions {
  /** Bytes of cell text to aim at for one page. */
  readonly pageBytes: number;
  readonly signal: AbortSignal;
}

export interface SnapshotOptions {
  /** The most chunks that will be read at the same time: connections are opened on demand up to it. */
  readonly concurrency: number;
  /**
   * Every table that will be read. An engine without exported snapshots (MySQL) locks them for a moment, and
   * where it does not know them reads all over one connection; others ignore them.
   */
  readonly tables?: readonly TableName[];
  /**
   * `snapshot` (default): one moment for all that is read. `chunk`: each chunk, its children included, is a
   * short transaction of its own, so that nothing holds back vacuum or undo for longer.
   */
  readonly consistency?: Consistency;
  readonly signal: AbortSignal;
}

export type Consistency = 'snapshot' | 'chunk';

/** What others need to see the same rows as a snapshot: plain JSON, opaque outside the adapter that made it. */
export type SnapshotShare = { readonly [name: string]: unknown };

/** Why fewer connections read than were asked for, and what would let more of them read. Plain JSON. */
export interface ReadersReason {
  readonly why: string;
  readonly hint: string;
}

/** A consistent view of the source, or the next best thing. Methods may run in parallel. */
export interface Snapshot extends AsyncDisposable {
  /** Every row of every chunk is seen as of one moment. */
  readonly consistent: boolean;
  /** Where a catch-up would start (`lsn:0/16B3748`, `gtid:…`, `binlog:file:position`), or null. */
  readonly position: string | null;
  /** Connections that read at once; fewer than were asked for where several would see different moments. */
  readonly readers: number;
  /** Why they are fewer; absent where they are as many as were asked for. */
  readonly readersReason?: ReadersReason | undefined;
  /** For threads that read the same; absent where this snapshot cannot be shared. */
  readonly share?: SnapshotShare | undefined;
  /**
   * The chunks of an entity in key order, found lazily: walking stops while nobody asks. Empty table: no
   * chunk. Throws `SOURCE_*`.
   */
  planChunks(query: EntityQuery, plan: ChunkPlan): AsyncIterable<Chunk>;
  /**
   * The rows of one chunk in key order, each exactly once, with memory bounded by a page: reading goes
   * on only when the next page is asked for. Leaving the loop early frees the connection. A connection that is
   * lost throws `SOURCE_LOST`, and the chunk may be read again; `SOURCE_SNAPSHOT` says that the snapshot is gone.
   * Throws `SOURCE_*`; a child row that matches no root row throws `SOURCE_STRAY_CHILD`.
   */
  readChunk(query: EntityQuery, chunk: Chunk, options: ReadOptions): AsyncIterable<RowPage>;
  /** Root rows that `where` lets through, counted by the source. */
  countRows(query: EntityQuery, signal: AbortSignal): Promise<number>;
  /** The greatest value of a column over all rows of a table; null where it holds none. Throws `SOURCE_*`. */
  greatest(table: TableName, column: Column, signal: AbortSignal): Promise<Cell>;
  /** Exact aggregates over a table's columns, by one statement that scans it once. Throws `SOURCE_*`. */
  measure(measure: TableMeasure, signal: AbortSignal): Promise<Measured>;
  /**
   * Asks a question of the operator's in this snapshot, in a transaction that cannot write: one statement, prepared,
   * its values apart from it. Throws `SOURCE_QUERY` for what is no question or what the source complains of, `SOURCE_*`.
   */
  select(question: SelectQuestion, signal: AbortSignal): Promise<Selected>;
}

/** A question of the operator's in the source's own language: what a mapping calls `sql`. */
export interface SelectQuestion {
  /** One SELECT. `{name}`, outside of its texts, quoted names and comments, is a parameter. */
  readonly sql: string;
  readonly parameters: ReadonlyMap<string, SelectParameter>;
  /** Rows that are kept at most: the first. */
  readonly most: number;
}

/** A value that the source is handed beside the statement, never in it. */
export interface SelectParameter {
  /** Raw text, as the source itself hands over a value of the column. */
  readonly text: string;
  /** What it is a value of; null: a text. */
  readonly column: Column | null;
}

export interface Selected {
  readonly columns: readonly SelectedColumn[];
  /** Raw text as of every other read. */
  readonly rows: readonly Row[];
  /** There are rows behind those. */
  readonly more: boolean;
}

export interface SelectedColumn {
  readonly name: string;
  /** False where the source's text is not the whole value: FLOAT of MySQL has six digits. */
  readonly exact: boolean;
}

export interface SourceCapabilities {
  /** Snapshots are one moment over several connections. */
  readonly consistentSnapshot: boolean;
  /** `where` is understood. */
  readonly where: boolean;
  /** Rows can be grouped (`EntityQuery.groups`). */
  readonly groups: boolean;
}

/**
 * What reading sends, told without sending it: made by the functions that make what is sent. Discovery is left out
 * (it reads catalogs, and has happened when there is something to tell). Empty for a source that is sent no SQL.
 */
export interface SourceStatements {
  /** Whatever is read: of connections and of the snapshot. */
  ofRun(options: Pick<SnapshotOptions, 'concurrency' | 'tables' | 'consistency'>): readonly SourceStatement[];
  /** For the rows of one entity, in the order in which each is first sent. */
  ofEntity(query: EntityQuery, plan: Omit<ChunkPlan, 'after'>): readonly SourceStatement[];
  ofMeasure(measure: TableMeasure): readonly SourceStatement[];
}

/** A database seen as rows in key order. Reads only: every session is read-only where the engine can. */
export interface Source extends AsyncDisposable {
  readonly capabilities: SourceCapabilities;
  /** `postgres://db.example:5432/shop` for people and checkpoints: no user, no password. */
  readonly label: string;
  /** What a run would send, for whoever wants to see it before. */
  readonly statements: SourceStatements;
  /**
   * Tables, columns, keys; only what the session may read. `schemas`: those that are read beside the default one.
   * Where a schema is a database of its own (MySQL) only these are looked into, and those that foreign keys lead
   * to; other sources show all. One that does not exist has no tables. Throws `SOURCE_*`.
   */
  discover(signal: AbortSignal, schemas?: readonly string[]): Promise<SourceSchema>;
  /** Asks the source to prepare the query: its complaint (bad `where`, no privilege), or null when it is good. */
  probe(query: EntityQuery, signal: AbortSignal): Promise<string | null>;
  /** What the planner believes of columns; those it has no statistics of are left out. `schemas` as above. Throws `SOURCE_*`. */
  statistics(signal: AbortSignal, schemas?: readonly string[]): Promise<readonly ColumnStatistics[]>;
  /** What it was asked, where it counts that and this user may see it; else why not. Throws `SOURCE_*`. */
  observedQueries(signal: AbortSignal): Promise<ObservedQueries>;
  /**
   * Runs one statement of the operator's, on none of a snapshot's sessions and as of now: the first cell of its
   * first row, null for NULL or no row. Absent where SQL is not understood. Throws `SOURCE_*`.
   */
  ask?(sql: string, signal: AbortSignal): Promise<string | null>;
  /** How far it is behind as of now. Absent where nothing is replicated. Throws `SOURCE_*`. */
  replicaLag?(signal: AbortSignal): Promise<ReplicaLag>;
  openSnapshot(options: SnapshotOptions): Promise<Snapshot>;
  /**
   * The snapshot that a `share` is of, over this source's own connections. It lasts as long as the snapshot that
   * shared it: later reads throw `SOURCE_SNAPSHOT`. Absent where no snapshot can be shared.
   */
  joinSnapshot?(share: SnapshotShare, options: SnapshotOptions): Promise<Snapshot>;
}
