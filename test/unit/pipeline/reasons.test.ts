import { expect, it } from 'vitest';
import { evenKeys, runKeyOrdered } from '../../support/simulator/key-ordered-run.js';

const units = (write: number) => ({ ReadCapacityUnits: 1, WriteCapacityUnits: write });
const index = (write: number) => ({
  IndexName: 'gsi1',
  KeySchema: [{ AttributeName: 'gsi1pk', KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'ALL' as const },
  ProvisionedThroughput: units(write),
});
const rows = 30_000;
const everywhere = {
  rows,
  itemBytes: 450,
  order: 'spread' as const,
  partitionOf: (row: number) => `ROW#${row}`,
};

it('a hot partition key of an index is found, and the index is named', async () => {
  const report = await runKeyOrdered({
    ...everywhere,
    table: {
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: units(8_000),
      GlobalSecondaryIndexes: [index(8_000)],
    },
    indexPartitionOf: (row) => (row % 2 === 0 ? 'STATUS#OPEN' : `STATUS#${row}`),
  });
  expect(report.hotKeys).toBeGreaterThan(0);
  expect(report.throttles).toContainEqual(
    expect.objectContaining({ reason: 'IndexWriteKeyRangeThroughputExceeded', index: 'gsi1' }),
  );
  // 15,000 items of the hot key and an eighth of the others share a partition: 17 seconds at the very least.
  expect(report.seconds).toBeLessThan(30);
});

it('an index with too little capacity slows everything down, and no key is called hot', async () => {
  const keys = evenKeys(rows / 100, 4);
  const report = await runKeyOrdered({
    ...everywhere,
    table: {
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: units(4_000),
      GlobalSecondaryIndexes: [index(1_000)],
    },
    indexPartitionOf: (row) => keys[row % keys.length] ?? '',
  });
  expect(report.throttles).toContainEqual(
    expect.objectContaining({ reason: 'IndexWriteProvisionedThroughputExceeded', index: 'gsi1' }),
  );
  expect(report.hotKeys).toBe(0);
  expect(report.unitsPerSecond).toBeGreaterThan(0.9 * 2_000);
});
