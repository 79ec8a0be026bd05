import { describe, expect, it } from 'vitest';
import { foreseeLoad, type TableNow } from '../../../../src/table/capacity/foresee-load.js';
import type { Load } from '../../../../src/table/cost/load-cost.js';

const load = (table: number, index: number, hottest = 1): Load => ({
  parts: [
    { index: null, writeUnits: table, hottestUnits: hottest },
    { index: 'gsi1', writeUnits: index, hottestUnits: 1 },
  ],
  storageBytes: 0,
  importBytes: 0,
});
const now = (set: TableNow['set'], quota: number | null = 40_000): TableNow => ({
  table: 'shop',
  region: 'eu-west-1',
  set,
  quota,
});
const provisioned = (table: number, index: number): TableNow['set'] => ({
  mode: 'provisioned',
  parts: [
    { index: null, units: table, origin: 'provisioned' },
    { index: 'gsi1', units: index, origin: 'provisioned' },
  ],
});
const ON_DEMAND = {
  mode: 'on-demand',
  parts: [
    { index: null, units: 4_000, origin: 'on-demand default' },
    { index: 'gsi1', units: 4_000, origin: 'on-demand default' },
  ],
} satisfies TableNow['set'];

describe('the load on the table as it is', () => {
  it('takes as long as the slowest part, and finds nothing to say where all goes well', () => {
    const preflight = foreseeLoad(load(1_000_000, 800_000), now(provisioned(1_000, 900)));
    expect(preflight).toMatchObject({ mode: 'provisioned', seconds: 1_000, findings: [] });
    expect(preflight.parts.map(({ index, seconds }) => [index, Math.round(seconds ?? -1)])).toEqual([
      [null, 1_000],
      ['gsi1', 889],
    ]);
  });

  it('names the index that all else waits for, and how much is enough for it', () => {
    const { seconds, findings } = foreseeLoad(load(600_000, 300_000), now(provisioned(1_000, 100)));
    expect(seconds).toBe(3_000);
    expect(findings).toEqual([
      {
        kind: 'slow index',
        index: 'gsi1',
        message:
          'index gsi1 will be throttled: at 100 units a second it takes 5.0 times as long as all else, and a full index holds up every write',
        next: 'give index gsi1 500 write units a second for as long as the load lasts',
      },
    ]);
  });

  it('of a table that is not there is that of a new one, on demand', () => {
    const { mode, seconds, findings, parts } = foreseeLoad(load(8_000, 4_000), now(null));
    expect([mode, seconds, parts[1]?.origin]).toEqual([null, 2, 'on-demand default']);
    expect(findings).toEqual([expect.objectContaining({ kind: 'no table', index: null })]);
  });

  it('misses an index that the mapping fills and the table has not', () => {
    const { parts } = ON_DEMAND;
    const { findings, parts: forecast } = foreseeLoad(
      load(8_000, 4_000),
      now({ mode: 'on-demand', parts: parts.slice(0, 1) }),
    );
    expect(forecast[1]).toMatchObject({ unitsPerSecond: null, seconds: null });
    expect(findings).toEqual([expect.objectContaining({ kind: 'no index', index: 'gsi1' })]);
  });

  it('that is long says what brings it under an hour, in the mode of the table', () => {
    const long = load(36e6, 18e6);
    expect(foreseeLoad(long, now(ON_DEMAND)).findings.map(({ kind, next }) => [kind, next])).toEqual([
      ['slow', expect.stringContaining('`tablefold migrate --capacity warm:10000`')],
    ]);
    const [only] = foreseeLoad(long, now(provisioned(1_000, 1_000))).findings;
    expect(only?.next).toContain('`tablefold migrate --capacity provisioned:10000`');
  });

  it('that no quota lets under an hour goes as fast as the quota allows', () => {
    const { findings } = foreseeLoad(load(360e6, 360e6), now(ON_DEMAND));
    expect(findings).toEqual([
      expect.objectContaining({
        kind: 'quota',
        message: expect.stringContaining('this account allows 20,000'),
        next: expect.stringContaining('--capacity warm:20000'),
      }),
    ]);
    // Who may not ask for the quota is not told that it is too small.
    const [unknown] = foreseeLoad(load(360e6, 360e6), now(ON_DEMAND, null)).findings;
    expect(unknown).toMatchObject({ kind: 'slow', next: expect.stringContaining('warm:100000') });
  });

  it('that one partition key holds up is helped by no capacity', () => {
    const { seconds, findings } = foreseeLoad(load(8e6, 1e6, 8e6), now(ON_DEMAND));
    expect(seconds).toBe(8_000);
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'hot key', index: null, next: expect.stringContaining('shards') }),
    ]);
  });
});
