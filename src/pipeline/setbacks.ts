import { sinkError } from '../sink/errors.js';
import type { WriteOutcome } from '../sink/sink.js';
import type { Logger } from '../support/log.js';
import type { Clock } from '../support/time.js';
import { addThrottles, type Meter } from './meter.js';
import type { RetryPolicy } from './retry.js';
import { indexOf } from './shortage.js';
import { troubleLog } from './trouble-log.js';

/** Throttles and troubles of a writer: counted, told to the log, and the end of the run when nothing gets through. */
export class Setbacks {
  readonly #meter: Meter;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #retry: RetryPolicy;
  readonly #warn: (trouble: string, items: number) => void;
  /** When an attempt brought nothing for the first time since the last item that was acknowledged. */
  #stuckSince: number | null = null;

  constructor(meter: Meter, log: Logger, clock: Clock, retry: RetryPolicy) {
    this.#meter = meter;
    this.#log = log;
    this.#clock = clock;
    this.#retry = retry;
    this.#warn = troubleLog(log, clock);
  }

  /** Nothing was tried for a while because an operator wanted so: patience begins anew. */
  paused(): void {
    this.#stuckSince = null;
  }

  /** An attempt that left `left` of its `sent` items to be sent again. */
  note(outcome: WriteOutcome, left: number, sent: number): void {
    this.#stuckSince = left < sent ? null : (this.#stuckSince ?? this.#clock.now());
    if (left === 0) return;
    const meter = this.#meter;
    meter.retried += left;
    if (outcome.throttle !== null || outcome.trouble === null) {
      meter.throttled += 1;
      const throttle = outcome.throttle ?? { reason: 'unknown', resource: null };
      meter.lastThrottle = throttle;
      const { reason, resource } = throttle;
      meter.throttles = addThrottles(meter.throttles, [{ reason, index: indexOf(resource), requests: 1 }]);
      this.#log.debug({ throttle: meter.lastThrottle, items: left }, 'throttled');
    }
    if (outcome.trouble !== null) {
      meter.troubles += 1;
      meter.lastTrouble = outcome.trouble;
      this.#warn(outcome.trouble, left);
    }
  }

  /**
   * Throws `SINK_NO_PROGRESS` when nothing got through for longer than the policy's patience. Only attempts count:
   * time in which nothing was tried, for the rate or for want of rows, is none without progress.
   */
  checkPatience(): void {
    const { patienceMs } = this.#retry;
    if (this.#stuckSince === null || this.#clock.now() - this.#stuckSince < patienceMs) return;
    const { lastTrouble, lastThrottle } = this.#meter;
    const why = lastTrouble ?? (lastThrottle === null ? 'throttled' : `throttled: ${lastThrottle.reason}`);
    throw sinkError(
      'SINK_NO_PROGRESS',
      `no item was acknowledged for ${Math.round(patienceMs / 1000)} s (${why})`,
      {
        hint: 'Look at the capacity and the state of the table; then continue with --resume. --patience sets how long to wait.',
      },
    );
  }
}
