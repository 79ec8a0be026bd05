import { describe, expect, it } from 'vitest';
import { type CapacityGoal, parseCapacityGoal } from '../../../src/table/capacity/capacity-goal.js';
import { evenKeys, type KeyOrderedRun, runKeyOrdered } from '../../support/simulator/key-ordered-run.js';
import { simulateLoad, total } from '../../support/simulator/simulated-load.js';

const provisioned = (units: number) => ({
  BillingMode: 'PROVISIONED' as const,
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: units },
});
const warm = (units: number) => ({
  BillingMode: 'PAY_PER_REQUEST' as const,
  WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: units },
});
const everywhere = (item: number) => `CUSTOMER#${item}`;

describe('with a limit of its own', () => {
  it.each([25, 100, 1_000, 10_000, 40_000])(
    'the writer spends %i units a second, within a twentieth',
    async (units) => {
      const { seconds } = await simulateLoad({
        table: provisioned(2 * units),
        streams: [everywhere],
        seconds: units > 1_000 ? 8 : 25,
        maxWriteUnits: units,
      });
      const mean = total(seconds.slice(5)).perSecond;
      expect(mean).toBeGreaterThan(0.95 * units);
      expect(mean).toBeLessThan(1.05 * units);
    },
  );
});

describe('without one, the writer finds what the table takes', () => {
  it.each([25, 100, 1_000])(
    'a provisioned table of %i: nearly all is used, hardly a request is throttled',
    async (units) => {
      const { seconds } = await simulateLoad({
        table: provisioned(units),
        streams: [everywhere],
        seconds: 240,
      });
      const steady = total(seconds.slice(60));
      expect(steady.perSecond).toBeGreaterThan(0.97 * units);
      expect(steady.throttled / steady.requests).toBeLessThan(0.025);
    },
  );

  it('a new on-demand table, whose partitions are what bounds it', async () => {
    const { seconds } = await simulateLoad({
      table: { BillingMode: 'PAY_PER_REQUEST' },
      streams: [everywhere],
      seconds: 30,
    });
    const steady = total(seconds.slice(15));
    expect(steady.perSecond).toBeGreaterThan(0.93 * 4_000);
    expect(steady.throttled / steady.requests).toBeLessThan(0.05);
  });
});

describe('a new on-demand table that is to be fast at once', () => {
  const load = (goal?: CapacityGoal) =>
    simulateLoad({
      table: { BillingMode: 'PAY_PER_REQUEST' },
      streams: [everywhere],
      seconds: 5,
      simulator: { updateMs: 90_000 },
      ...(goal === undefined ? {} : { goal }),
    });

  it('throttles as it is; provisioned for the load it takes everything from the first second, and goes back', async () => {
    const plain = await load();
    expect(total(plain.seconds).perSecond).toBeLessThan(4_900); // one second is saved up
    expect(total(plain.seconds.slice(0, 2)).throttled).toBeGreaterThan(50);

    const raised = await load(parseCapacityGoal('provisioned:20000'));
    expect(raised.raiseMs).toBeGreaterThanOrEqual(90_000);
    expect(raised.seconds[0]?.units).toBeGreaterThan(19_000);
    expect(total(raised.seconds).perSecond).toBeGreaterThan(19_000);
    const steady = total(raised.seconds.slice(2));
    expect(steady.throttled / steady.requests).toBeLessThan(0.02);
    expect(raised.left.mode).toBe('on-demand');

    const warmed = await load(parseCapacityGoal('warm:20000'));
    expect(warmed.seconds[0]?.units).toBeGreaterThan(19_000);
    expect(warmed.left).toMatchObject({ mode: 'on-demand', parts: [{ warm: { write: 20_000 } }] });
  });
});

describe('a hot partition key', () => {
  it('holds back its own items and the chunk that brings them, nobody else', async () => {
    const { seconds, written } = await simulateLoad({
      table: warm(12_000),
      streams: [() => 'HOT', (item) => `A#${item}`, (item) => `B#${item}`],
      seconds: 6,
    });
    const [hot = 0, one = 0, other = 0] = written;
    // The hot key's partition takes 1,000 a second and serves a twelfth of the others too.
    expect(hot / 6).toBeGreaterThan(100);
    expect(hot / 6).toBeLessThan(1_300);
    expect(one / 6).toBeGreaterThan(2_000);
    expect(other / 6).toBeGreaterThan(2_000);
    expect(total(seconds.slice(3)).perSecond).toBeGreaterThan(5_000);
  });
});

describe('rows in the order of their partition keys', () => {
  const run = (order: KeyOrderedRun['order'], rows: number, more: Partial<KeyOrderedRun> = {}) => {
    const keys = evenKeys(Math.ceil(rows / 2_000), 4);
    const partitionOf = (row: number) => keys[Math.floor(row / 2_000)] ?? '';
    const table = { BillingMode: 'PAY_PER_REQUEST' as const };
    return runKeyOrdered({ table, rows, partitionOf, itemBytes: 450, order, ...more });
  };

  it('use nearly all of a new on-demand table, in bounded memory', async () => {
    const { unitsPerSecond, mostPendingBytes } = await run('spread', 120_000);
    expect(unitsPerSecond).toBeGreaterThan(0.9 * 4_000);
    expect(mostPendingBytes).toBeLessThan(17 * 1024 * 1024);
  });

  it('of keys as long as a chunk are written faster than one chunk after the other', async () => {
    const keys = evenKeys(12, 4);
    const long = { rows: 120_000, partitionOf: (row: number) => keys[Math.floor(row / 10_000)] ?? '' };
    const naive = await run('naive', 120_000, long);
    const spread = await run('spread', 120_000, long);
    expect(spread.unitsPerSecond).toBeGreaterThan(1.2 * naive.unitsPerSecond);
  });
});
