import { isPassing } from '../source/errors.js';
import type { RowPage, Snapshot } from '../source/source.js';
import { MigrationError, messageOf } from '../support/error.js';
import { type Gate, shutGate, untilAborted } from '../support/gate.js';
import type { Logger } from '../support/log.js';
import type { Clock } from '../support/time.js';
import type { Meter } from './meter.js';
import type { RetryPolicy } from './retry.js';

/** Often enough that a source under load is relieved soon, and no load of its own. */
export const ASK_EVERY_MS = 5_000;

/** Something that the source is asked, and that may want reading to pause. */
export interface PauseQuestion {
  /** The flag that asks, for people. */
  readonly flag: string;
  /** Why reading has to pause; null: for all that this asks, it may go on. */
  readonly ask: (signal: AbortSignal) => Promise<string | null>;
}

/** Which flag wants a pause, and why. */
export interface PauseReason {
  readonly flag: string;
  readonly why: string;
}

export interface SourcePauseOptions {
  /** At least one; reading pauses while one of them wants so. */
  readonly questions: readonly PauseQuestion[];
  readonly everyMs: number;
  /** How long a question may go without an answer. */
  readonly retry: Pick<RetryPolicy, 'patienceMs'>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Told of a question that will not be answered any more: the run ends. */
  readonly fail: (error: unknown) => void;
}

/** Holds back whoever reads the source while it asks for a pause. */
export class SourcePause implements AsyncDisposable {
  readonly #options: SourcePauseOptions;
  readonly #stop = new AbortController();
  #gate: Gate | null = null;
  #asking: Promise<void> | null = null;
  /** Up to when the pause that goes on is counted. */
  #countedUpTo = 0;
  #unansweredSince: number | null = null;

  private constructor(options: SourcePauseOptions) {
    this.#options = options;
  }

  /** Asks once, and throws what the source complains of, for somebody is watching; then again and again. */
  static async open(options: SourcePauseOptions): Promise<SourcePause> {
    const pause = new SourcePause(options);
    pause.#heed(await pause.#ask(options.signal));
    pause.#begin();
    return pause;
  }

  /** Resolves when the source may be read: mostly at once. Rejects with the signal's reason. */
  async wait(): Promise<void> {
    while (this.#gate !== null) await untilAborted(this.#gate.promise, this.#options.signal);
  }

  #begin(): void {
    this.#asking = this.#askOn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#asking;
  }

  async #askOn(): Promise<void> {
    const { everyMs, clock, log, fail } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.#stop.signal]);
    try {
      for (;;) {
        await clock.sleep(everyMs, signal);
        try {
          this.#heed(await this.#ask(signal));
        } catch (error) {
          if (signal.aborted || !isPassing(error)) throw error;
          log.warn({ why: messageOf(error) }, `no answer to ${this.#flags()}; asking again`);
          this.#checkPatience(error);
        }
      }
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
  }

  /** The first reason for a pause, or null. Each is asked, so that the first time tells of each that it is refused. */
  async #ask(signal: AbortSignal): Promise<PauseReason | null> {
    let reason: PauseReason | null = null;
    for (const { flag, ask } of this.#options.questions) {
      const why = await ask(signal);
      if (why !== null) reason ??= { flag, why };
    }
    return reason;
  }

  #flags(): string {
    return this.#options.questions.map(({ flag }) => flag).join(' and ');
  }

  #heed(reason: PauseReason | null): void {
    const { clock, meter, log } = this.#options;
    const now = clock.now();
    this.#unansweredSince = null;
    if (this.#gate !== null) meter.pausedMs += now - this.#countedUpTo;
    this.#countedUpTo = now;
    if (reason !== null) {
      meter.sourcePaused = { ...reason, since: meter.sourcePaused?.since ?? now };
      if (this.#gate === null) log.warn(reason, 'reading pauses');
      this.#gate ??= shutGate();
      return;
    }
    if (this.#gate === null) return;
    this.#gate.resolve();
    this.#gate = null;
    meter.sourcePaused = null;
    log.warn(`reading goes on: ${this.#flags()} wants no pause any more`);
  }

  #checkPatience(error: MigrationError): void {
    const { clock, retry } = this.#options;
    this.#unansweredSince ??= clock.now();
    if (clock.now() - this.#unansweredSince < retry.patienceMs) return;
    const seconds = Math.round(retry.patienceMs / 1000);
    throw new MigrationError(
      error.code,
      `${this.#flags()} had no answer for ${seconds} s: ${error.message}`,
      {
        cause: error,
        hint: 'What is done is in the checkpoint: run again with --resume when the source is back; --source-patience waits for longer.',
      },
    );
  }
}

/** The snapshot, each page of rows read only when the source may be read. */
export function paced(snapshot: Snapshot, pause: Pick<SourcePause, 'wait'>): Snapshot {
  return {
    consistent: snapshot.consistent,
    position: snapshot.position,
    readers: snapshot.readers,
    readersReason: snapshot.readersReason,
    share: snapshot.share,
    planChunks: (query, plan) => snapshot.planChunks(query, plan),
    async *readChunk(query, chunk, options): AsyncGenerator<RowPage> {
      await pause.wait();
      for await (const page of snapshot.readChunk(query, chunk, options)) {
        yield page;
        await pause.wait();
      }
    },
    countRows: (query, signal) => snapshot.countRows(query, signal),
    greatest: (table, column, signal) => snapshot.greatest(table, column, signal),
    measure: (measure, signal) => snapshot.measure(measure, signal),
    select: (question, signal) => snapshot.select(question, signal),
    [Symbol.asyncDispose]: () => snapshot[Symbol.asyncDispose](),
  };
}
