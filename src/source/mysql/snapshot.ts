import type { Logger } from '../../support/log.js';
import { type Measured, measuredFrom, type TableMeasure } from '../measure.js';
import type { EntityQuery } from '../row-query.js';
import type {
  Cell,
  Chunk,
  ChunkPlan,
  ReadersReason,
  ReadOptions,
  Row,
  RowPage,
  Selected,
  SelectQuestion,
  Snapshot,
  SnapshotOptions,
} from '../source.js';
import type { Column, TableName } from '../source-schema.js';
import { ChunkTransactions } from './chunk-transactions.js';
import { measureStatement } from './measure.js';
import { planChunks } from './plan-chunks.js';
import { positionOf } from './position.js';
import { readChunk } from './read-chunk.js';
import { select } from './select.js';
import type { Session } from './session.js';
import { SessionPool } from './session-pool.js';
import { beginMoment, type Moment } from './shared-moment.js';
import { countStatement, greatestStatement, type Statement } from './sql.js';

/**
 * Takes a snapshot: transactions of one moment, one where more are not to be had, held as long as it lasts; or
 * where consistency by the chunk is asked for, a transaction for each chunk.
 */
export async function openMySqlSnapshot(
  connect: (signal: AbortSignal) => Promise<Session>,
  options: SnapshotOptions,
  log: Logger,
): Promise<Snapshot> {
  const { signal } = options;
  if (options.consistency !== 'chunk') {
    return new MySqlSnapshot(await beginMoment(connect, options, log), signal);
  }
  const session = await connect(signal);
  try {
    const position = await positionOf(session, log, signal);
    return new ChunkTransactions(() => connect(signal), options, position);
  } finally {
    await session.end();
  }
}

class MySqlSnapshot implements Snapshot {
  readonly consistent: boolean;
  readonly position: string | null;
  readonly readers: number;
  readonly readersReason: ReadersReason | undefined;
  readonly #signal: AbortSignal;
  readonly #sessions: SessionPool;

  constructor(moment: Moment, signal: AbortSignal) {
    this.consistent = moment.consistent;
    this.position = moment.position;
    this.readers = moment.sessions.length;
    this.readersReason = moment.alone ?? undefined;
    this.#signal = signal;
    this.#sessions = new SessionPool(moment.sessions);
  }

  planChunks(query: EntityQuery, plan: ChunkPlan): AsyncIterable<Chunk> {
    return planChunks(query, plan, (statement) => this.#ask(statement, this.#signal));
  }

  readChunk(query: EntityQuery, chunk: Chunk, options: ReadOptions): AsyncIterable<RowPage> {
    return this.#sessions.read((session) => readChunk(session, query, chunk, options));
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

  select(question: SelectQuestion, signal: AbortSignal): Promise<Selected> {
    return this.#sessions.ask((session) => select(session, question, signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]();
  }

  #ask(statement: Statement, signal: AbortSignal): Promise<readonly Row[]> {
    return this.#sessions.ask((session) => session.query(statement, signal));
  }
}
