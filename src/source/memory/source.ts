import { embedPaths, lastOf } from '../embed-paths.js';
import { sourceError } from '../errors.js';
import { keyRangeOf } from '../key-range.js';
import { mergeChildren, type RowStream, rowBytes } from '../merge-children.js';
import type { ObservedQuery } from '../observed-queries.js';
import type { EntityQuery } from '../row-query.js';
import type {
  Chunk,
  ChunkPlan,
  ReadOptions,
  Row,
  RowPage,
  Selected,
  SelectQuestion,
  Snapshot,
  SnapshotOptions,
  Source,
  SourceCapabilities,
} from '../source.js';
import type { SourceSchema, TableName } from '../source-schema.js';
import type { ColumnStatistics } from '../source-statistics.js';
import { aggregateCell } from './aggregate.js';
import { changeFilter } from './changed.js';
import { cellsOf, childrenOf, isInRange, keyOf, sortedRoot } from './evaluate.js';
import { tablesOf } from './groups.js';
import { measureTable } from './measure.js';
import { planChunks, refuseNullIdentity } from './plan-chunks.js';
import { type MemoryRows, type MemoryTable, openTables } from './tables.js';

export interface MemorySourceOptions {
  readonly schema: SourceSchema;
  readonly tables: MemoryRows;
  /** What it says of its columns; default nothing. */
  readonly statistics?: readonly ColumnStatistics[];
  /** What it says it was asked; default nothing. */
  readonly queries?: readonly ObservedQuery[];
  /** What it answers to a SELECT, `most` aside; default: that it does not understand SQL. */
  readonly select?: (question: SelectQuestion) => Omit<Selected, 'more'>;
}

const CAPABILITIES: SourceCapabilities = { consistentSnapshot: true, where: false, groups: true };

/**
 * A source of rows in memory, for tests: tables as they are when a snapshot is opened, raw text cells as
 * `source-schema.ts` spells them. Joins and embeds meet by equality of text (`1.0` is not `1`); a
 * query with a `where` is refused, since nothing here understands SQL.
 */
export function memorySource(options: MemorySourceOptions): Source {
  const { schema, tables, statistics = [], queries = [], select = null } = options;
  return {
    capabilities: CAPABILITIES,
    label: 'memory:',
    statements: { ofRun: () => [], ofEntity: () => [], ofMeasure: () => [] },
    async discover(signal) {
      signal.throwIfAborted();
      return schema;
    },
    async probe(query, signal) {
      signal.throwIfAborted();
      return complaint(query);
    },
    async statistics(signal) {
      signal.throwIfAborted();
      return statistics;
    },
    async observedQueries(signal) {
      signal.throwIfAborted();
      return { from: 'memory', queries, unreadable: null };
    },
    async openSnapshot(snapshot: SnapshotOptions) {
      snapshot.signal.throwIfAborted();
      return memorySnapshot(openTables(schema, tables), select, snapshot);
    },
    async [Symbol.asyncDispose]() {},
  };
}

function memorySnapshot(
  tables: (name: TableName) => MemoryTable,
  answer: MemorySourceOptions['select'] | null,
  { concurrency, consistency, signal }: SnapshotOptions,
): Snapshot {
  const sorted = new Map<string, readonly Row[]>();
  const rootOf = (query: EntityQuery): readonly Row[] => {
    const id = JSON.stringify([
      query.table,
      query.identity.map((column) => column.name),
      query.groups,
      query.entity,
      query.changed,
    ]);
    const rows =
      sorted.get(id) ?? sortedRoot(query, tablesOf(query, tables)).filter(changeFilter(query, tables));
    sorted.set(id, rows);
    return rows;
  };
  return {
    consistent: consistency !== 'chunk',
    position: null,
    readers: concurrency,
    async *planChunks(query: EntityQuery, plan: ChunkPlan): AsyncGenerator<Chunk> {
      signal.throwIfAborted();
      refuse(query);
      const rows = rootOf(query);
      const own = tablesOf(query, tables);
      const root = own(query.table);
      refuseNullIdentity(
        query,
        rows.map((row) => query.identity.map(({ name }) => root.cell(row, name))),
      );
      yield* planChunks(
        query,
        plan,
        rows.map((row) => keyOf(query, own, row)),
      );
    },
    async *readChunk(query: EntityQuery, chunk: Chunk, options: ReadOptions): AsyncGenerator<RowPage> {
      refuse(query);
      const own = tablesOf(query, tables);
      const range = keyRangeOf(chunk, query.identity.length);
      const rows = rootOf(query).filter((row) => isInRange(query, range, keyOf(query, own, row)));
      const embeds = embedPaths(query).map((path) =>
        streamOf(rows, (row) => childrenOf(query, path.embeds, own, row), options),
      );
      const root = streamOf(rows, (row) => [cellsOf(query, own, row)], options);
      yield* mergeChildren(query, root, embeds, options.pageBytes);
    },
    async countRows(query, countSignal) {
      countSignal.throwIfAborted();
      refuse(query);
      return rootOf(query).length;
    },
    async greatest(name, column, greatestSignal) {
      greatestSignal.throwIfAborted();
      const table = tables(name);
      const cells = table.rows.map((row) => table.cell(row, column.name));
      return aggregateCell('max', column.type, cells);
    },
    async measure(measure, measureSignal) {
      measureSignal.throwIfAborted();
      refuseWhere(measure.where === null ? null : WHERE, measure.table.name);
      return measureTable(measure, tables(measure.table));
    },
    async select(question, selectSignal) {
      selectSignal.throwIfAborted();
      if (answer === null || answer === undefined) {
        throw sourceError('SOURCE_QUERY', 'the memory source does not understand SQL', {
          hint: 'Give memorySource what it answers: its option select.',
        });
      }
      const { columns, rows } = answer(question);
      const { most } = question;
      return { columns, rows: rows.slice(0, most), more: rows.length > most };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What each row makes, about `pageBytes` at a time. */
function streamOf(
  rows: readonly Row[],
  make: (row: Row) => readonly Row[],
  { pageBytes, signal }: ReadOptions,
): RowStream {
  let next = 0;
  return {
    async fetch() {
      signal.throwIfAborted();
      const made: Row[] = [];
      let bytes = 0;
      for (; next < rows.length && (made.length === 0 || bytes < pageBytes); next += 1) {
        const more = make(rows[next] ?? []);
        made.push(...more);
        for (const row of more) bytes += rowBytes(row);
      }
      return { rows: made, bytes };
    },
  };
}

function complaint(query: EntityQuery): string | null {
  const embeds = embedPaths(query).map((path) => lastOf(path.embeds));
  const parts = [
    query,
    ...embeds,
    ...[query, ...embeds].flatMap(({ aggregates }) => aggregates.map(({ of }) => of)),
  ];
  return parts.some((part) => part.where !== null) ? WHERE : null;
}

const WHERE = 'the memory source does not understand where';

function refuse(query: EntityQuery): void {
  refuseWhere(complaint(query), query.entity);
}

function refuseWhere(message: string | null, what: string): void {
  if (message === null) return;
  throw sourceError('SOURCE_QUERY', `${what}: ${message}`, {
    hint: 'Leave the rows out of the tables that memorySource is given.',
  });
}
