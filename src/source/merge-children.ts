import { LIMITS } from '../item/limits.js';
import { childBytes, type EmbedPath, embedPaths } from './embed-paths.js';
import { sourceError } from './errors.js';
import { sharedIdentity } from './key-errors.js';
import type { EntityQuery } from './row-query.js';
import type { Cell, Row, RowPage, RowTree, Sequence } from './source.js';

/** Rows in the order of the root's identity, fetched piece by piece. */
export interface RowStream {
  /** The next rows; none means that the stream has ended. */
  fetch(): Promise<Fetched>;
}

export interface Fetched {
  readonly rows: Sequence<Row>;
  readonly bytes: number;
}

/**
 * Children of one root row whose cells pass this are no longer kept: 400 KB is the most an item holds,
 * and no encoding of a cell is shorter than an eighth of its text (a `bit` column packs 8 digits a byte).
 */
export const CHILDREN_BYTES = 8 * LIMITS.itemBytes;

/**
 * Rows of a page with children, the children counted: a page that takes longer to be mapped outlives V8's young
 * generation (docs/performance.md).
 */
const PAGE_ROWS = 250;

const NO_ROWS: readonly Row[] = [];
const NO_CHILDREN: readonly (readonly RowTree[])[] = [];

/**
 * Joins each root row with its children, and those with theirs, in the order that SQL gave to all sides.
 * `streams` are those of `embedPaths(query)`: their rows start with the identity of the root row and the keys
 * of the children above, and meet them by equality of text. Memory is bounded by a fetch of each stream and
 * one page.
 *
 * Throws `SOURCE_STRAY_CHILD` when a child meets no parent, and `SOURCE_QUERY` when two root rows have
 * one identity: their children could not be told apart.
 */
export async function* mergeChildren(
  query: EntityQuery,
  root: RowStream,
  streams: readonly RowStream[],
  pageBytes: number,
): AsyncGenerator<RowPage, void, undefined> {
  const all = embedPaths(query).map((path, index) => new ChildStream(path, streams[index]));
  const children = all.filter(({ path }) => path.embeds.length === 1);
  for (const [index, stream] of all.entries()) stream.adopt(all.slice(index + 1));
  const roots = new Roots(query);
  for (;;) {
    const { rows, bytes } = await root.fetch();
    if (rows.length === 0) break;
    if (children.length === 0) yield { rows: new BareTrees(rows, roots), bytes };
    else yield* pagesWithChildren({ rows, bytes }, roots, children, pageBytes);
  }
  for (const stream of all) {
    const stray = await stream.peek();
    if (stray !== null) throw strayChild(query, stream.path, stray);
  }
}

/** Root rows as they are come upon, each of its own identity. */
class Roots {
  readonly #query: EntityQuery;
  readonly #width: number;
  #former: Row | null = null;

  constructor(query: EntityQuery) {
    this.#query = query;
    this.#width = query.identity.length;
  }

  /** Throws `SOURCE_QUERY` where the row before had the same identity. */
  meet(row: Row): void {
    const former = this.#former;
    if (former !== null && sameKey(former, row, this.#width))
      throw sharedIdentity(this.#query, row.slice(0, this.#width));
    this.#former = row;
  }
}

/** Trees of rows without children, each made when it is asked for: what waits are the rows as they came. */
class BareTrees implements Sequence<RowTree> {
  readonly length: number;
  readonly #rows: Sequence<Row>;
  readonly #roots: Roots;

  constructor(rows: Sequence<Row>, roots: Roots) {
    this.length = rows.length;
    this.#rows = rows;
    this.#roots = roots;
  }

  [Symbol.iterator](): Iterator<RowTree> {
    return new BareTreesIterator(this.#rows[Symbol.iterator](), this.#roots);
  }
}

class BareTreesIterator implements Iterator<RowTree> {
  readonly #rows: Iterator<Row, undefined>;
  readonly #roots: Roots;

  constructor(rows: Iterator<Row, undefined>, roots: Roots) {
    this.#rows = rows;
    this.#roots = roots;
  }

  next(): IteratorResult<RowTree> {
    const row = this.#rows.next().value;
    if (row === undefined) return { done: true, value: undefined };
    this.#roots.meet(row);
    return { done: false, value: { row, children: NO_CHILDREN, overflow: false } };
  }
}

async function* pagesWithChildren(
  fetched: Fetched,
  roots: Roots,
  streams: readonly ChildStream[],
  pageBytes: number,
): AsyncGenerator<RowPage, void, undefined> {
  const rootBytes = fetched.bytes / fetched.rows.length;
  let rows: RowTree[] = [];
  let bytes = 0;
  let count = 0;
  for (const row of fetched.rows) {
    roots.meet(row);
    const held: Held = { bytes: 0, rows: 0 };
    const kept: RowTree[][] = [];
    for (const stream of streams) kept.push(await stream.take(row, held));
    const overflow = held.bytes > CHILDREN_BYTES;
    rows.push({ row, children: overflow ? streams.map(() => []) : kept, overflow });
    bytes += Math.round(rootBytes) + (overflow ? 0 : held.bytes);
    count += 1 + held.rows;
    if (bytes >= pageBytes || count >= PAGE_ROWS) {
      yield { rows, bytes };
      rows = [];
      bytes = 0;
      count = 0;
    }
  }
  if (rows.length > 0) yield { rows, bytes };
}

/** What was met of the children of one root row, at all levels. */
interface Held {
  bytes: number;
  rows: number;
}

class ChildStream {
  readonly path: EmbedPath;
  readonly #stream: RowStream | undefined;
  readonly #width: number;
  /** Streams of the embeds inside this one, in their order. */
  #inner: readonly ChildStream[] = [];
  #rows: Iterator<Row> = NO_ROWS[Symbol.iterator]();
  #next: Row | null = null;
  #ended = false;

  constructor(path: EmbedPath, stream: RowStream | undefined) {
    this.path = path;
    this.#stream = stream;
    this.#width = path.width;
  }

  /** Takes the streams of its own embeds, which stand right behind it in the order of paths. */
  adopt(following: readonly ChildStream[]): void {
    const depth = this.path.embeds.length;
    const end = following.findIndex(({ path }) => path.embeds.length <= depth);
    const below = end < 0 ? following : following.slice(0, end);
    this.#inner = below.filter(({ path }) => path.embeds.length === depth + 1);
  }

  /** The next child with its parent's keys in front, or null at the end. */
  async peek(): Promise<Row | null> {
    while (this.#next === null && !this.#ended) {
      const { done, value } = this.#rows.next();
      if (done !== true) this.#next = value;
      else await this.#fetch();
    }
    return this.#next;
  }

  async #fetch(): Promise<void> {
    const rows = (await this.#stream?.fetch())?.rows ?? NO_ROWS;
    this.#rows = rows[Symbol.iterator]();
    this.#ended = rows.length === 0;
  }

  /** Without an `await` where the row is there: a row of children costs too little for one. */
  #step(): void {
    const { done, value } = this.#rows.next();
    this.#next = done === true ? null : value;
  }

  /** All children of the parent whose keys `parent` starts with; beyond the budget they are counted and dropped. */
  async take(parent: Row, held: Held): Promise<RowTree[]> {
    const rows: RowTree[] = [];
    for (;;) {
      const child = this.#next ?? (await this.peek());
      if (child === null || !sameKey(parent, child, this.#width)) return rows;
      this.#step();
      held.bytes += childBytes(child, this.#width);
      held.rows += 1;
      const isKept = held.bytes <= CHILDREN_BYTES;
      let children: readonly (readonly RowTree[])[] = NO_CHILDREN;
      if (this.#inner.length > 0) {
        const own: RowTree[][] = [];
        for (const stream of this.#inner) own.push(await stream.take(child, held));
        children = own;
      }
      if (isKept) rows.push({ row: child.slice(this.#width), children, overflow: false });
    }
  }
}

/** Length of a row's cells: UTF-16 units for text, which is near enough to bytes for paging. */
export function rowBytes(row: Row): number {
  let bytes = 0;
  for (const cell of row) bytes += cell === null ? 0 : cell.length;
  return bytes;
}

function sameKey(one: Row, other: Row, width: number): boolean {
  for (let column = 0; column < width; column += 1) {
    if (!sameCell(one[column] ?? null, other[column] ?? null)) return false;
  }
  return true;
}

function sameCell(one: Cell, other: Cell): boolean {
  return one === other || (Buffer.isBuffer(one) && Buffer.isBuffer(other) && one.equals(other));
}

function strayChild(query: EntityQuery, { name, width }: EmbedPath, child: Row) {
  const key = child.slice(0, width).join(', ');
  return sourceError(
    'SOURCE_STRAY_CHILD',
    `${query.entity}: a row of ${name} belongs to (${key}), which was not read`,
    {
      hint: 'Root and children were not read from one snapshot, or the identity is not unique in the source.',
    },
  );
}
