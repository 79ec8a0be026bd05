import { sourceError } from '../errors.js';
import { chunkNumber } from '../key-range.js';
import type { EntityQuery } from '../row-query.js';
import type { Chunk, ChunkPlan, ChunkRange } from '../source.js';

/** What a chunk reads: one segment of a parallel Scan, the first rows of one, or the items of some rows. */
export type ItemRange =
  | { readonly kind: 'segment'; readonly segment: number; readonly segments: number }
  | { readonly kind: 'first'; readonly rows: number }
  | { readonly kind: 'keys'; readonly keys: readonly (readonly string[])[] };

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html, TotalSegments */
const MOST_SEGMENTS = 1_000_000;
/** Where the table does not tell how much it holds: it counts its items every six hours. */
const FEWEST_SEGMENTS = 8;

/**
 * As many segments as make about `rowsPerChunk` items each. They are known before anything is read, and their number is
 * that of the first chunk for the whole walk: with another one they would overlap.
 */
export function* planChunks(
  { entity }: EntityQuery,
  { rowsPerChunk, after, limit, keys }: ChunkPlan,
  itemCount: number,
): Generator<Chunk, void, undefined> {
  const former = after === undefined ? null : itemRangeOf(after);
  let number = after === undefined ? 0 : chunkNumber(after) + 1;
  const chunk = (range: ItemRange): Chunk => ({
    entity,
    id: `${entity}/${number++}`,
    range: range as ChunkRange,
  });
  if (keys !== undefined) {
    for (let at = number * rowsPerChunk; at < keys.length; at += rowsPerChunk) {
      yield chunk({ kind: 'keys', keys: keys.slice(at, at + rowsPerChunk) });
    }
    return;
  }
  if (limit !== undefined) {
    if (former === null) yield chunk({ kind: 'first', rows: limit });
    return;
  }
  const wanted = Math.max(FEWEST_SEGMENTS, Math.ceil(itemCount / rowsPerChunk));
  const segments = former?.kind === 'segment' ? former.segments : Math.min(MOST_SEGMENTS, wanted);
  const next = former?.kind === 'segment' ? former.segment + 1 : 0;
  for (let segment = next; segment < segments; segment += 1)
    yield chunk({ kind: 'segment', segment, segments });
}

/** A chunk's range, which may come from a checkpoint. Throws `SOURCE_QUERY` for one of another source. */
export function itemRangeOf({ id, range }: Chunk): ItemRange {
  const found = range as Partial<ItemRange>;
  if (found.kind === 'segment' || found.kind === 'first' || found.kind === 'keys') return found as ItemRange;
  throw sourceError('SOURCE_QUERY', `chunk ${id} is no part of a table of items`, {
    hint: 'It is of another source: begin again with --restart.',
  });
}
