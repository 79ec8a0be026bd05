import { sourceError } from '../errors.js';
import type { ItemAnswer, ItemDecoder, TableSourceOptions } from '../item-decoder.js';
import type { EntityQuery } from '../row-query.js';
import type { Snapshot, SnapshotOptions, Source } from '../source.js';
import { pacedScanner } from './paced-scanner.js';
import { Parents } from './parents.js';
import { planChunks } from './plan-chunks.js';
import { type ItemReading, readChunk } from './read-chunk.js';

/**
 * A table of items as a source of the rows that they were made of, for the tables of the mapping that wrote it. A row is
 * what its primary copy tells; parents that it does not hold are looked up by the keys of theirs. There is no snapshot:
 * an item is as it is when it is read, so that any thread can join one. Every entity is read by a Scan of its own.
 */
export function tableSource(options: TableSourceOptions): Source {
  const { decoder, label } = options;
  const scanner = pacedScanner(options.scanner, options.pace);
  const open = async (snapshot: SnapshotOptions) => tableSnapshot({ ...options, scanner }, snapshot);
  return {
    capabilities: { consistentSnapshot: false, where: false, groups: false },
    label,
    statements: { ofRun: () => [], ofEntity: () => [], ofMeasure: () => [] },
    async discover(signal) {
      signal.throwIfAborted();
      return decoder.schema;
    },
    async probe(query, signal) {
      signal.throwIfAborted();
      const answer = decoder.answer(query);
      return typeof answer === 'string' ? answer : null;
    },
    async statistics(signal) {
      signal.throwIfAborted();
      return [];
    },
    async observedQueries(signal) {
      signal.throwIfAborted();
      const unreadable = {
        why: 'a table of items counts no queries',
        hint: 'Ask the source that it came from.',
      };
      return { from: 'dynamodb', queries: [], unreadable };
    },
    openSnapshot: open,
    joinSnapshot: (_, snapshot) => open(snapshot),
    // The scanner belongs to the caller.
    async [Symbol.asyncDispose]() {},
  };
}

function tableSnapshot(
  { itemCount, lookupBytes, scanner, decoder, consistent }: Omit<TableSourceOptions, 'pace'>,
  { concurrency, signal }: SnapshotOptions,
): Snapshot {
  const parents = new Parents(scanner, decoder, lookupBytes);
  const reading: ItemReading = { scanner, decoder, parents, consistent };
  return {
    consistent: false,
    position: null,
    readers: concurrency,
    share: { of: 'items' },
    async *planChunks(query, plan) {
      signal.throwIfAborted();
      answerOf(decoder, query);
      yield* planChunks(query, plan, itemCount);
    },
    readChunk(query, chunk, options) {
      return readChunk(query, answerOf(decoder, query), chunk, reading, options);
    },
    async countRows(query, counting) {
      const answer = answerOf(decoder, query);
      let rows = 0;
      for (const chunk of planChunks(query, { rowsPerChunk: Number.MAX_SAFE_INTEGER }, itemCount)) {
        const pages = readChunk(query, answer, chunk, reading, { pageBytes: 0, signal: counting });
        for await (const page of pages) rows += page.rows.length;
      }
      return rows;
    },
    greatest: () => Promise.reject(unanswered('the greatest value of a column')),
    measure: () => Promise.reject(unanswered('aggregates of columns')),
    select: () => Promise.reject(unanswered('what a statement of SQL says')),
    async [Symbol.asyncDispose]() {},
  };
}

/** Throws `SOURCE_QUERY` with what the items lack. */
function answerOf(decoder: ItemDecoder, query: EntityQuery): ItemAnswer {
  const answer = decoder.answer(query);
  if (typeof answer !== 'string') return answer;
  throw sourceError('SOURCE_QUERY', `${query.entity} cannot be read from the table: ${answer}`, {
    hint: 'Leave it out of the new mapping, or read from the database that the rows came from.',
  });
}

function unanswered(what: string) {
  return sourceError('SOURCE_QUERY', `a table of items is not asked for ${what}`, {
    hint: 'Use the database that the rows came from.',
  });
}
