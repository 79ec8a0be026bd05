import { messageOf } from '../../support/error.js';
import type { Logger } from '../../support/log.js';
import { RUN_AGAIN, sourceError } from '../errors.js';
import { LeasePool } from '../lease-pool.js';
import { type Measured, measuredFrom, type TableMeasure } from '../measure.js';
import type { EntityQuery } from '../row-query.js';
import type {
  Cell,
  Chunk,
  ChunkPlan,
  ReadOptions,
  Row,
  RowPage,
  Selected,
  SelectQuestion,
  Snapshot,
  SnapshotOptions,
  SnapshotShare,
} from '../source.js';
import type { Column, TableName } from '../source-schema.js';
import { measureStatement } from './measure.js';
import { planChunks } from './plan-chunks.js';
import { readChunk } from './read-chunk.js';
import { select } from './select.js';
import type { Session } from './session.js';
import { countStatement, greatestStatement, type Statement } from './sql.js';
import { Transaction } from './transaction.js';
import { complaintOf } from './translate-error.js';

export const POSITION: Statement = {
  text: `SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
  ELSE pg_catalog.pg_current_wal_lsn() END`,
  values: [],
};
export const EXPORT: Statement = { text: 'SELECT pg_catalog.pg_export_snapshot()', values: [] };

interface Exported {
  readonly id: string;
  /** The session that exported it: it lives as long as that stays in its transaction. Null: it is somebody else's. */
  readonly coordinator: Session | null;
}

/**
 * Takes a snapshot: a coordinator exports it and stays idle in its transaction for as long as it lasts,
 * readers import it. Needs no privilege beyond SELECT. Where exporting is refused, or consistency by the chunk is
 * asked for, each chunk is read in a transaction of its own, and the snapshot says `consistent: false`.
 */
export async function openPostgresSnapshot(
  connect: (signal: AbortSignal) => Promise<Session>,
  options: SnapshotOptions,
  log: Logger,
): Promise<Snapshot> {
  const { signal } = options;
  const coordinator = await connect(signal);
  try {
    const position = await positionOf(coordinator, log, signal);
    const id = options.consistency === 'chunk' ? null : await exportSnapshot(coordinator, log, signal);
    if (id === null) await coordinator.end();
    const exported = id === null ? null : { id, coordinator };
    return new PostgresSnapshot(() => connect(signal), options, exported, position);
  } catch (error) {
    coordinator.destroy();
    throw error;
  }
}

/** The snapshot that another thread or process has exported and keeps alive. */
export function joinPostgresSnapshot(
  connect: (signal: AbortSignal) => Promise<Session>,
  { id }: SnapshotShare,
  options: SnapshotOptions,
): Snapshot {
  const exported = typeof id === 'string' ? { id, coordinator: null } : null;
  return new PostgresSnapshot(() => connect(options.signal), options, exported, null);
}

/**
 * Where the WAL stood before the snapshot was taken: replaying from here repeats changes rather than missing
 * them. Some services refuse to tell (Aurora without logical replication); then there is none.
 */
async function positionOf(session: Session, log: Logger, signal: AbortSignal): Promise<string | null> {
  await session.begin(null, signal);
  const lsn = await unlessRefused(
    () => session.query(POSITION, signal),
    (why) => log.warn({ why }, 'the source does not tell its WAL position'),
  );
  await session.rollback(signal);
  return lsn === null ? null : `lsn:${lsn}`;
}

async function exportSnapshot(session: Session, log: Logger, signal: AbortSignal): Promise<string | null> {
  await session.begin(null, signal);
  return await unlessRefused(
    () => session.query(EXPORT, signal),
    (why) => log.warn({ why }, 'the source does not export snapshots: chunks are read at different moments'),
  );
}

async function unlessRefused(
  ask: () => ReturnType<Session['query']>,
  refused: (why: string) => void,
): Promise<string | null> {
  try {
    const [row] = await ask();
    return row?.[0] === null || row?.[0] === undefined ? null : String(row[0]);
  } catch (error) {
    if (complaintOf(error) === null) throw error;
    refused(messageOf(error));
    return null;
  }
}

class PostgresSnapshot implements Snapshot {
  readonly consistent: boolean;
  readonly position: string | null;
  readonly readers: number;
  readonly share: SnapshotShare;
  readonly #exported: Exported | null;
  readonly #signal: AbortSignal;
  readonly #readers: LeasePool<Session>;
  /** Planning and counting have a session of their own: they never wait for chunks that wait for them. */
  readonly #planner: LeasePool<Session>;

  constructor(
    open: () => Promise<Session>,
    options: SnapshotOptions,
    exported: Exported | null,
    position: string | null,
  ) {
    this.consistent = exported !== null;
    this.position = position;
    this.readers = options.concurrency;
    this.share = { id: exported?.id ?? null };
    this.#exported = exported;
    this.#signal = options.signal;
    this.#readers = new LeasePool(options.concurrency, open);
    this.#planner = new LeasePool(1, open);
  }

  planChunks(query: EntityQuery, plan: ChunkPlan): AsyncIterable<Chunk> {
    return planChunks(query, plan, (statement) => this.#ask(statement, this.#signal));
  }

  async *readChunk(query: EntityQuery, chunk: Chunk, options: ReadOptions): AsyncGenerator<RowPage> {
    await using transaction = await this.#begin(this.#readers, options.signal);
    yield* readChunk(transaction.session, query, chunk, options);
  }

  async countRows(query: EntityQuery, signal: AbortSignal): Promise<number> {
    const [row] = await this.#ask(countStatement(query), signal);
    return Number(row?.[0]);
  }

  async greatest(table: TableName, column: Column, signal: AbortSignal): Promise<Cell> {
    const [row] = await this.#ask(greatestStatement(table, column), signal);
    return row?.[0] ?? null;
  }

  async measure(measure: TableMeasure, signal: AbortSignal): Promise<Measured> {
    const [row = []] = await this.#ask(measureStatement(measure), signal);
    return measuredFrom(
      measure,
      row.map((cell) => (cell === null ? null : cell.toString())),
    );
  }

  async select(question: SelectQuestion, signal: AbortSignal): Promise<Selected> {
    await using transaction = await this.#begin(this.#planner, signal);
    return await select(transaction.session, question, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#readers[Symbol.asyncDispose](), this.#planner[Symbol.asyncDispose]()]);
    await this.#exported?.coordinator?.end();
  }

  async #ask(statement: Statement, signal: AbortSignal): Promise<readonly Row[]> {
    await using transaction = await this.#begin(this.#planner, signal);
    return await transaction.session.query(statement, signal);
  }

  /** Each use imports the snapshot anew: that a lost coordinator took it away is noticed here. */
  async #begin(pool: LeasePool<Session>, signal: AbortSignal): Promise<Transaction> {
    const exported = this.#exported;
    if (exported === null) return Transaction.begin(pool, null, signal);
    const failure = exported.coordinator?.failure ?? null;
    if (failure !== null) throw gone(failure);
    try {
      return await Transaction.begin(pool, exported.id, signal);
    } catch (error) {
      throw complaintOf(error)?.message.includes('snapshot') === true ? gone(error) : error;
    }
  }
}

function gone(cause: unknown) {
  return sourceError('SOURCE_SNAPSHOT', `the snapshot is gone: ${messageOf(cause)}`, {
    cause,
    hint: `For a new snapshot ${RUN_AGAIN}.`,
  });
}
