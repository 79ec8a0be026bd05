import type { PauseQuestion } from '../pipeline/source-pause.js';
import { sourceError } from '../source/errors.js';
import type { Source } from '../source/source.js';
import type { Logger } from '../support/log.js';

const FLAG = '--max-lag';

/**
 * Wants a pause while a replica is more than this behind, or follows nobody. A source that knows of no lag is refused
 * by the first question (`SOURCE_LAG`). Later it may be a replica that was made the primary: said once, and read on.
 */
export function lagQuestion(source: Source, maxLagMs: number, log: Logger): PauseQuestion {
  const most = maxLagMs / 1000;
  let seen = false;
  let told = false;
  return {
    flag: FLAG,
    async ask(signal) {
      const lag = await source.replicaLag?.(signal);
      if (lag === undefined) throw unseen(source, 'nothing is replicated');
      if (lag.kind === 'unseen') {
        if (!seen) throw unseen(source, lag.why);
        if (!told) log.warn({ why: lag.why }, `the source tells no lag any more: ${FLAG} sees nothing`);
        told = true;
        return null;
      }
      seen = true;
      told = false;
      if (lag.kind === 'stopped') return lag.why;
      return lag.seconds > most ? `replica lag ${Math.round(lag.seconds)} s over ${most} s` : null;
    },
  };
}

function unseen(source: Source, why: string) {
  return sourceError('SOURCE_LAG', `${FLAG} sees no lag at ${source.label}: ${why}`, {
    hint: 'Leave it out, read from a replica, or ask for the lag yourself with --throttle-query.',
  });
}
