import { describe, expect, it } from 'vitest';
import { rateLimit } from '../../../src/pipeline/rate.js';
import { manualClock } from '../../support/manual-clock.js';

const never = new AbortController().signal;

describe('the rate limit', () => {
  it.each([
    [25, 40],
    [1000, 25],
    [40_000, 50],
  ])('spends %i units a second in batches of %i', async (rate, batch) => {
    const clock = manualClock();
    const limit = rateLimit(rate, clock);
    let spent = 0;
    while (clock.now() < 20_000) {
      await limit.take(batch, never);
      spent += batch;
    }
    // The last batch is still owed: it is paid for by the wait of the next.
    const perSecond = (spent - batch) / (clock.now() / 1000);
    expect(perSecond).toBeGreaterThan(rate * 0.95);
    expect(perSecond).toBeLessThan(rate * 1.05);
  });

  it('charges what was consumed beyond what was taken', async () => {
    const clock = manualClock();
    const limit = rateLimit(100, clock);
    for (let batch = 0; batch < 50; batch += 1) {
      await limit.take(25, never);
      limit.settle(25, 50);
    }
    expect((50 * 50) / (clock.now() / 1000)).toBeLessThan(105);
  });

  it('pays back what was not consumed', async () => {
    const clock = manualClock();
    const limit = rateLimit(100, clock);
    for (let batch = 0; batch < 50; batch += 1) {
      await limit.take(100, never);
      limit.settle(100, 10);
    }
    expect((50 * 10) / (clock.now() / 1000)).toBeGreaterThan(95);
  });

  it('lets go of a taker whose run is over, and of nobody else', async () => {
    const clock = manualClock();
    const limit = rateLimit(1, clock);
    await limit.take(100, never);
    const end = new AbortController();
    const aborted = limit.take(1, end.signal);
    end.abort(new Error('over'));
    await expect(aborted).rejects.toThrow('over');
    await limit.take(1, never);
    expect(clock.now()).toBeGreaterThan(98_000);
  });

  it('lets nobody spend while it is paused, whatever the rate, and everybody in turn afterwards', async () => {
    const limit = rateLimit(Number.POSITIVE_INFINITY, manualClock());
    limit.pause(true);
    limit.pause(true);
    expect(limit.pauses).toBe(1);
    const order: number[] = [];
    const takers = [1, 2].map((number) => limit.take(25, never).then(() => order.push(number)));
    const end = new AbortController();
    const aborted = limit.take(25, end.signal);
    await new Promise(setImmediate);
    expect(order).toEqual([]);
    end.abort(new Error('over'));
    limit.pause(false);
    await expect(aborted).rejects.toThrow('over');
    await Promise.all(takers);
    expect(order).toEqual([1, 2]);
    expect(limit.pauses).toBe(2);
  });

  it('spends at another rate from the moment it is told', async () => {
    const clock = manualClock();
    const limit = rateLimit(10, clock);
    for (let batch = 0; batch < 5; batch += 1) await limit.take(10, never);
    const slow = clock.now();
    limit.setCeiling(1000);
    for (let batch = 0; batch < 100; batch += 1) await limit.take(10, never);
    expect(slow).toBeGreaterThan(3500);
    expect(clock.now() - slow).toBeLessThan(2100);
  });
});
