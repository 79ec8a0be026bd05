import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Meter } from '../pipeline/meter.js';
import type { RateLimit } from '../pipeline/rate.js';
import type { RejectFuse } from '../pipeline/reject-fuse.js';
import type { Chunk, SnapshotShare } from '../source/source.js';
import type { Counts, RunState } from '../state/state.js';
import { messageOf } from '../support/error.js';
import type { Logger } from '../support/log.js';
import { threadError } from './errors.js';
import { MeterSum } from './meter-sum.js';
import { errorOf, type FromThread, type LimitName, type ToThread } from './thread-messages.js';
import { type SharedLimits, SharedRate } from './thread-rate.js';

export interface ThreadsOptions {
  /** The module that every thread runs; it is given `setup` and `limits`, which are `SharedLimits`. */
  readonly script: URL;
  /** Plain data, cloned. */
  readonly setup: object;
  readonly count: number;
  /** Of a thread's old generation; default what V8 gives it. */
  readonly memoryMb?: number | undefined;
  readonly limits: Readonly<Record<LimitName, RateLimit>>;
  readonly meter: Meter;
  readonly fuse: RejectFuse;
  readonly state: Pick<RunState, 'reject'>;
  readonly log: Logger;
  /** Ends the run: called with each error that is not one of a chunk. */
  readonly fail: (error: unknown) => void;
  /** Aborted when the run is over, for whatever reason. */
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly resolve: (counts: Counts) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly number: number;
  readonly chunks: Map<string, Waiting>;
  readonly ready: Promise<void>;
  readonly exited: Promise<unknown>;
}

/**
 * V8 lets the young generation of each thread grow with the machine; 16 MB hold what is read and written at once,
 * and what lives longer is little (docs/performance.md).
 */
const LIMITS = { maxYoungGenerationSizeMb: 16 } as const;
/** A thread ends when its requests do; one that does not is ended. */
const END_MS = 25_000;

/**
 * Threads that run chunks. Each has its own connections and its own writer; what there must be one of in a run,
 * limits, checkpoint, reject log, fuse and meter, stays in this thread, which they ask and tell by messages.
 * A thread that dies ends the run: its requests may still land, so that only a resume can go on.
 *
 * No pool library: those hand a task to whoever is free, end a thread to cancel a task and replace one that died,
 * where these keep their writer from chunk to chunk and need a way back to the one limit.
 */
export class Threads implements AsyncDisposable {
  readonly #options: ThreadsOptions;
  readonly #shared: Readonly<Record<LimitName, SharedRate>> = {
    write: new SharedRate(),
    read: new SharedRate(),
  };
  readonly #meters: MeterSum;
  readonly #threads: readonly Thread[];
  #ending = false;

  private constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#meters = new MeterSum(options.meter);
    this.#share();
    this.#threads = Array.from({ length: options.count }, (_, at) => this.#spawn(at + 1));
    options.signal.addEventListener('abort', () => this.#abandon(), { once: true });
  }

  /** Resolves when all have opened what they need. Throws what one of them said. */
  static async start(options: ThreadsOptions): Promise<Threads> {
    const threads = new Threads(options);
    try {
      options.signal.throwIfAborted();
      await Promise.all(threads.#threads.map(({ ready }) => ready));
      return threads;
    } catch (error) {
      await threads[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs a chunk on the thread with the fewest; its lines are in the reject log when it resolves. */
  run(chunk: Chunk, share: SnapshotShare): Promise<Counts> {
    const { signal } = this.#options;
    if (signal.aborted) return Promise.reject(signal.reason);
    const thread = this.#least;
    return new Promise((resolve, reject) => {
      thread.chunks.set(chunk.id, { resolve, reject });
      post(thread.worker, { kind: 'run', chunk, share });
    });
  }

  /** Chunks under way on the thread that has the fewest. */
  get fewest(): number {
    return this.#least.chunks.size;
  }

  /** Takes in what was counted in this thread, which may run chunks besides. */
  count(meter: Meter): void {
    this.#meters.update(0, { ...meter });
  }

  get #least(): Thread {
    return this.#threads.reduce((least, one) => (one.chunks.size < least.chunks.size ? one : least));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = true;
    const exits = Promise.all(this.#threads.map(({ exited }) => exited));
    for (const { worker } of this.#threads) post(worker, { kind: 'end' });
    const late = new AbortController();
    await Promise.race([exits, delay(END_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #spawn(number: number): Thread {
    const { script, setup, memoryMb } = this.#options;
    const limits: SharedLimits = { write: this.#shared.write.buffer, read: this.#shared.read.buffer };
    const worker = new Worker(script, {
      name: `tablefold-${number}`,
      workerData: { ...setup, limits },
      resourceLimits: memoryMb === undefined ? LIMITS : { ...LIMITS, maxOldGenerationSizeMb: memoryMb },
    });
    const chunks = new Map<string, Waiting>();
    const exited = once(worker, 'exit').catch(() => undefined); // an error comes before the exit, and was told
    const ready = new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'ready') resolve();
        else this.#hear(thread, message);
        this.#share(); // what was settled has changed it, or an operator has
        if (message.kind === 'failed') reject(errorOf(message.error));
      });
      const died = (why: string, cause?: unknown) => {
        const { signal, fail } = this.#options;
        const error = threadError(number, why, cause);
        // An abort ends threads that are still beginning: whoever waits until they are ready has to hear of it.
        reject(signal.aborted ? signal.reason : error);
        if (!this.#ending) fail(error);
      };
      worker.on('error', (error) => died(messageOf(error), error));
      worker.on('exit', (code) => died(`it ended by itself with code ${code}`));
    });
    ready.catch(() => undefined); // whoever starts the threads waits for it; later it is settled
    const thread: Thread = { worker, number, chunks, ready, exited };
    return thread;
  }

  #share(): void {
    const { limits } = this.#options;
    this.#shared.write.set(limits.write);
    this.#shared.read.set(limits.read);
  }

  #hear(thread: Thread, message: FromThread): void {
    const { limits, fuse, state, fail, signal } = this.#options;
    switch (message.kind) {
      case 'take':
        limits[message.limit].take(message.units, signal).then(
          () => post(thread.worker, { kind: 'granted', limit: message.limit, ticket: message.ticket }),
          () => undefined, // the run is over, and the thread is told
        );
        return;
      case 'settle':
        limits[message.limit].settle(message.taken, message.consumed, message.leftShare);
        return;
      case 'forgive':
        limits[message.limit].forgive();
        return;
      case 'rejected':
        fuse.count(message.reject);
        return;
      case 'takenBack':
        fuse.takeBack(message.rejects);
        return;
      case 'rejectLine':
        state.reject(message.line);
        return;
      case 'log':
        this.#log(thread.number, message.line);
        return;
      case 'failed':
        fail(errorOf(message.error));
        return;
      case 'ready':
        return;
      case 'done':
      case 'lost': {
        const waiting = thread.chunks.get(message.chunk);
        thread.chunks.delete(message.chunk);
        if (message.kind === 'done') waiting?.resolve(message.counts);
        else waiting?.reject(errorOf(message.error));
      }
    }
    this.#meters.update(thread.number, message.meter);
  }

  /** A line of pino, said again by the run's own logger. */
  #log(thread: number, line: string): void {
    const {
      level,
      time: _,
      msg,
      ...fields
    } = JSON.parse(line) as { level: number; time: number; msg: string };
    const { log } = this.#options;
    if (level >= 50) log.error({ thread, ...fields }, msg);
    else if (level >= 40) log.warn({ thread, ...fields }, msg);
    else if (level >= 30) log.info({ thread, ...fields }, msg);
    else log.debug({ thread, ...fields }, msg);
  }

  /** The run is over: nobody hears of a chunk any more. */
  #abandon(): void {
    this.#ending = true;
    for (const { worker, chunks } of this.#threads) {
      post(worker, { kind: 'end' });
      for (const { reject } of chunks.values()) reject(this.#options.signal.reason);
      chunks.clear();
    }
  }
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}
