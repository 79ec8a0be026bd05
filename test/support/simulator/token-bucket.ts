/**
 * Tokens that come at a steady rate and are saved up to a bound. Taking is allowed while there is any, whatever
 * it costs: the rest is debt, as with DynamoDB, which learns what a request costs by doing it.
 */
export class TokenBucket {
  #rate: number;
  #bound: number;
  #tokens: number;
  #at: number;

  /** `rate` a second; `bound` tokens at most, and at the start. `now` in milliseconds. */
  constructor(rate: number, bound: number, now: number) {
    this.#rate = rate;
    this.#bound = bound;
    this.#tokens = bound;
    this.#at = now;
  }

  get rate(): number {
    return this.#rate;
  }

  open(now: number): boolean {
    if (now > this.#at) {
      this.#tokens = Math.min(this.#bound, this.#tokens + ((now - this.#at) / 1000) * this.#rate);
      this.#at = now;
    }
    return this.#tokens > 0;
  }

  take(units: number): void {
    this.#tokens -= units;
  }

  /** Another rate from now on; what is saved up is kept within the new bound. */
  reset(rate: number, bound: number, now: number): void {
    this.open(now);
    this.#rate = rate;
    this.#bound = bound;
    this.#tokens = Math.min(this.#tokens, bound);
  }
}
