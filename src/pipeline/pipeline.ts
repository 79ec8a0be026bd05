import { type EntityMapper, type Mapped, nothingMapped } from '../mapping/mapper.js';
import { isPassing, sourceError } from '../source/errors.js';
import type { Chunk, Snapshot } from '../source/source.js';
import type { Counts, RunState } from '../state/state.js';
import { ChunkAccount } from './account.js';
import type { Meter } from './meter.js';
import type { RejectFuse } from './reject-fuse.js';
import type { Writer } from './writer.js';

/** What every chunk of a run shares. */
export interface ChunkContext {
  readonly writer: Writer;
  readonly state: Pick<RunState, 'reject' | 'done'>;
  readonly meter: Meter;
  readonly fuse: RejectFuse;
  readonly signal: AbortSignal;
}

/** Bytes of cell text a fetch page aims at: flat memory, and few enough round trips to the source. */
export const PAGE_BYTES = 1024 * 1024;

/**
 * Reads one chunk, maps it, writes its items and records it as done. This is what the in-process
 * executor and the threads call (through the `SnapshotKeeper`, which tries it again where the source was lost).
 *
 * The chunk is done when it has been read to its end and every item it made is acknowledged, held back
 * or rejected, and the record of that is on stable storage. If anything throws, it is not done, and
 * running it again is harmless: the mapping is pure and a put is idempotent.
 */
export async function runChunk(
  chunk: Chunk,
  mapper: EntityMapper,
  snapshot: Snapshot,
  context: ChunkContext,
): Promise<Counts> {
  const { writer, state, meter, fuse } = context;
  const account = new ChunkAccount((reject) => state.reject({ ...reject, chunk: chunk.id }), fuse);
  try {
    await writeRows(chunk, mapper, snapshot, context, account);
  } catch (error) {
    if (!isPassing(error)) throw error;
    // Nothing of this attempt may be under way when the next one begins: an old row must not be written last.
    await writer.settle(account);
    throw account.forget(meter) ? error : tooManyRejects(chunk, error);
  }
  await writer.settle(account);
  account.logRejects();
  const counts = account.counts;
  await state.done(chunk, counts);
  meter.chunksDone += 1;
  return counts;
}

async function writeRows(
  chunk: Chunk,
  mapper: EntityMapper,
  snapshot: Snapshot,
  { writer, meter, signal }: ChunkContext,
  account: ChunkAccount,
): Promise<void> {
  for await (const page of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
    signal.throwIfAborted();
    meter.rows += page.rows.length;
    // Row by row and no further than the writer takes it: finished items weigh more than the rows they are of.
    for (const tree of page.rows) {
      const made = nothingMapped();
      mapper.map(tree, made);
      account.mapped(1, made);
      count(made, meter);
      for (const item of made.items) {
        const full = writer.put(item, account);
        if (full === undefined) continue;
        await full;
        signal.throwIfAborted();
      }
    }
  }
}

/** The log holds rejects of this attempt: only a resume, which drops the lines of open chunks, can go on. */
function tooManyRejects(chunk: Chunk, cause: Error) {
  return sourceError(
    'SOURCE_QUERY',
    `chunk ${chunk.id} was lost behind thousands of rejects: ${cause.message}`,
    {
      cause,
      hint: 'Run again with --resume; a smaller --chunk-size loses less.',
    },
  );
}

function count(made: Mapped, meter: Meter): void {
  meter.skipped += made.skipped;
  meter.dangling += made.dangling;
  meter.rejects += made.rejects.length;
}
