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
} from '../source.js';
import type { Column, TableName } from '../source-schema.js';
import { measureStatement } from './measure.js';
import { planChunks } from './plan-chunks.js';
import { readChunk } from './read-chunk.js';
import { select } from './select.js';
import type { Session } from './session.js';
import { BEGIN } from './shared-moment.js';
import { countStatement, greatestStatement, type Statement } from './sql.js';

/**
 * What `--consistency chunk` reads from: each chunk is a short transaction on a session of its own, so that
 * the server keeps no old versions of rows for longer, and a lost session is only replaced.
 */
export class ChunkTransactions implements Snapshot {
  readonly consistent = false;
  readonly position: string | null;
  readonly readers: number;
  readonly share = {};
  readonly #signal: AbortSignal;
  readonly #readers: LeasePool<Session>;
  /** Planning and counting have a session of their own: they never wait for chunks that wait for them. */
  readonly #planner: LeasePool<Session>;

  constructor(open: () => Promise<Session>, options: SnapshotOptions, position: string | null) {
    this.position = position;
    this.readers = options.concurrency;
    this.#signal = options.signal;
    this.#readers = new LeasePool(options.concurrency, open);
    this.#planner = new LeasePool(1, open);
  }

  planChunks(query: EntityQuery, plan: ChunkPlan): AsyncIterable<Chunk> {
    return planChunks(query, plan, (statement) => this.#ask(statement, this.#signal));
  }

  async *readChunk(query: EntityQuery, chunk: Chunk, options: ReadOptions): AsyncGenerator<RowPage> {
    const session = await this.#readers.lease();
    try {
      await session.query({ text: BEGIN, readers: null }, options.signal);
      yield* readChunk(session, query, chunk, options);
    } finally {
      await rollback(session, this.#signal);
      await this.#readers.release(session);
    }
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
    const session = await this.#planner.lease();
    try {
      await session.query({ text: BEGIN, readers: null }, signal);
      return await select(session, question, signal);
    } finally {
      await rollback(session, this.#signal);
      await this.#planner.release(session);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#readers[Symbol.asyncDispose](), this.#planner[Symbol.asyncDispose]()]);
  }

  async #ask(statement: Statement, signal: AbortSignal): Promise<readonly Row[]> {
    const session = await this.#planner.lease();
    try {
      return await session.query(statement, signal);
    } finally {
      await this.#planner.release(session);
    }
  }
}

async function rollback(session: Session, signal: AbortSignal): Promise<void> {
  if (session.failure !== null) return;
  try {
    await session.query({ text: 'ROLLBACK', readers: null }, signal);
  } catch {
    // Nothing was written and the rows are read: a session that cannot even roll back is only replaced.
    session.destroy();
  }
}
