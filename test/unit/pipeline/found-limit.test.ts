import { describe, expect, it } from 'vitest';
import { FoundLimit } from '../../../src/pipeline/found-limit.js';

const BATCH = 25;

/** A table of so many units a second, asked by batches at the found rate, or as often as the client can. */
function ask(
  limit: FoundLimit,
  run: { readonly from: number; readonly seconds: number; readonly takes: number; readonly atMost: number },
): { readonly perSecond: number; readonly throttled: number } {
  let tokens = 0;
  let now = run.from;
  let units = 0;
  let replies = 0;
  let throttled = 0;
  while (now < run.from + run.seconds * 1000) {
    const wait = (BATCH / Math.min(limit.rate, run.atMost)) * 1000;
    now += wait;
    tokens = Math.min(run.takes, tokens + (wait / 1000) * run.takes);
    const taken = Math.min(BATCH, Math.max(0, Math.ceil(tokens)));
    tokens -= taken;
    limit.replied(taken, (BATCH - taken) / BATCH, now);
    units += taken;
    replies += 1;
    if (taken < BATCH) throttled += 1;
  }
  return { perSecond: units / run.seconds, throttled: throttled / replies };
}

describe('the limit that a table is found to have', () => {
  it('is none before the first throttle', () => {
    const limit = new FoundLimit();
    ask(limit, { from: 0, seconds: 10, takes: 1_000, atMost: 500 });
    expect(limit.rate).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([25, 100, 1_000, 40_000])('of %i units is found, and kept with few throttles', (takes) => {
    const limit = new FoundLimit();
    ask(limit, { from: 0, seconds: 30, takes, atMost: 20 * takes });
    const { perSecond, throttled } = ask(limit, { from: 30_000, seconds: 200, takes, atMost: 20 * takes });
    expect(perSecond).toBeGreaterThan(0.97 * takes);
    expect(throttled).toBeLessThan(0.03);
  });

  it('follows a table that grows to twice as much within two minutes, and one that shrinks within seconds', () => {
    const limit = new FoundLimit();
    ask(limit, { from: 0, seconds: 60, takes: 4_000, atMost: 20_000 });
    ask(limit, { from: 60_000, seconds: 150, takes: 8_000, atMost: 20_000 });
    expect(
      ask(limit, { from: 210_000, seconds: 10, takes: 8_000, atMost: 20_000 }).perSecond,
    ).toBeGreaterThan(7_500);
    ask(limit, { from: 220_000, seconds: 15, takes: 1_000, atMost: 20_000 });
    expect(limit.rate).toBeLessThan(1_300);
  });

  it('never falls to nothing, whatever the table does', () => {
    const limit = new FoundLimit();
    for (let now = 0; now < 60_000; now += 50) limit.replied(0, 1, now);
    expect(limit.rate).toBeGreaterThanOrEqual(1);
  });
});
