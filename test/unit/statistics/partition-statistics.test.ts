import { describe, expect, it } from 'vitest';
import { PartitionStatistics } from '../../../src/statistics/partition-statistics.js';

describe('partition keys', () => {
  it('are counted one by one while they are few', () => {
    const statistics = new PartitionStatistics();
    for (let at = 0; at < 10; at += 1) statistics.add(`CUSTOMER#${at % 4}`, 100, 1);
    statistics.add('CUSTOMER#0', 3_000, 3);
    expect(statistics.report()).toEqual({
      items: 11,
      bytes: 4_000,
      writeUnits: 13,
      partitions: 4,
      exact: true,
      each: {
        items: { median: 2, p99: 4, max: 4 },
        bytes: { median: 200, p99: 3_300, max: 3_300 },
        writeUnits: { median: 2, p99: 6, max: 6 },
      },
      hottest: [
        { partition: 'CUSTOMER#0', items: 4, bytes: 3_300, writeUnits: 6, share: 6 / 13, missedUnits: 0 },
        { partition: 'CUSTOMER#1', items: 3, bytes: 300, writeUnits: 3, share: 3 / 13, missedUnits: 0 },
        { partition: 'CUSTOMER#2', items: 2, bytes: 200, writeUnits: 2, share: 2 / 13, missedUnits: 0 },
        { partition: 'CUSTOMER#3', items: 2, bytes: 200, writeUnits: 2, share: 2 / 13, missedUnits: 0 },
      ],
    });
  });

  it('of which there are many are counted to 5 %, their spread is that of all, and the hot one among them is found', () => {
    const statistics = new PartitionStatistics();
    const keys = 100_000;
    for (let at = 0; at < keys; at += 1) {
      // One key in ten holds five items, the others one.
      for (let item = 0; item < (at % 10 === 0 ? 5 : 1); item += 1) statistics.add(`USER#${at}`, 200, 1);
      if (at % 100 === 50) statistics.add('TENANT#big', 200, 1);
    }
    const report = statistics.report();
    expect(report.exact).toBe(false);
    expect(Math.abs(report.partitions - keys)).toBeLessThan(keys * 0.05);
    expect(report.each).toMatchObject({ items: { median: 1, p99: 5, max: 1_000 } });
    expect(report.hottest[0]).toMatchObject({ partition: 'TENANT#big' });
    const [{ writeUnits, missedUnits } = { writeUnits: 0, missedUnits: 0 }] = report.hottest;
    expect(writeUnits).toBeLessThanOrEqual(1_000);
    expect(writeUnits + missedUnits).toBeGreaterThanOrEqual(1_000);
    expect(missedUnits).toBeLessThan(report.writeUnits * 0.0005);
  });

  it('that do not exist make an empty report', () => {
    expect(new PartitionStatistics().report()).toMatchObject({ items: 0, each: null, hottest: [] });
  });
});
