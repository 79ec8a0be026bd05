import type { Meter } from '../pipeline/meter.js';
import type { RateLimit } from '../pipeline/rate.js';
import type { StateStore } from '../state/state.js';
import { messageOf } from '../support/error.js';
import type { Logger } from '../support/log.js';
import type { Clock } from '../support/time.js';
import { type HeededControl, LOOK_EVERY_MS, type RunControl, UNLIMITED } from './control.js';
import { parseWriteLimit, type WriteLimit } from './write-limit.js';

export interface HeedOptions {
  readonly state: StateStore;
  /** Name of the run. */
  readonly run: string;
  readonly rate: RateLimit;
  /** Write units a second that the run began with; `Infinity` without a limit. */
  readonly begunWith: number;
  /** The limit in write units a second. */
  readonly unitsOf: (limit: WriteLimit) => Promise<number>;
  readonly meter: Meter;
  readonly log: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Does what `control` asks of this run, for as long as it is not disposed of. What was asked of a former process of
 * the run is forgotten: a resume begins with its own flags. A state that cannot be read for a while is said and asked
 * again: a run does not end for want of orders.
 */
export async function heedControl(options: HeedOptions): Promise<AsyncDisposable> {
  const { state, run } = options;
  await state.saveNote(run, 'control', null);
  await state.saveNote(run, 'heeded', null);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const looking = lookOn(options, signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await looking;
    },
  };
}

async function lookOn(options: HeedOptions, signal: AbortSignal): Promise<void> {
  const { state, run, clock, log } = options;
  let last: string | null = null;
  for (;;) {
    try {
      await clock.sleep(LOOK_EVERY_MS, signal);
    } catch {
      return; // the run is over
    }
    try {
      const asked = (await state.note(run, 'control')) as RunControl | null;
      if (asked === null || asked.id === last) continue;
      last = asked.id;
      const error = await heed(asked, options).then(() => null, messageOf);
      await state.saveNote(run, 'heeded', { id: asked.id, error } satisfies HeededControl);
    } catch (error) {
      log.warn({ why: messageOf(error) }, 'what control asks cannot be read; looking again');
    }
  }
}

async function heed({ paused, maxWriteUnits }: RunControl, options: HeedOptions): Promise<void> {
  const { rate, meter, log, clock } = options;
  const units = await unitsAsked(maxWriteUnits, options);
  rate.setCeiling(units);
  rate.pause(paused);
  meter.pausedSince = paused ? (meter.pausedSince ?? clock.now()) : null;
  log.warn({ paused, maxWriteUnits: Number.isFinite(units) ? units : 'unlimited' }, 'control is heeded');
}

async function unitsAsked(
  asked: RunControl['maxWriteUnits'],
  { begunWith, unitsOf }: HeedOptions,
): Promise<number> {
  if (asked === null) return begunWith;
  return asked === UNLIMITED ? Number.POSITIVE_INFINITY : unitsOf(parseWriteLimit(asked));
}
