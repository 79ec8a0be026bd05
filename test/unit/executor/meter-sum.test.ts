import { expect, it } from 'vitest';
import { MeterSum } from '../../../src/executor/meter-sum.js';
import { createMeter } from '../../../src/pipeline/meter.js';

it('the meter of a run is the sum of its threads, whatever was counted before and however often they tell', () => {
  const meter = { ...createMeter(), keyRows: 7, rows: 1 };
  const sum = new MeterSum(meter);
  sum.update(1, { ...createMeter(), rows: 10, batches: 3, full: true });
  sum.update(2, { ...createMeter(), rows: 5, batches: 1, troubles: 1, lastTrouble: 'reset' });
  const throttles = [{ reason: 'IndexWriteKeyRangeThroughputExceeded', index: 'gsi1', requests: 2 }];
  sum.update(2, { ...createMeter(), rows: 5, batches: 1, troubles: 1, lastTrouble: 'reset', throttles });
  sum.update(1, { ...createMeter(), rows: 12, batches: 0, throttles });
  sum.update(1, { ...createMeter(), rows: 12, batches: 0, throttles });
  expect(meter).toMatchObject({ keyRows: 7, rows: 18, batches: 1, full: false, lastTrouble: 'reset' });
  expect(meter.throttles).toEqual([{ ...throttles[0], requests: 4 }]);
});
