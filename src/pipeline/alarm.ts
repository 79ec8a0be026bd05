import type { Clock } from '../support/time.js';

/** Rings at the earliest of the moments it was set to; what was set later is for whoever it wakes to set again. */
export class Alarm {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #ring: () => void;
  #due = Number.POSITIVE_INFINITY;

  /** After `signal` it rings no more. */
  constructor(clock: Clock, signal: AbortSignal, ring: () => void) {
    this.#clock = clock;
    this.#signal = signal;
    this.#ring = ring;
  }

  /** `due`: milliseconds of the clock. */
  set(due: number): void {
    if (due >= this.#due) return;
    this.#due = due;
    this.#clock.sleep(Math.max(1, due - this.#clock.now()), this.#signal).then(
      () => {
        if (this.#due === due) this.#due = Number.POSITIVE_INFINITY;
        this.#ring();
      },
      () => undefined, // the run is over
    );
  }
}
