import type { Reject } from '../item/reject.js';
import { type EntityMapper, type Mapped, nothingMapped } from '../mapping/mapper.js';
import type { Chunk, Snapshot } from '../source/source.js';
import type { Counts, RunState } from '../state/state.js';
import { ChunkAccount } from './account.js';
import type { Meter } from './meter.js';
import type { Writer } from './writer.js';

/** What every chunk of a run shares. */
export interface ChunkContext {
  readonly snapshot: Snapshot;
  readonly writer: Writer;
  readonly state: RunState;
  readonly meter: Meter;
  /** Called for each reject; throws to end the run (`--max-rejects`). */
  readonly onReject: (reject: Reject) => void;
  readonly signal: AbortSignal;
}

/** Bytes of cell text a fetch page aims at: flat memory, and few enough round trips to the source. */
export const PAGE_BYTES = 1024 * 1024;

/**
 * Reads one chunk, maps it, writes its items and records it as done. This is what the in-process
 * executor calls, and worker threads and distributed workers will.
 *
 * The chunk is done when it has been read to its end and every item it made is acknowledged, held back
 * or rejected, and the record of that is on stable storage. If anything throws, it is not done, and
 * running it again is harmless: the mapping is pure and a put is idempotent.
 */
export async function runChunk(chunk: Chunk, mapper: EntityMapper, context: ChunkContext): Promise<Counts> {
  const { snapshot, writer, state, meter, onReject, signal } = context;
  const account = new ChunkAccount((reject) => {
    state.reject({ ...reject, chunk: chunk.id });
    onReject(reject);
  });
  for await (const page of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
    meter.rows += page.rows.length;
    // Row by row and no further than the writer takes it: finished items weigh more than the rows they are of.
    for (const tree of page.rows) {
      const made = nothingMapped();
      mapper.map(tree, made);
      account.mapped(1, made);
      count(made, meter);
      for (const item of made.items) {
        const full = writer.put(item, account);
        if (full !== undefined) await full;
        signal.throwIfAborted();
      }
    }
  }
  await writer.settle(account);
  const counts = account.counts;
  await state.done(chunk, counts);
  meter.chunksDone += 1;
  return counts;
}

function count(made: Mapped, meter: Meter): void {
  meter.skipped += made.skipped;
  meter.dangling += made.dangling;
  meter.rejects += made.rejects.length;
}
