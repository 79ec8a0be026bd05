import type { Meter } from '../pipeline/meter.js';
import { ASK_EVERY_MS, type PauseQuestion, paced, SourcePause } from '../pipeline/source-pause.js';
import { sourceError } from '../source/errors.js';
import type { Snapshot, Source } from '../source/source.js';
import { MigrationError } from '../support/error.js';
import type { Logger } from '../support/log.js';
import { systemClock } from '../support/time.js';
import { usageError } from './errors.js';
import { lagQuestion } from './lag-question.js';

/** When reading has to pause. Without a query and a lag it never has to. */
export interface Throttle {
  /** One statement; reading pauses while the first cell of its first row is true. */
  readonly query?: string | undefined;
  /** Milliseconds that a replica may be behind. */
  readonly maxLagMs?: number | undefined;
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
 * Asks the source for the first time. Throws `SOURCE_THROTTLE` where it refuses the query, `SOURCE_LAG` where it
 * knows of no lag, `USAGE_COMBINATION` where it can be asked nothing, other `SOURCE_*`.
 */
export async function openBrake(
  { query, maxLagMs, everyMs = ASK_EVERY_MS }: Throttle,
  { source, patienceMs, ...options }: ThrottleOptions,
): Promise<Brake> {
  const questions: PauseQuestion[] = [];
  if (query !== undefined) questions.push(queryQuestion(source, query));
  if (maxLagMs !== undefined) questions.push(lagQuestion(source, maxLagMs, options.log));
  if (questions.length === 0) return FREE;
  const pause = await SourcePause.open({
    ...options,
    questions,
    everyMs,
    retry: { patienceMs },
    clock: systemClock,
  });
  return {
    wait: () => pause.wait(),
    pace: (snapshot) => paced(snapshot, pause),
    [Symbol.asyncDispose]: () => pause[Symbol.asyncDispose](),
  };
}

function queryQuestion(source: Source, query: string): PauseQuestion {
  const flag = '--throttle-query';
  if (source.ask === undefined) {
    throw usageError('USAGE_COMBINATION', `${source.label} cannot be asked a ${flag}`, {
      hint: 'Leave it out; Postgres, MySQL and MariaDB can be asked.',
    });
  }
  const askSource = source.ask.bind(source, query);
  let understood = false;
  return {
    flag,
    async ask(signal) {
      const answer = await askSource(signal).catch((error: unknown) => {
        throw !understood && isRefusal(error) ? refused(error) : error;
      });
      understood = true;
      return isTrue(answer) ? `${flag} says ${JSON.stringify(answer)}` : null;
    },
  };
}

/**
 * Whether an answer asks for a pause: anything but no row, NULL, an empty text, a zero (`0`, `0.00`) and
 * what Postgres reads as false. A bit of MySQL comes as its byte.
 */
export function isTrue(answer: string | null): boolean {
  return answer !== null && !/^\s*(f|false|n|no|off|\0|[-+]?0*\.?0*)\s*$/i.test(answer);
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
