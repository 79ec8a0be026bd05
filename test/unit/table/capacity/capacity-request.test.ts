import { describe, expect, it } from 'vitest';
import { raiseRequest, restoreRequest } from '../../../../src/table/capacity/capacity-request.js';
import type { PartCapacity, TableCapacity } from '../../../../src/table/capacity/table-capacity.js';

const part = (index: string | null, change: Partial<PartCapacity> = {}): PartCapacity => ({
  index,
  provisioned: null,
  maximum: null,
  warm: null,
  decreasesToday: 0,
  ...change,
});
const table = (parts: readonly PartCapacity[], items = 0): TableCapacity => ({
  mode: parts[0]?.provisioned === null ? 'on-demand' : 'provisioned',
  parts,
  items,
  switchedToOnDemandAt: null,
});
const given = (read: number, write: number) => ({ provisioned: { read, write } });
const throughput = (read: number, write: number) => ({
  ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write },
});

describe('raising', () => {
  it('switches an on-demand table and its indexes in one request; an empty one is hardly read', () => {
    const now = table([part(null), part('gsi1')]);
    expect(raiseRequest('shop', now, { kind: 'provisioned', write: 500, read: null })).toEqual({
      TableName: 'shop',
      BillingMode: 'PROVISIONED',
      ...throughput(100, 500),
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'gsi1', ...throughput(100, 500) } }],
    });
  });

  it('leaves those who read a table with items what they had, or are given', () => {
    const now = table([part(null, { warm: { read: 13_000, write: 4_000 } })], 5);
    const goal = { kind: 'provisioned', write: 500, read: null } as const;
    expect(raiseRequest('shop', now, goal)).toMatchObject(throughput(13_000, 500));
    expect(raiseRequest('shop', table([part(null)], 5), goal)).toMatchObject(throughput(12_000, 500));
    expect(raiseRequest('shop', now, { ...goal, read: 7 })).toMatchObject(throughput(7, 500));
  });

  it('never lowers what is provisioned, and asks nothing where there is enough', () => {
    const now = table([part(null, given(50, 900)), part('gsi1', given(60, 10)), part('gsi2', given(1, 900))]);
    expect(raiseRequest('shop', now, { kind: 'provisioned', write: 500, read: 55 })).toEqual({
      TableName: 'shop',
      ...throughput(55, 900),
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: 'gsi1', ...throughput(60, 500) } },
        { Update: { IndexName: 'gsi2', ...throughput(55, 900) } },
      ],
    });
    expect(raiseRequest('shop', now, { kind: 'provisioned', write: 10, read: null })).toBeNull();
    expect(raiseRequest('shop', now, { kind: 'as-is' })).toBeNull();
    expect(raiseRequest('shop', table([part(null)]), { kind: 'on-demand' })).toBeNull();
  });

  it('warms only what is colder', () => {
    const now = table([part(null, { warm: { read: 1, write: 30_000 } }), part('gsi1')]);
    expect(raiseRequest('shop', now, { kind: 'warm', write: 20_000 })).toEqual({
      TableName: 'shop',
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: 'gsi1', WarmThroughput: { WriteUnitsPerSecond: 20_000 } } },
      ],
    });
  });
});

describe('going back', () => {
  it('switches to on-demand, with the bounds that it had', () => {
    const before = table([part(null, { maximum: { read: -1, write: 700 } }), part('gsi1')]);
    const now = table([
      part(null, given(9, 9)),
      part('gsi1', given(9, 9)),
      part('made meanwhile', given(9, 9)),
    ]);
    expect(restoreRequest('shop', now, before)).toEqual({
      TableName: 'shop',
      BillingMode: 'PAY_PER_REQUEST',
      OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: 700 },
    });
    expect(restoreRequest('shop', before, before)).toBeNull();
  });

  it('lowers to what was provisioned, and leaves an index alone that was made meanwhile', () => {
    const before = table([part(null, given(5, 7)), part('gsi1', given(1, 2))]);
    const now = table([part(null, given(5, 70)), part('gsi1', given(1, 2)), part('new', given(9, 9))]);
    expect(restoreRequest('shop', now, before)).toEqual({ TableName: 'shop', ...throughput(5, 7) });
    expect(restoreRequest('shop', before, before)).toBeNull();
  });

  it('goes back to provisioned from on-demand with units for every index', () => {
    const before = table([part(null, given(5, 7)), part('gsi1', given(1, 2))]);
    const now = table([part(null), part('gsi1'), part('made meanwhile')]);
    expect(restoreRequest('shop', now, before)).toEqual({
      TableName: 'shop',
      BillingMode: 'PROVISIONED',
      ...throughput(5, 7),
      GlobalSecondaryIndexUpdates: [
        { Update: { IndexName: 'gsi1', ...throughput(1, 2) } },
        { Update: { IndexName: 'made meanwhile', ...throughput(5, 7) } },
      ],
    });
  });
});
