import { describe, expect, it } from 'vitest';
import type { Capacity } from '../../../support/simulator/rules.js';
import { Throughput, type ThroughputOptions } from '../../../support/simulator/throughput.js';

const HASHES = 2 ** 32;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Tries `offered` units a second, one each, over all keys; returns what was taken in each of the seconds. */
function offer(
  throughput: Throughput,
  run: {
    readonly from: number;
    readonly seconds: number;
    readonly perSecond: number;
    readonly hash?: number;
  },
): number[] {
  const taken: number[] = [];
  for (let second = 0; second < run.seconds; second += 1) {
    let count = 0;
    for (let at = 0; at < run.perSecond; at += 1) {
      const now = run.from + second * SECOND + (at / run.perSecond) * SECOND;
      const hash = run.hash ?? Math.floor(((at * 0.618_033_988_75) % 1) * HASHES);
      if (throughput.shortage(hash, 'write', now) !== null) continue;
      throughput.take(hash, 'write', 1);
      count += 1;
    }
    taken.push(count);
  }
  return taken;
}

const last = (list: readonly number[]): number => list.at(-1) ?? 0;
const table = (capacity: Capacity, options?: ThroughputOptions): Throughput =>
  new Throughput(capacity, 0, options);

describe('a provisioned table', () => {
  it('takes its units a second, and no more', () => {
    const throughput = table({ mode: 'provisioned', write: 100, read: 1 });
    expect(last(offer(throughput, { from: 0, seconds: 5, perSecond: 500 }))).toBeCloseTo(100, -1);
    expect(throughput.shortage(0, 'write', 5 * SECOND - 1)).toBe('ProvisionedThroughputExceeded');
  });

  it('saves five minutes of what is not used, for a burst', () => {
    const throughput = table({ mode: 'provisioned', write: 10, read: 1 });
    const burst = offer(throughput, { from: 10 * MINUTE, seconds: 6, perSecond: 600 });
    expect(burst.reduce((sum, units) => sum + units)).toBeGreaterThan(3_000);
    expect(burst.reduce((sum, units) => sum + units)).toBeLessThan(3_100);
  });

  it('one partition takes 1,000 a second however much is provisioned', () => {
    const throughput = table({ mode: 'provisioned', write: 40_000, read: 1 }, { splitAfterMs: Infinity });
    const taken = offer(throughput, { from: 0, seconds: 5, perSecond: 5_000, hash: 7 });
    expect(last(taken)).toBeCloseTo(1_000, -2);
    expect(throughput.shortage(7, 'write', 5 * SECOND - 1)).toBe('KeyRangeThroughputExceeded');
    expect(throughput.shortage(HASHES - 1, 'write', 5 * SECOND - 1)).toBeNull();
  });

  it('stays as wide as it was when its units are lowered', () => {
    const throughput = table({ mode: 'provisioned', write: 8_000, read: 1 });
    throughput.change({ mode: 'on-demand' }, SECOND);
    expect(throughput.partitions).toBe(8);
    expect(last(offer(throughput, { from: SECOND, seconds: 3, perSecond: 20_000 }))).toBeCloseTo(8_000, -3);
  });
});

describe('an on-demand table', () => {
  it('begins with 4,000 write units a second', () => {
    const throughput = table({ mode: 'on-demand' }, { splitAfterMs: Infinity });
    const taken = last(offer(throughput, { from: 0, seconds: 3, perSecond: 10_000 }));
    expect(taken).toBeGreaterThan(3_900);
    expect(taken).toBeLessThan(4_100);
    expect(throughput.shortage(0, 'write', 3 * SECOND - 1)).toBe('KeyRangeThroughputExceeded');
  });

  it('takes twice its peak half an hour later, not before', () => {
    const throughput = table({ mode: 'on-demand' }, { splitAfterMs: Infinity });
    offer(throughput, { from: 0, seconds: 61, perSecond: 4_000 });
    expect(last(offer(throughput, { from: 20 * MINUTE, seconds: 2, perSecond: 10_000 }))).toBeLessThan(4_100);
    const grown = last(offer(throughput, { from: 31 * MINUTE, seconds: 8, perSecond: 10_000 }));
    expect(grown).toBeGreaterThan(7_500);
    expect(grown).toBeLessThan(9_200);
  });

  it('is fast at once when it is warm, and no faster than its own maximum', () => {
    const warm = { write: 12_000, read: 12_000 };
    expect(
      last(offer(table({ mode: 'on-demand', warm }), { from: 0, seconds: 3, perSecond: 20_000 })),
    ).toBeCloseTo(12_000, -3);
    const capped = table({ mode: 'on-demand', warm, max: { write: 500, read: 500 } });
    expect(last(offer(capped, { from: 0, seconds: 3, perSecond: 2_000 }))).toBeCloseTo(500, -2);
    expect(capped.shortage(0, 'write', 3 * SECOND - 1)).toBe('MaxOnDemandThroughputExceeded');
  });

  it('splits a hot partition after a while; one hot key gains nothing by it', () => {
    const hot = table({ mode: 'on-demand' }, { splitAfterMs: 10 * SECOND });
    offer(hot, { from: 0, seconds: 30, perSecond: 2_000, hash: 99 });
    expect(hot.partitions).toBeGreaterThan(4);
    expect(last(offer(hot, { from: 30 * SECOND, seconds: 2, perSecond: 5_000, hash: 99 }))).toBeLessThan(
      1_100,
    );
  });
});
