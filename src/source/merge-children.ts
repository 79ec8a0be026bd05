import { LIMITS } from '../item/limits.js';
import { sourceError } from './errors.js';
import { sharedIdentity } from './key-errors.js';
import type { EntityQuery } from './row-query.js';
import type { Cell, Row, RowPage, RowTree } from './source.js';

/** Rows in the order of the root's identity, fetched piece by piece. */
export interface RowStream {
  /** The next rows; none means that the stream has ended. */
  fetch(): Promise<Fetched>;
}

export interface Fetched {
  readonly rows: readonly Row[];
  readonly bytes: number;
}

/**
 * Children of one root row whose cells pass this are no longer kept: 400 KB is the most an item holds,
 * and no encoding of a cell is shorter than an eighth of its text (a `bit` column packs 8 digits a byte).
 */
export const CHILDREN_BYTES = 8 * LIMITS.itemBytes;

const NO_CHILDREN: readonly (readonly RowTree[])[] = [];

/**
 * Joins each root row with its children, in the order that SQL gave to both sides: rows of
 * `embeds[i]` start with the identity of the root row they belong to, and meet it by equality of text.
 * Memory is bounded by a fetch of each stream and one page.
 *
 * Throws `SOURCE_STRAY_CHILD` when a child meets no root row, and `SOURCE_QUERY` when two root rows have
 * one identity: their children could not be told apart.
 */
export async function* mergeChildren(
  query: EntityQuery,
  root: RowStream,
  embeds: readonly RowStream[],
  pageBytes: number,
): AsyncGenerator<RowPage, void, undefined> {
  const width = query.identity.length;
  const children = embeds.map((stream) => new ChildStream(stream, width));
  let former: Row | null = null;
  for (;;) {
    const fetched = await root.fetch();
    if (fetched.rows.length === 0) break;
    for (const row of fetched.rows) {
      if (former !== null && sameKey(former, row, width)) throw sharedIdentity(query, row.slice(0, width));
      former = row;
    }
    if (children.length === 0) {
      yield {
        rows: fetched.rows.map((row) => ({ row, children: NO_CHILDREN, overflow: false })),
        bytes: fetched.bytes,
      };
    } else {
      yield* pagesWithChildren(fetched, children, pageBytes);
    }
  }
  for (const [index, stream] of children.entries()) {
    const stray = await stream.peek();
    if (stray !== null) throw strayChild(query, index, stray);
  }
}

async function* pagesWithChildren(
  fetched: Fetched,
  streams: readonly ChildStream[],
  pageBytes: number,
): AsyncGenerator<RowPage, void, undefined> {
  const rootBytes = fetched.bytes / fetched.rows.length;
  let rows: RowTree[] = [];
  let bytes = 0;
  for (const row of fetched.rows) {
    const kept: RowTree[][] = [];
    let childBytes = 0;
    for (const stream of streams) {
      const taken = await stream.take(row, CHILDREN_BYTES - childBytes);
      kept.push(taken.rows);
      childBytes += taken.bytes;
    }
    const overflow = childBytes > CHILDREN_BYTES;
    rows.push({ row, children: overflow ? streams.map(() => []) : kept, overflow });
    bytes += Math.round(rootBytes) + (overflow ? 0 : childBytes);
    if (bytes >= pageBytes) {
      yield { rows, bytes };
      rows = [];
      bytes = 0;
    }
  }
  if (rows.length > 0) yield { rows, bytes };
}

class ChildStream {
  readonly #stream: RowStream;
  readonly #width: number;
  #rows: readonly Row[] = [];
  #next = 0;
  #ended = false;

  constructor(stream: RowStream, width: number) {
    this.#stream = stream;
    this.#width = width;
  }

  /** The next child with the root's identity in front, or null at the end. */
  async peek(): Promise<Row | null> {
    if (this.#next === this.#rows.length && !this.#ended) {
      this.#rows = (await this.#stream.fetch()).rows;
      this.#next = 0;
      this.#ended = this.#rows.length === 0;
    }
    return this.#rows[this.#next] ?? null;
  }

  /** All children of `root`; those that pass `budget` bytes are counted and dropped. */
  async take(root: Row, budget: number): Promise<{ readonly rows: RowTree[]; readonly bytes: number }> {
    const rows: RowTree[] = [];
    let bytes = 0;
    for (;;) {
      const child = this.#rows[this.#next] ?? (await this.peek());
      if (child === null || !sameKey(root, child, this.#width)) return { rows, bytes };
      this.#next += 1;
      const row = child.slice(this.#width);
      bytes += rowBytes(row);
      if (bytes <= budget) rows.push({ row, children: NO_CHILDREN, overflow: false });
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

/** One level of embeds is read; more would be lost without this. Throws `SOURCE_QUERY`. */
export function refuseNestedEmbeds(query: EntityQuery): void {
  const nested = query.embeds.find((embed) => embed.embeds.length > 0);
  if (nested === undefined) return;
  throw sourceError(
    'SOURCE_QUERY',
    `${query.entity}: embed ${nested.name} holds embeds, which are not read`,
    {
      hint: 'Embed one level, or make the inner one an entity of its own.',
    },
  );
}

function strayChild(query: EntityQuery, embed: number, child: Row) {
  const key = child.slice(0, query.identity.length).join(', ');
  return sourceError(
    'SOURCE_STRAY_CHILD',
    `${query.entity}: a row of ${query.embeds[embed]?.name} belongs to (${key}), which was not read`,
    {
      hint: 'Root and children were not read from one snapshot, or the identity is not unique in the source.',
    },
  );
}
