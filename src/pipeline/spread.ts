import type { Meter } from './meter.js';

/**
 * Bytes of the items of one chunk that is read for spreading: about two hundred such chunks fit into the memory for
 * what waits, and as many partition keys are written at once (docs/performance.md: 90 % of the capacity, 85 by 128 KB).
 */
const SLICE_BYTES = 64 * 1024;
const LEAST_ROWS = 25;
/** Chunks under way at once: more than wait in memory. */
const CHUNKS_AT_ONCE = 256;

/** How the rows of a run are cut and taken. */
export interface Spread {
  /** Chunks are to be taken from far apart. */
  readonly apart: boolean;
  /** Rows of the next chunk. */
  readonly rowsPerChunk: number;
  /** Chunks that may be under way at once. */
  readonly chunksAtOnce: number;
}

/**
 * Rows in key order are items of few partition keys at a time wherever the keys follow that order, and DynamoDB takes
 * 1,000 units a second of each. So once a key was found to be hot, the rest of the run is read in small chunks from
 * far apart; before, in large ones and in order, which is what the source does best.
 */
export function spreadOf(meter: Meter, rowsPerChunk: number, readers: number): Spread {
  return {
    get apart() {
      return meter.hotKeys > 0;
    },
    get rowsPerChunk() {
      if (meter.hotKeys === 0 || meter.rows === 0) return rowsPerChunk;
      const rows = Math.round((SLICE_BYTES * meter.rows) / Math.max(1, meter.bytes));
      return Math.min(rowsPerChunk, Math.max(LEAST_ROWS, roundDown(rows)));
    },
    get chunksAtOnce() {
      return meter.hotKeys > 0 ? CHUNKS_AT_ONCE : readers;
    },
  };
}

/** To a power of two: each other number of rows begins the walk over the keys anew. */
function roundDown(rows: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, rows)));
}

/** Rows of a run in their own order: a canary is the first rows and no others. */
export function inOrder(rowsPerChunk: number, readers: number): Spread {
  return { apart: false, rowsPerChunk, chunksAtOnce: readers };
}
