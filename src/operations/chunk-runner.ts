import { availableParallelism } from 'node:os';
import { Threads } from '../executor/threads.js';
import type { EntityMapper } from '../mapping/mapper.js';
import { type ChunkContext, runChunk } from '../pipeline/pipeline.js';
import { type RateLimit, rateLimit } from '../pipeline/rate.js';
import { Writer, type WriterOptions } from '../pipeline/writer.js';
import type { ItemWriter } from '../sink/sink.js';
import type { Chunk, Snapshot } from '../source/source.js';
import type { Counts } from '../state/state.js';
import type { Logger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { usageError } from './errors.js';
import type { ThreadSetup } from './thread-setup.js';

/** Runs chunks to their end: read, written and on record. */
export interface ChunkRunner extends AsyncDisposable {
  run(chunk: Chunk, mapper: EntityMapper, snapshot: Snapshot): Promise<Counts>;
}

/** In this thread, with one writer. */
export function inThisThread(
  itemWriter: ItemWriter,
  options: WriterOptions,
  shared: Omit<ChunkContext, 'writer' | 'meter' | 'signal'>,
): ChunkRunner {
  const writer = new Writer(itemWriter, options);
  const context: ChunkContext = { ...shared, writer, meter: options.meter, signal: options.signal };
  return {
    run: (chunk, mapper, snapshot) => runChunk(chunk, mapper, snapshot, context),
    [Symbol.asyncDispose]: () => writer.idle(),
  };
}

export interface ThreadedOptions extends Omit<ChunkContext, 'writer'> {
  readonly count: number;
  readonly setup: ThreadSetup;
  readonly rate: RateLimit;
  /** What the source reads within; absent: it has no such limit. */
  readonly reads?: RateLimit | undefined;
  readonly log: Logger;
  readonly fail: (error: unknown) => void;
}

/** What there is one of in a run, whoever runs its chunks. */
export type SharedParts = Omit<ThreadedOptions, 'count' | 'setup'>;

const SCRIPT = new URL('./chunk-thread.js', import.meta.url);

/** On threads of their own; this one keeps the record. */
export async function onThreads(options: ThreadedOptions): Promise<ChunkRunner> {
  const { state, rate, reads = rateLimit(Number.POSITIVE_INFINITY, systemClock) } = options;
  const limits = { write: rate, read: reads };
  const threads = await Threads.start({ ...options, limits, script: SCRIPT });
  return {
    async run(chunk, _, { share }) {
      if (share === undefined) throw cannotShare();
      const counts = await threads.run(chunk, share);
      await state.done(chunk, counts);
      return counts;
    },
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}

/** `4` or `auto`. Throws `USAGE_VALUE`. */
export function parseThreads(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const threads = Number(text);
  if (/^\d+$/.test(text) && threads >= 1 && threads <= 64) return threads;
  throw usageError('USAGE_VALUE', `--threads ${JSON.stringify(text)} is no number of threads`, {
    hint: 'Write 1 to 64, or auto.',
  });
}

/** Rows for which a thread is worth the second that it takes to begin. */
const ROWS_A_THREAD = 100_000;
const MOST_AUTOMATIC = 8;

/**
 * How many threads a run gets. More than read at once would have nothing to do; `auto` is one a core where the
 * source's statistics promise each of them enough rows.
 */
export function threadCount(
  asked: number | 'auto',
  sourceConcurrency: number,
  estimatedRows: number,
  { share }: Snapshot,
  log: Logger,
): number {
  const wanted =
    asked === 'auto'
      ? Math.min(availableParallelism(), MOST_AUTOMATIC, Math.floor(estimatedRows / ROWS_A_THREAD))
      : asked;
  const count = Math.max(1, Math.min(wanted, sourceConcurrency));
  if (count > 1 && share === undefined) {
    if (asked !== 'auto') throw cannotShare();
    log.warn('one thread: this snapshot cannot be shared with others; --consistency chunk can');
    return 1;
  }
  if (asked !== 'auto' && count < asked) {
    log.warn({ threads: count }, 'no more threads than --source-concurrency reads chunks at once');
  }
  return count;
}

function cannotShare() {
  return usageError('USAGE_COMBINATION', 'this source cannot share one snapshot among threads', {
    hint: 'Add --consistency chunk, which needs no shared moment (docs/performance.md); or leave --threads out.',
  });
}
