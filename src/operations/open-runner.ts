import type { ItemWriter } from '../sink/sink.js';
import { LOOKUP_BYTES } from '../source/item-decoder.js';
import type { Snapshot } from '../source/source.js';
import type { LogLevel } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { type ChunkRunner, inThisThread, onThreads, type SharedParts, threadCount } from './chunk-runner.js';
import type { ThreadSetup } from './thread-setup.js';
import type { WriteRowsOptions } from './write-rows-options.js';

export interface OpenRunnerOptions extends Pick<WriteRowsOptions, 'threads'> {
  readonly itemWriter: ItemWriter;
  /** Of the whole run: threads divide it among them. */
  readonly writing: Pick<ThreadSetup, 'concurrency' | 'maxPendingBytes' | 'retry'>;
  /** What there is one of in a run. */
  readonly shared: SharedParts;
  /** Chunks read at once. */
  readonly readers: number;
  readonly snapshot: Snapshot;
  readonly estimatedRows: number;
  readonly setup: Omit<
    ThreadSetup,
    | keyof NonNullable<WriteRowsOptions['threads']>['parts']
    | keyof OpenRunnerOptions['writing']
    | 'readers'
    | 'lookupBytes'
    | 'logLevel'
  >;
}

/** Who runs the chunks: this thread, or as many others as were asked for and make sense. */
export async function openRunner(
  options: OpenRunnerOptions,
): Promise<{ readonly runner: ChunkRunner; readonly threads: number }> {
  const { itemWriter, writing, shared, readers, snapshot, estimatedRows, setup, threads: asked } = options;
  const threads =
    asked === undefined ? 1 : threadCount(asked.count, readers, estimatedRows, snapshot, shared.log);
  if (asked === undefined || threads === 1) {
    const runner = inThisThread(itemWriter, { ...writing, ...shared, clock: systemClock }, shared);
    return { runner, threads: 1 };
  }
  const share = (ofRun: number) => Math.ceil(ofRun / threads);
  const parts: ThreadSetup = {
    ...asked.parts,
    ...setup,
    ...writing,
    concurrency: share(writing.concurrency),
    maxPendingBytes: share(writing.maxPendingBytes),
    lookupBytes: share(LOOKUP_BYTES),
    readers,
    logLevel: shared.log.level as LogLevel,
  };
  const runner = await onThreads(threads, parts, itemWriter, shared);
  return { runner, threads };
}
