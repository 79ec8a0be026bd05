import { describe, expect, it } from 'vitest';
import { readWriteCapacity } from '../../../src/dynamodb/write-capacity.js';

const ON_DEMAND = { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } } as const;

describe('the write capacity of a table', () => {
  it('that is provisioned is that of the table and of each global index, not of local ones', () => {
    const found = readWriteCapacity({
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 100 },
      WarmThroughput: { WriteUnitsPerSecond: 4000 },
      GlobalSecondaryIndexes: [{ IndexName: 'GSI1', ProvisionedThroughput: { WriteCapacityUnits: 40 } }],
      LocalSecondaryIndexes: [{ IndexName: 'LSI1' }],
    });
    expect(found).toEqual([
      { index: null, units: 100, origin: 'provisioned' },
      { index: 'GSI1', units: 40, origin: 'provisioned' },
    ]);
  });

  it.each([
    ['its warm throughput', { WarmThroughput: { WriteUnitsPerSecond: 9000 } }, 9000, 'warm throughput'],
    [
      'its maximum where that is less',
      { WarmThroughput: { WriteUnitsPerSecond: 9000 }, OnDemandThroughput: { MaxWriteRequestUnits: 300 } },
      300,
      'on-demand maximum',
    ],
    [
      'what is warm where the maximum is more',
      { WarmThroughput: { WriteUnitsPerSecond: 9000 }, OnDemandThroughput: { MaxWriteRequestUnits: 20_000 } },
      9000,
      'warm throughput',
    ],
    ['that of a new table where nothing is told', {}, 4000, 'on-demand default'],
    [
      'that of a new table where the maximum is none',
      { OnDemandThroughput: { MaxWriteRequestUnits: -1 } },
      4000,
      'on-demand default',
    ],
  ])('that is on demand is %s', (_, told, units, origin) => {
    expect(readWriteCapacity({ ...ON_DEMAND, ...told })).toEqual([{ index: null, units, origin }]);
  });
});
