import { embedPaths } from '../embed-paths.js';
import { keyRangeOf } from '../key-range.js';
import { type Fetched, mergeChildren, type RowStream } from '../merge-children.js';
import { nextPageRows, type PageBounds } from '../page-rows.js';
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
const BOUNDS = { most: 250, growth: 4 };
/**
 * Children are narrow, many to a root, and soon in an item: 60,000 carts of 20 lines took 0.92 of the CPU and came 1.13
 * times as fast with 1,000 rows a fetch as with 250; with 2,000 they outlive the young generation.
 */
const CHILD_BOUNDS = { most: 1_000, growth: 4 };
/** Root rows that wait for their children do so for longer: 0.96 of the CPU with 100 instead of 250. */
const PARENT_BOUNDS = { most: 100, growth: 4 };

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
  const stream = (statement: Parameters<typeof portals.open>[0], bounds: PageBounds): RowStream => {
    const portal = portals.open(statement);
    return adaptive(pageBytes, bounds, (rows) => session.run(signal, () => portal.fetch(rows)));
  };
  const paths = embedPaths(query);
  const root = stream(rootStatement(query, range), paths.length > 0 ? PARENT_BOUNDS : BOUNDS);
  const embeds = paths.map((path) => stream(embedStatement(query, path, range), CHILD_BOUNDS));
  try {
    yield* mergeChildren(query, root, embeds, pageBytes);
  } finally {
    await session.run(signal, () => portals.close());
  }
}

/** Asks for as many rows as make up `pageBytes` and come in time, judged by the fetch before. */
function adaptive(
  pageBytes: number,
  bounds: PageBounds,
  fetch: (rows: number) => Promise<Fetched>,
): RowStream {
  let rows = FIRST_ROWS;
  return {
    async fetch() {
      const began = performance.now();
      const fetched = await fetch(rows);
      const milliseconds = performance.now() - began;
      const read = { rows: fetched.rows.length, bytes: fetched.bytes, milliseconds };
      rows = nextPageRows(read, pageBytes, bounds);
      return fetched;
    },
  };
}
