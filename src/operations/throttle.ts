import type { Meter } from '../pipeline/meter.js';
import { ASK_EVERY_MS, paced, SourcePause } from '../pipeline/source-pause.js';
import { sourceError } from '../source/errors.js';
import type { Snapshot, Source } from '../source/source.js';
import { MigrationError } from '../support/error.js';
import type { Logger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { usageError } from './errors.js';

/** When reading has to pause, by a query of the operator. */
export interface Throttle {
  /** One statement; reading pauses while the first cell of its first row is true. */
  readonly query: string;
  /** Milliseconds between two questions; default five seconds. */
  readonly everyMs?: number | undefined;
}

export interface ThrottleOptions {
  readonly source: Source;
  readonly patienceMs: number;
  readonly meter: Meter;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => void;
}

/** What readers wait at. */
export interface Brake extends AsyncDisposable {
  wait(): Promise<void>;
  pace(snapshot: Snapshot): Snapshot;
}

const FREE: Brake = { wait: async () => {}, pace: (snapshot) => snapshot, async [Symbol.asyncDispose]() {} };

/**
 * Asks the query for the first time. Throws `SOURCE_THROTTLE` where the source refuses it, `USAGE_COMBINATION`
 * where it can be asked nothing, other `SOURCE_*`.
 */
export async function openBrake(
  throttle: Throttle | undefined,
  { source, patienceMs, ...options }: ThrottleOptions,
): Promise<Brake> {
  if (throttle === undefined) return FREE;
  const { query, everyMs = ASK_EVERY_MS } = throttle;
  if (source.ask === undefined) {
    throw usageError('USAGE_COMBINATION', `${source.label} cannot be asked a --throttle-query`, {
      hint: 'Leave it out; Postgres, MySQL and MariaDB can be asked.',
    });
  }
  const ask = source.ask.bind(source, query);
  const retry = { patienceMs };
  try {
    const pause = await SourcePause.open({ ...options, ask, everyMs, retry, clock: systemClock });
    return {
      wait: () => pause.wait(),
      pace: (snapshot) => paced(snapshot, pause),
      [Symbol.asyncDispose]: () => pause[Symbol.asyncDispose](),
    };
  } catch (error) {
    throw isRefusal(error) ? refused(error) : error;
  }
}

function isRefusal(error: unknown): error is MigrationError {
  return (
    error instanceof MigrationError &&
    (error.code === 'SOURCE_QUERY' || error.code === 'SOURCE_ACCESS_DENIED')
  );
}

function refused(error: MigrationError): MigrationError {
  return sourceError('SOURCE_THROTTLE', `the source refuses --throttle-query: ${error.message}`, {
    cause: error,
    hint: 'Write one SELECT that the user of the source may run; reading pauses while its first cell is true.',
  });
}
