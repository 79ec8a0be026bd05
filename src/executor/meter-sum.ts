import { addThrottles, type Meter, type ThrottleCount } from '../pipeline/meter.js';

type Sum = {
  [Name in keyof Meter]: Meter[Name] extends number ? Name : never;
}[keyof Meter];

/** Keys are compared and the source is waited for in the main thread only. */
const SUMS: readonly Exclude<Sum, 'keyRows' | 'pausedMs'>[] = [
  'rows',
  'written',
  'bytes',
  'units',
  'skipped',
  'held',
  'savedUnits',
  'readUnits',
  'rejects',
  'dangling',
  'chunksDone',
  'throttled',
  'retried',
  'troubles',
  'pendingBytes',
  'batches',
  'backingOff',
  'rateLimited',
  'heldBack',
  'hotKeys',
];

/** Keeps the one meter of a run the sum of its threads' meters. Each thread is a number from 0. */
export class MeterSum {
  readonly #meter: Meter;
  readonly #last = new Map<number, Meter>();

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  update(thread: number, meter: Meter): void {
    const before = this.#last.get(thread);
    for (const name of SUMS) this.#meter[name] += meter[name] - (before?.[name] ?? 0);
    if (meter.throttled !== (before?.throttled ?? 0)) this.#meter.lastThrottle = meter.lastThrottle;
    if (meter.troubles !== (before?.troubles ?? 0)) this.#meter.lastTrouble = meter.lastTrouble;
    this.#last.set(thread, meter);
    this.#meter.throttles = [...this.#last.values()].reduce<readonly ThrottleCount[]>(
      (sums, { throttles }) => addThrottles(sums, throttles),
      [],
    );
    this.#meter.full = [...this.#last.values()].some(({ full }) => full);
  }
}
