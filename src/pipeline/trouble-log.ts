import type { Logger } from '../support/log.js';
import type { Clock } from '../support/time.js';

const EVERY_MS = 10_000;

/**
 * Warns of requests that failed: of each kind the first at once, then a count per interval, so that an outage
 * is a line every ten seconds and not one a request. Numbers in a message make no kind of their own.
 */
export function troubleLog(log: Logger, clock: Clock): (trouble: string, items: number) => void {
  const kinds = new Map<string, { since: number; requests: number }>();
  return (trouble, items) => {
    const name = trouble.replaceAll(/\d+/g, '#');
    const kind = kinds.get(name);
    const now = clock.now();
    if (kind === undefined) {
      kinds.set(name, { since: now, requests: 0 });
      log.warn({ trouble, items }, 'a request failed and will be retried');
      return;
    }
    kind.requests += 1;
    const passed = now - kind.since;
    if (passed < EVERY_MS) return;
    const { requests } = kind;
    log.warn(
      { trouble, requests, seconds: Math.round(passed / 1000) },
      'requests failed and will be retried',
    );
    kinds.set(name, { since: now, requests: 0 });
  };
}
