import type { Clock } from '../../src/support/time.js';

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

export interface VirtualClock extends Clock {
  /** Runs `work` with time jumping from one sleeper to the next whenever everybody sleeps. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * Time that passes as soon as nobody has anything to do: an hour of throttling in a second. For code whose
 * waiting is all by the clock; what waits for a socket or a disk would be overtaken.
 */
export function virtualClock(): VirtualClock {
  let now = 0;
  let order = 0;
  // Few sleep at once (slots, a ticker): a sorted list is enough.
  const sleepers: Sleeper[] = [];
  return {
    now: () => now,
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const sleeper: Sleeper = { at: now + Math.max(0, milliseconds), order: order++, wake: () => done() };
        const stop = () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          reject(signal?.reason);
        };
        const done = () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        signal?.addEventListener('abort', stop, { once: true });
        let place = sleepers.length;
        while (place > 0 && later(sleepers[place - 1], sleeper)) place -= 1;
        sleepers.splice(place, 0, sleeper);
      });
    },
    async run(work) {
      let ended = false;
      const result = work().finally(() => {
        ended = true;
      });
      result.catch(() => undefined); // it is thrown below
      while (!ended) {
        await new Promise((resolve) => setImmediate(resolve)); // everything that can run has run
        const next = ended ? undefined : sleepers.shift();
        if (next === undefined) continue;
        now = Math.max(now, next.at);
        next.wake();
      }
      return result;
    },
  };
}

function later(one: Sleeper | undefined, other: Sleeper): boolean {
  return one !== undefined && (one.at > other.at || (one.at === other.at && one.order > other.order));
}
