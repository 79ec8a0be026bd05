import { setMaxListeners } from 'node:events';
import type { Reject } from '../item/reject.js';
import { runError } from './errors.js';

/** One signal ends everything: the caller's abort, a fatal error of the sink, too many rejects. */
export interface RunEnd {
  readonly signal: AbortSignal;
  /** Ends the run with this error, where nothing has ended it yet. */
  fail(error: unknown): void;
  /** What ended the run: the first failure or the caller's abort, not the errors that followed from it. */
  errorOf(error: unknown): unknown;
}

export function runEnd(caller: AbortSignal): RunEnd {
  const own = new AbortController();
  const signal = AbortSignal.any([caller, own.signal]);
  setMaxListeners(0, signal); // every slot that waits listens: Node would warn of a leak from the eleventh on
  return {
    signal,
    fail(error) {
      if (!caller.aborted) own.abort(error); // what follows from the caller's abort is no failure of its own
    },
    errorOf(error) {
      if (own.signal.aborted) return own.signal.reason;
      if (!caller.aborted) return error;
      return runError('RUN_INTERRUPTED', 'interrupted; the checkpoint is saved', {
        cause: caller.reason,
        hint: 'Run the same command with --resume to go on.',
      });
    },
  };
}

/** Names the last one: the line of a chunk that is not done may never reach the reject log. */
export function tooManyRejects(limit: number | undefined, { copy, origin, code, reason }: Reject) {
  return runError(
    'RUN_TOO_MANY_REJECTS',
    `more than ${limit} items were rejected; the last was copy ${copy} of ${origin.table}#${origin.key.join('#')}: ${reason} (${code})`,
    {
      hint: '`tablefold plan` lists what would be rejected. Mend the mapping or the rows, and start again with --restart; or raise --max-rejects and --resume.',
    },
  );
}
