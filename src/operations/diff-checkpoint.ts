import type { WireItem } from '../item/attribute-value.js';

/**
 * What a diff keeps beside its chunks that are done. With what its files hold up to their lengths it is all that was
 * read at one moment: neither a page less nor a page more. Plain JSON.
 */
export interface DiffCheckpoint {
  /** Bytes of the files of items and of rejected rows. */
  readonly bytes: { readonly items: number; readonly rejected: number };
  /** Chunks that were read in part, by id. */
  readonly open: { readonly [chunk: string]: ChunkRows };
  /** Of the Scan; null: rows are read still. */
  readonly segments: readonly ScanSegment[] | null;
  readonly found: FoundCounts;
}

/** Rows that were read of a chunk, and what became of them. */
export interface ChunkRows {
  readonly rows: number;
  readonly items: number;
  readonly rejects: number;
}

/** A part of the table that is read page by page. */
export interface ScanSegment {
  /** Where its next page begins; null: at its beginning, or there is none. */
  readonly after: WireItem | null;
  readonly done: boolean;
}

/** What was found in the table. */
export interface FoundCounts {
  readonly items: number;
  /** Null where DynamoDB does not say. */
  readonly readUnits: number | null;
  /** Attributes that are not the mapping's, by how many items have them. */
  readonly extra: readonly (readonly [name: string, items: number])[];
}

/** How far the Scan of the table is; null while rows are read. */
export interface ScanProgress {
  readonly items: number;
  readonly segments: number;
  readonly segmentsDone: number;
}

export function scanProgress({ segments, found }: DiffCheckpoint): ScanProgress | null {
  if (segments === null) return null;
  const segmentsDone = segments.filter(({ done }) => done).length;
  return { items: found.items, segments: segments.length, segmentsDone };
}
