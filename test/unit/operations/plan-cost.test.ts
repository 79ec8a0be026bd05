import { describe, expect, it } from 'vitest';
import type { ResolvedIndex } from '../../../src/mapping/resolved-mapping.js';
import { costExcess, costOf, loadOf } from '../../../src/operations/plan-cost.js';
import type { PartitionPlan } from '../../../src/operations/plan-report.js';

const index = (name: string, local: boolean): ResolvedIndex => ({
  name,
  partitionKey: `${name}pk`,
  sortKey: null,
  local,
  projection: { kind: 'all' },
});
const partition = (name: string | null, writeUnits: number, hottest: number): PartitionPlan => ({
  index: name,
  items: 1,
  bytes: 1,
  writeUnits,
  partitions: 1,
  exact: true,
  each: null,
  hottest: [
    { partition: 'a', items: 1, bytes: 1, writeUnits: hottest, share: hottest / writeUnits, missedUnits: 0 },
  ],
});
const BYTES = { storageBytes: 10, importBytes: 20 };
const TOTALS = { ...BYTES, writeUnits: 7e6 };
const LOAD = loadOf(
  [partition(null, 4e6, 5), partition('local', 1e6, 6), partition('gsi1', 2e6, 7)],
  { indexes: [index('gsi1', false), index('local', true), index('gsi2', false)] },
  TOTALS,
);

describe('the load of a plan', () => {
  it('puts a local index on the capacity of the table, and counts a global one that nothing is in', () => {
    expect(LOAD).toEqual({
      parts: [
        { index: null, writeUnits: 5e6, hottestUnits: 11 },
        { index: 'gsi1', writeUnits: 2e6, hottestUnits: 7 },
        { index: 'gsi2', writeUnits: 0, hottestUnits: 0 },
      ],
      ...BYTES,
    });
  });

  it('of a sample is scaled to the totals that it stands for, but for the hottest keys', () => {
    const seen = [partition(null, 30, 5), partition('gsi1', 10, 7)];
    const { parts } = loadOf(seen, { indexes: [index('gsi1', false)] }, { ...BYTES, writeUnits: 4_000 });
    expect(parts).toEqual([
      { index: null, writeUnits: 3_000, hottestUnits: 5 },
      { index: 'gsi1', writeUnits: 1_000, hottestUnits: 7 },
    ]);
  });

  it('has a price where prices of the region are known, and says when they were read', () => {
    expect(costOf(LOAD, { region: 'us-east-1' })).toMatchObject({
      region: 'us-east-1',
      prices: { currency: 'USD', asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    });
    expect(costOf(LOAD, { region: 'eu-west-9' })).toMatchObject({ prices: null, storageMonth: null });
  });
});

describe('--max-cost', () => {
  const cost = costOf(LOAD, { region: 'us-east-1', capacities: [{ kind: 'warm', write: 5_000 }] });

  it('lets a load begin that costs no more', () => {
    // Seven million units at $0.625 a million.
    expect(costExcess(cost, undefined, 4.375)).toBeNull();
    expect(costExcess(cost, { kind: 'as-is' }, 4.375)).toBeNull();
  });

  it('refuses what costs more, with the capacity that was asked for', () => {
    expect(costExcess(cost, undefined, 4.37)).toMatchObject({
      code: 'RUN_COST',
      message: 'loading costs about 4.38 USD with on-demand, more than the 4.37 of --max-cost',
    });
    expect(costExcess(cost, { kind: 'warm', write: 5_000 }, 4.5)?.message).toContain('warm:5000');
  });

  it('refuses what has no price', () => {
    const unknown = costOf(LOAD, { region: 'eu-west-9' });
    expect(costExcess(unknown, undefined, 1e6)).toMatchObject({
      code: 'RUN_COST',
      message: 'what the load costs cannot be said: no prices of eu-west-9 are known',
      hint: expect.stringContaining('--prices FILE'),
    });
    expect(costExcess(costOf(LOAD, { region: null }), undefined, 1)?.message).toContain('no region is known');
  });
});
