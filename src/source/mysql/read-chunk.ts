import { embedPaths } from '../embed-paths.js';
import { type Key, type KeyRange, keyRangeOf } from '../key-range.js';
import { mergeChildren, type RowStream, rowBytes } from '../merge-children.js';
import { nextPageRows } from '../page-rows.js';
import type { EntityQuery } from '../row-query.js';
import type { Chunk, ReadOptions, Row, RowPage } from '../source.js';
import { keyOf } from './literals.js';
import { PageChildren } from './page-children.js';
import type { Session } from './session.js';
import { embedStatement, rootStatement } from './sql.js';

/** Rows of the first page, when nothing is known of their width. */
export const FIRST_ROWS = 100;
/**
 * A page of more rows is still being read when V8 has collected its young generation twice, and is promoted: 1 M rows
 * of 14 columns over four connections took 4.0 µs of CPU a row and 227 MB with pages of 5,000 rows, 2.5 µs and 124 MB
 * with 1,000. Fewer cost more questions: 2.7 µs with 500, 2.8 µs with 250.
 */
export const BOUNDS = { most: 1_000, growth: 8 };
/**
 * Of a page with its children, which are narrow, and whose question is dear: 60,000 carts of 20 lines took 53 µs an item
 * with 1,000, 48 with 2,000, 53 and a quarter more memory with 4,000.
 */
const MOST_WITH_CHILDREN = 2_000;
/** A page that grows beyond so many times its size is cut, and what was cut is read again with the next. */
const EXCESS = 4;

/**
 * The rows of one chunk, page after page behind the last key: the protocol has no portals, and a result that
 * is left waiting would block its connection. Children of a page come by one further query for each embed.
 */
export async function* readChunk(
  session: Session,
  query: EntityQuery,
  chunk: Chunk,
  options: ReadOptions,
): AsyncGenerator<RowPage, void, undefined> {
  const width = query.identity.length;
  const range = keyRangeOf(chunk, width);
  const paths = embedPaths(query);
  let after: Key | null = null;
  let limit = FIRST_ROWS;
  for (;;) {
    const began = performance.now();
    const page: RootPage = await readRoots(session, query, [range, span(after, null)], limit, options);
    const upTo = keyOf(page.rows.at(-1), width);
    if (page.rows.length === 0) return;
    const children = new PageChildren(page.rows, width, EXCESS * options.pageBytes);
    for (const [index, path] of paths.entries()) {
      const statement = embedStatement(query, path, [range, span(after, upTo)]);
      children.begin(index, path.width);
      await session.read(statement, (row) => children.take(row), options.signal);
    }
    const milliseconds = performance.now() - began;
    const rows = page.rows.slice(0, children.complete);
    const root = once(rows);
    const embeds = paths.map((_, index) => once(children.of(index)));
    let bytes = 0;
    for await (const merged of mergeChildren(query, root, embeds, options.pageBytes)) {
      bytes += merged.bytes;
      yield merged;
    }
    if (page.last && rows.length === page.rows.length) return;
    after = keyOf(rows.at(-1), width);
    const inAll = rows.length + children.count;
    const most = Math.min(BOUNDS.most, Math.ceil((MOST_WITH_CHILDREN * rows.length) / inAll));
    limit = nextPageRows({ rows: rows.length, bytes, milliseconds }, options.pageBytes, { ...BOUNDS, most });
  }
}

interface RootPage {
  readonly rows: readonly Row[];
  /** There are no rows behind these. */
  readonly last: boolean;
}

async function readRoots(
  session: Session,
  query: EntityQuery,
  ranges: readonly KeyRange[],
  limit: number,
  { pageBytes, signal }: ReadOptions,
): Promise<RootPage> {
  const rows: Row[] = [];
  let bytes = 0;
  let found = 0;
  const take = (row: Row) => {
    found += 1;
    bytes += rowBytes(row);
    if (rows.length === 0 || bytes <= EXCESS * pageBytes) rows.push(row);
    // A narrow row behind one that was dropped must not be kept.
    else bytes = Number.POSITIVE_INFINITY;
  };
  await session.read(rootStatement(query, ranges, limit), take, signal);
  return { rows, last: found < limit && rows.length === found };
}

function span(after: Key | null, upTo: Key | null): KeyRange {
  return { kind: 'span', after, upTo, taken: null };
}

/** Rows that are all there. */
function once(rows: readonly Row[]): RowStream {
  let rest = rows;
  return {
    async fetch() {
      const fetched = { rows: rest, bytes: rest.reduce((sum, row) => sum + rowBytes(row), 0) };
      rest = [];
      return fetched;
    },
  };
}
