import { isPassing } from '../source/errors.js';
import type { Snapshot, SnapshotOptions, Source } from '../source/source.js';
import { MigrationError, messageOf } from '../support/error.js';
import { type Gate, shutGate, untilAborted } from '../support/gate.js';
import type { Logger } from '../support/log.js';
import type { Clock } from '../support/time.js';
import type { Meter } from './meter.js';
import { fullJitter, type RetryPolicy } from './retry.js';

/** Why a run goes on with another snapshot. */
export type Replacement = 'lost' | 'aged';

export interface KeeperOptions {
  readonly source: Source;
  readonly snapshot: SnapshotOptions;
  /** How long the source may be away. */
  readonly retry: RetryPolicy;
  /** Milliseconds after which a snapshot is given up for a new one; null: never. */
  readonly maxAgeMs: number | null;
  /**
   * Told of a snapshot that takes the place of another, before anything is read from it, with the ids of what
   * was read in part from the former. Throws to end the run; what passes by is tried again.
   */
  readonly onReplaced: (snapshot: Snapshot, why: Replacement, readAgain: readonly string[]) => Promise<void>;
  /** What to do once patience has run out; default: to resume the run. */
  readonly whenGivenUp?: string;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: Logger;
}

const RESUME =
  'What is done is in the checkpoint: run again with --resume when the source is back; --source-patience waits for longer.';

/**
 * A piece of work that was lost so often in a row is given up, although the source answers in between: each
 * attempt costs the source what it read.
 */
const MOST_ATTEMPTS = 20;

interface Held {
  readonly snapshot: Snapshot;
  readonly takenAt: number;
  users: number;
  retired: Replacement | null;
  /** Pieces of work that had begun to read from it and were lost. */
  readonly readAgain: Set<string>;
  drained: Gate | null;
}

/**
 * The one snapshot that a run reads from, and its successors. Work that the source broke off (a restart, a
 * failover, a cut connection) is done again: on the same snapshot where that still stands, else on a new one.
 * A snapshot is let go only when nobody reads from it, so that a chunk never sees two.
 */
export class SnapshotKeeper implements AsyncDisposable {
  readonly #options: KeeperOptions;
  #held: Held;
  #replacing: Promise<void> | null = null;
  /** Since when the source has not done what it was asked for; null while it does. */
  #awaySince: number | null = null;
  #failures = 0;

  private constructor(options: KeeperOptions, first: Snapshot) {
    this.#options = options;
    this.#held = held(first, options.clock.now());
  }

  /** Takes the first snapshot; what fails here is not tried again, for somebody is watching. Throws `SOURCE_*`. */
  static async open(options: KeeperOptions): Promise<SnapshotKeeper> {
    return new SnapshotKeeper(options, await options.source.openSnapshot(options.snapshot));
  }

  get current(): Snapshot {
    return this.#held.snapshot;
  }

  /**
   * Runs `work` on the current snapshot, again from its beginning where the source was lost in the middle.
   * Throws what is no passing trouble, and the last trouble once patience has run out. `chunk`: its id, or null
   * for work that reads no rows.
   */
  async run<Result>(chunk: string | null, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const from = await this.#acquire();
      let failure: MigrationError;
      try {
        const result = await work(from.snapshot);
        if (chunk !== null) from.readAgain.delete(chunk);
        this.#answered();
        return result;
      } catch (error) {
        if (!isPassing(error) || this.#options.snapshot.signal.aborted) throw error;
        if (chunk !== null) from.readAgain.add(chunk);
        if (error.code === 'SOURCE_SNAPSHOT') from.retired ??= 'lost';
        if (attempt === MOST_ATTEMPTS)
          throw this.#gaveUp(error, `${chunk ?? 'a walk'} was lost ${attempt} times in a row`);
        failure = error;
      } finally {
        from.users -= 1;
        if (from.users === 0) from.drained?.resolve();
      }
      await this.#wait(failure, chunk ?? 'chunk boundaries');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#replacing?.catch(() => undefined); // whoever waited for it was told
    await this.#held.snapshot[Symbol.asyncDispose]();
  }

  async #acquire(): Promise<Held> {
    for (;;) {
      const from = this.#held;
      if (this.#isAged(from)) from.retired ??= 'aged';
      if (from.retired === null) {
        from.users += 1;
        return from;
      }
      this.#replacing ??= this.#replace(from, from.retired).finally(() => {
        this.#replacing = null;
      });
      await this.#replacing;
    }
  }

  #isAged({ takenAt }: Held): boolean {
    const { maxAgeMs, snapshot, clock } = this.#options;
    return maxAgeMs !== null && snapshot.consistency !== 'chunk' && clock.now() - takenAt >= maxAgeMs;
  }

  /** Waits until nobody reads from the former snapshot, lets it go, and takes the next, patiently. */
  async #replace(from: Held, why: Replacement): Promise<void> {
    const { source, snapshot: options, onReplaced, clock, log } = this.#options;
    log.warn({ why }, REPLACING[why]);
    if (from.users > 0) {
      from.drained = shutGate();
      await untilAborted(from.drained.promise, options.signal);
    }
    await from.snapshot[Symbol.asyncDispose]();
    for (;;) {
      try {
        const snapshot = await source.openSnapshot(options);
        this.#held = held(snapshot, clock.now());
        await onReplaced(snapshot, why, [...from.readAgain]);
        this.#answered();
        return;
      } catch (error) {
        if (!isPassing(error) || options.signal.aborted) throw error;
        await this.#held.snapshot[Symbol.asyncDispose]();
        await this.#wait(error, 'the snapshot');
      }
    }
  }

  /** Lets some time go by, more after each failure; throws once the source has been away for too long. */
  async #wait(error: MigrationError, name: string): Promise<void> {
    const { retry, clock, meter, log, snapshot } = this.#options;
    this.#awaySince ??= clock.now();
    this.#failures += 1;
    const left = this.#awaySince + retry.patienceMs - clock.now();
    if (left <= 0) {
      throw this.#gaveUp(error, `the source was away for ${Math.round(retry.patienceMs / 1000)} seconds`);
    }
    const waitMs = Math.min(fullJitter(retry, this.#failures), left);
    meter.sourceAway = { why: messageOf(error), since: this.#awaySince };
    log.warn({ why: messageOf(error), what: name, waitMs: Math.round(waitMs) }, 'source lost; trying again');
    await clock.sleep(waitMs, snapshot.signal);
  }

  #gaveUp(error: MigrationError, why: string): MigrationError {
    const { whenGivenUp = RESUME } = this.#options;
    return new MigrationError(error.code, `${why}; at last: ${error.message}`, {
      cause: error,
      hint: whenGivenUp,
    });
  }

  #answered(): void {
    this.#awaySince = null;
    this.#failures = 0;
    this.#options.meter.sourceAway = null;
  }
}

const REPLACING: Readonly<Record<Replacement, string>> = {
  lost: 'the snapshot is gone with the source: the rest is read from a new one, so that not all is of one moment',
  aged: 'the snapshot has reached its greatest age: the rest is read from a new one, so that not all is of one moment',
};

function held(snapshot: Snapshot, takenAt: number): Held {
  return { snapshot, takenAt, users: 0, retired: null, readAgain: new Set(), drained: null };
}
