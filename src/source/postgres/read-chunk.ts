import { embedPaths } from '../embed-paths.js';
import { keyRangeOf } from '../key-range.js';
import { type Fetched, mergeChildren, type RowStream } from '../merge-children.js';
import type { EntityQuery } from '../row-query.js';
import type { Chunk, ReadOptions, RowPage } from '../source.js';
import type { Session } from './session.js';
import { embedStatement, rootStatement } from './sql.js';

/** Rows of the first fetch, when nothing is known of their width: 16 of 300 KB are 5 MB. */
const FIRST_ROWS = 16;
/**
 * The most rows of a fetch. Reading alone gains little from more (8 narrow columns on a local server: 500 rows
 * 0.62, 1,000 rows 0.63, 5,000 rows 0.70 million rows/s), and pages of 1,000 that wait for the writer in four
 * readers outlive V8's young generation: about 5 % more CPU an item. It also bounds rows that are suddenly wide.
 */
const MOST_ROWS = 250;
/** A fetch holds at most so many times the rows of the one before it. */
const GROWTH = 4;

/**
 * The rows of one chunk, read through portals of one session: root and children in turns, a page of each at
 * a time, the next one when the consumer asks for it.
 */
export async function* readChunk(
  session: Session,
  query: EntityQuery,
  chunk: Chunk,
  options: ReadOptions,
): AsyncGenerator<RowPage, void, undefined> {
  const range = keyRangeOf(chunk, query.identity.length);
  const { pageBytes, signal } = options;
  const portals = session.openPortals();
  const stream = (statement: Parameters<typeof portals.open>[0]): RowStream => {
    const portal = portals.open(statement);
    return adaptive(pageBytes, (rows) => session.run(signal, () => portal.fetch(rows)));
  };
  const root = stream(rootStatement(query, range));
  const embeds = embedPaths(query).map((path) => stream(embedStatement(query, path, range)));
  try {
    yield* mergeChildren(query, root, embeds, pageBytes);
  } finally {
    await session.run(signal, () => portals.close());
  }
}

/** Asks for as many rows as make up `pageBytes`, judged by the fetch before. */
function adaptive(pageBytes: number, fetch: (rows: number) => Promise<Fetched>): RowStream {
  let rows = FIRST_ROWS;
  return {
    async fetch() {
      const fetched = await fetch(rows);
      const fitting = Math.floor((pageBytes * fetched.rows.length) / Math.max(fetched.bytes, 1));
      rows = Math.max(1, Math.min(fitting, rows * GROWTH, MOST_ROWS));
      return fetched;
    },
  };
}
