import { describe, expect, it } from 'vitest';
import { type Load, loadWays, storageMonth } from '../../../../src/table/cost/load-cost.js';
import { PRICES } from '../../../../src/table/cost/prices.js';

const VIRGINIA = PRICES.regions['us-east-1']!;
const GB = 1024 ** 3;

/** 100 million rows in four copies of 600 bytes, one index on one of the copies. */
const LOAD: Load = {
  parts: [
    { index: null, writeUnits: 400e6, hottestUnits: 2_000 },
    { index: 'gsi1', writeUnits: 100e6, hottestUnits: 2_000 },
  ],
  storageBytes: 340 * GB,
  importBytes: 300 * GB,
};

describe('ways to load', () => {
  it('stand side by side, each with its time and its price', () => {
    const ways = loadWays(LOAD, VIRGINIA, []);
    expect(ways.map(({ writer, capacity }) => [writer, capacity])).toEqual([
      ['BatchWriteItem', 'on-demand'],
      ['BatchWriteItem', 'warm:20000'],
      ['BatchWriteItem', 'provisioned:20000'],
      ['S3 import', null],
    ]);
    const [onDemand, warm, provisioned, files] = ways;
    // 500 million units at $0.625 a million; the table's own 400 million at 4,000 a second.
    expect(onDemand).toMatchObject({
      cost: 312.5,
      seconds: 100_000,
      heldBy: { index: null, what: 'capacity' },
    });
    // 16,000 units above the 4,000 that are there, for table and index.
    expect(warm).toMatchObject({ cost: 312.5 + 32_000 * 0.00065, seconds: 20_000 });
    // 5.6 hours are six.
    expect(provisioned?.cost).toBeCloseTo(6 * 20_000 * 2 * 0.00065, 9);
    expect(files).toMatchObject({ cost: 45, seconds: null });
    expect(storageMonth(LOAD, VIRGINIA)).toBe(85);
  });

  it('reckon with a capacity that was asked for, once', () => {
    const asked = [
      { kind: 'provisioned', write: 1_000, read: null },
      { kind: 'warm', write: 20_000 },
      { kind: 'as-is' },
    ] as const;
    expect(loadWays(LOAD, VIRGINIA, asked).map(({ capacity }) => capacity)).toEqual([
      'on-demand',
      'warm:20000',
      'provisioned:20000',
      'provisioned:1000',
      null,
    ]);
  });

  it('are held up by a hot partition key, whatever the capacity', () => {
    const parts = [
      { index: null, writeUnits: 1e6, hottestUnits: 100 },
      { index: 'gsi1', writeUnits: 1e6, hottestUnits: 800_000 },
    ];
    for (const way of loadWays({ ...LOAD, parts }, VIRGINIA, []).slice(0, -1)) {
      expect(way).toMatchObject({ seconds: 800, heldBy: { index: 'gsi1', what: 'partition' } });
    }
  });

  it('have a time and no price where no prices are known', () => {
    expect(loadWays(LOAD, null, []).map(({ cost }) => cost)).toEqual([null, null, null, null]);
    expect(loadWays(LOAD, null, [])[0]?.seconds).toBe(100_000);
    expect(storageMonth(LOAD, null)).toBeNull();
  });

  it('cost what provisioned units of one begun hour cost, however small the load is', () => {
    const parts = [{ index: null, writeUnits: 10, hottestUnits: 5 }];
    const ways = loadWays({ parts, storageBytes: 0, importBytes: 0 }, VIRGINIA, []);
    expect(ways.find(({ capacity }) => capacity === 'provisioned:40000')?.cost).toBeCloseTo(26, 9);
  });
});
