import { embedPaths } from '../embed-paths.js';
import { EncodedRows } from '../encoded-rows.js';
import { type Key, type KeyRange, keyRangeOf } from '../key-range.js';
import { mergeChildren, type RowStream } from '../merge-children.js';
import { nextPageRows } from '../page-rows.js';
import type { EntityQuery } from '../row-query.js';
import type { Chunk, ReadOptions, Row, RowPage, Sequence } from '../source.js';
import { keyOf } from './literals.js';
import { PageChildren } from './page-children.js';
import type { Session } from './session.js';
import { embedStatement, rootStatement } from './sql.js';
import { textRowReader } from './text-row.js';

/** Rows of the first page, when nothing is known of their width. */
export const FIRST_ROWS = 100;
/**
 * Fewer cost more questions, and more outlive V8's young generation: 1 M rows of 14 columns over four connections took
 * 2.7 µs of CPU a row with 500, 2.5 with 1,000, 4.0 and twice the memory with 5,000. Since rows wait as bytes, 250 to
 * 2,000 differ by less than can be measured.
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
    const { roots, last }: RootPage = await readRoots(
      session,
      query,
      [range, span(after, null)],
      limit,
      options,
    );
    if (roots.length === 0) return;
    const upTo = keyOf(roots.last, width);
    // Children are told apart by the keys of their roots; where there are none, roots wait as they came.
    const parents = paths.length === 0 ? [] : [...roots];
    const children = new PageChildren(parents, width, EXCESS * options.pageBytes);
    for (const [index, path] of paths.entries()) {
      const statement = embedStatement(query, path, [range, span(after, upTo)]);
      children.begin(index, path.width);
      await session.read(statement, (row) => children.take(row), options.signal);
    }
    const milliseconds = performance.now() - began;
    const rows = paths.length === 0 ? roots : parents.slice(0, children.complete);
    const root = once(rows, (roots.bytes * rows.length) / roots.length);
    const embeds = paths.map((_, index) => once(children.of(index), 0));
    let bytes = 0;
    for await (const merged of mergeChildren(query, root, embeds, options.pageBytes)) {
      bytes += merged.bytes;
      yield merged;
    }
    const isWhole = rows.length === roots.length;
    if (last && isWhole) return;
    after = isWhole ? upTo : keyOf(parents[rows.length - 1], width);
    const inAll = rows.length + children.count;
    const most = Math.min(BOUNDS.most, Math.ceil((MOST_WITH_CHILDREN * rows.length) / inAll));
    limit = nextPageRows({ rows: rows.length, bytes, milliseconds }, options.pageBytes, { ...BOUNDS, most });
  }
}

interface RootPage {
  readonly roots: EncodedRows;
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
  const { text, readers } = rootStatement(query, ranges, limit);
  const roots = new EncodedRows(textRowReader(readers));
  let found = 0;
  const take = (bytes: Buffer, start: number, end: number) => {
    found += 1;
    // Once a row is dropped, so are all behind it.
    const isNext = roots.length === found - 1;
    const fits = roots.length === 0 || roots.bytes + end - start <= EXCESS * pageBytes;
    if (isNext && fits) roots.add(bytes, start, end);
  };
  await session.take(text, take, signal);
  return { roots, last: found < limit && roots.length === found };
}

function span(after: Key | null, upTo: Key | null): KeyRange {
  return { kind: 'span', after, upTo, taken: null };
}

/** Rows that are all there. */
function once(rows: Sequence<Row>, bytes: number): RowStream {
  let rest = rows;
  return {
    async fetch() {
      const fetched = { rows: rest, bytes };
      rest = [];
      return fetched;
    },
  };
}
