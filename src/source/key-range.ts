import { sourceError } from './errors.js';
import type { Chunk, ChunkRange } from './source.js';

/** An identity: raw text of the identity columns, in their order. Compared by the source only. */
export type Key = readonly string[];

/** What the chunks of an adapter that walks keys hold as their range. */
export type KeyRange =
  /** Half open, `(after, upTo]`; null is open: the last chunk takes what lies behind everything. */
  | {
      readonly kind: 'span';
      readonly after: Key | null;
      readonly upTo: Key | null;
      /** Rows in this and all former chunks, where the plan has a limit: a later plan goes on from it. */
      readonly taken: number | null;
    }
  | { readonly kind: 'keys'; readonly keys: readonly Key[] };

/** Everything: what a query reads when no chunk confines it. */
export const WHOLE: KeyRange = { kind: 'span', after: null, upTo: null, taken: null };

export function keyRangeChunk(entity: string, number: number, range: KeyRange): Chunk {
  return { entity, id: `${entity}/${number}`, range: range as ChunkRange };
}

/** The number in a chunk's id, which counts the entity's chunks from 0. */
export function chunkNumber(chunk: Chunk): number {
  return Number(chunk.id.slice(chunk.id.lastIndexOf('/') + 1));
}

/** A chunk's range, which may come from a checkpoint. Throws `SOURCE_QUERY` for what is not a range of `width` columns. */
export function keyRangeOf(chunk: Chunk, width: number): KeyRange {
  const range = chunk.range as Partial<KeyRange>;
  if (range.kind === 'span' && isEnd(range.after, width) && isEnd(range.upTo, width)) {
    return range as KeyRange;
  }
  if (range.kind === 'keys' && range.keys?.every((key) => isKey(key, width)) === true) {
    return range as KeyRange;
  }
  throw sourceError('SOURCE_QUERY', `chunk ${chunk.id} is not a range of ${width} key column(s)`, {
    hint: 'The checkpoint was made for another identity of the entity: start over with --restart.',
  });
}

function isEnd(value: unknown, width: number): boolean {
  return value === null || isKey(value, width);
}

function isKey(value: unknown, width: number): boolean {
  return Array.isArray(value) && value.length === width && value.every((cell) => typeof cell === 'string');
}
