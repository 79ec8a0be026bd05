import { setMaxListeners } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import type { EntityMapper } from '../mapping/mapper.js';
import { createMeter } from '../pipeline/meter.js';
import { type ChunkContext, runChunk } from '../pipeline/pipeline.js';
import type { RateLimit } from '../pipeline/rate.js';
import type { RejectFuse } from '../pipeline/reject-fuse.js';
import { Writer, type WriterOptions } from '../pipeline/writer.js';
import type { ItemWriter } from '../sink/sink.js';
import type { Chunk, Snapshot, SnapshotShare } from '../source/source.js';
import type { Logger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { JoinedSnapshots } from './joined-snapshots.js';
import { type FromThread, type LimitName, METER_MS, plainError, type ToThread } from './thread-messages.js';
import { type SharedLimits, SharedRate, type ThreadRate, threadRate } from './thread-rate.js';

/** What a thread opens for itself before it takes chunks. */
export interface ChunkParts extends AsyncDisposable {
  readonly mappers: readonly EntityMapper[];
  readonly itemWriter: ItemWriter;
  join(share: SnapshotShare, signal: AbortSignal): Promise<Snapshot>;
}

export interface ServeOptions extends Pick<WriterOptions, 'concurrency' | 'maxPendingBytes' | 'retry'> {
  readonly port: MessagePort;
  readonly limits: SharedLimits;
  readonly log: Logger;
  /** `reads`: the thread's end of the limit that the source reads within, where it has one. */
  open(reads: RateLimit, signal: AbortSignal): Promise<ChunkParts>;
}

/** A thread's life: opens its parts, runs the chunks that it is sent, and closes them when the run is over. */
export async function serveChunks(options: ServeOptions): Promise<void> {
  const { port, log } = options;
  const post = (message: FromThread) => port.postMessage(message);
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const limitOf = (name: LimitName) => threadRate(name, new SharedRate(options.limits[name]), post);
  const limits: Readonly<Record<LimitName, ThreadRate>> = { write: limitOf('write'), read: limitOf('read') };
  let run: (chunk: Chunk, share: SnapshotShare) => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    port.on('message', (message: ToThread) => {
      if (message.kind === 'granted') limits[message.limit].granted(message.ticket);
      else if (message.kind === 'run') run(message.chunk, message.share);
      else {
        end.abort(new Error('the run is over'));
        resolve();
      }
    });
  });
  try {
    await using parts = await options.open(limits.read, end.signal);
    await using snapshots = new JoinedSnapshots((share) => parts.join(share, end.signal));
    const meter = createMeter();
    const { concurrency, maxPendingBytes, retry } = options;
    const writer = new Writer(parts.itemWriter, {
      concurrency,
      maxPendingBytes,
      retry,
      rate: limits.write,
      meter,
      log,
      clock: systemClock,
      signal: end.signal,
      fail: (error) => post({ kind: 'failed', error: plainError(error) }),
    });
    const context: ChunkContext = {
      writer,
      meter,
      signal: end.signal,
      fuse: fuseOver(post),
      // The main thread records that it is done, behind the lines of its rejects.
      state: { reject: (line) => post({ kind: 'rejectLine', line }), done: async () => undefined },
    };
    run = (chunk, share) => {
      runOne(chunk, share, parts, snapshots, context).then(
        (counts) => post({ kind: 'done', chunk: chunk.id, counts, meter: { ...meter } }),
        (error: unknown) => {
          if (end.signal.aborted) return; // nobody waits for it
          post({ kind: 'lost', chunk: chunk.id, error: plainError(error), meter: { ...meter } });
        },
      );
    };
    const pulse = setInterval(() => post({ kind: 'meter', meter: { ...meter } }), METER_MS);
    post({ kind: 'ready' });
    try {
      await over;
    } finally {
      clearInterval(pulse);
      await writer.idle(); // before source and sink are let go
    }
  } catch (error) {
    if (!end.signal.aborted) {
      post({ kind: 'failed', error: plainError(error) });
      await over;
    }
  } finally {
    port.close();
  }
}

async function runOne(
  chunk: Chunk,
  share: SnapshotShare,
  { mappers }: ChunkParts,
  snapshots: JoinedSnapshots,
  context: ChunkContext,
) {
  const mapper = mappers.find(({ entity }) => entity === chunk.entity);
  if (mapper === undefined) throw new TypeError(`no mapper of ${chunk.entity} in this thread`);
  return runChunk(chunk, mapper, await snapshots.of(share), context);
}

function fuseOver(post: (message: FromThread) => void): RejectFuse {
  return {
    count: (reject) => post({ kind: 'rejected', reject }),
    takeBack: (rejects) => post({ kind: 'takenBack', rejects }),
  };
}
