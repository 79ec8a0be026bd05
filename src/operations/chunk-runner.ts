import { availableParallelism } from 'node:os';
import { METER_MS } from '../executor/thread-messages.js';
import { Threads } from '../executor/threads.js';
import type { EntityMapper } from '../mapping/mapper.js';
import { createMeter } from '../pipeline/meter.js';
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

/** What there is one of in a run, whoever runs its chunks. */
export interface SharedParts extends Omit<ChunkContext, 'writer'> {
  readonly rate: RateLimit;
  /** What the source reads within; absent: it has no such limit. */
  readonly reads?: RateLimit | undefined;
  readonly log: Logger;
  readonly fail: (error: unknown) => void;
}

const SCRIPT = new URL('./chunk-thread.js', import.meta.url);

/**
 * In this thread and in `count - 1` more; a chunk goes where the fewest are under way. This one keeps the record, and would have
 * little to do besides: a thread more that only began others costs 45 MB (docs/performance.md).
 */
export async function onThreads(
  count: number,
  setup: ThreadSetup,
  itemWriter: ItemWriter,
  shared: SharedParts,
): Promise<ChunkRunner> {
  const { state, rate, reads = rateLimit(Number.POSITIVE_INFINITY, systemClock) } = shared;
  const limits = { write: rate, read: reads };
  const threads = await Threads.start({ ...shared, count: count - 1, setup, limits, script: SCRIPT });
  const meter = createMeter();
  const own = { ...shared, meter, clock: systemClock };
  const { concurrency, maxPendingBytes, retry } = setup;
  const here = inThisThread(itemWriter, { ...own, concurrency, maxPendingBytes, retry }, own);
  const pulse = setInterval(() => threads.count(meter), METER_MS);
  let underWay = 0;
  return {
    async run(chunk, mapper, snapshot) {
      if (snapshot.share === undefined) throw cannotShare();
      if (threads.fewest <= underWay) {
        const counts = await threads.run(chunk, snapshot.share);
        await state.done(chunk, counts);
        return counts;
      }
      underWay += 1;
      try {
        return await here.run(chunk, mapper, snapshot);
      } finally {
        underWay -= 1;
        threads.count(meter);
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(pulse);
      await Promise.all([here[Symbol.asyncDispose](), threads[Symbol.asyncDispose]()]);
      threads.count(meter);
    },
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
