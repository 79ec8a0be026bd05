import { pino } from 'pino';
import { expect, test } from 'vitest';
import { troubleLog } from '../../../src/pipeline/trouble-log.js';
import { systemClock } from '../../../src/support/time.js';

test('of each kind the first is a line, and the others a count per ten seconds', () => {
  const lines: unknown[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) });
  let now = 0;
  const warn = troubleLog(log, { ...systemClock, now: () => now });
  for (; now <= 10_000; now += 10) warn(`reset by 10.0.0.${now % 7}`, 25);
  warn('timeout', 1);
  expect(lines).toEqual([
    expect.objectContaining({ trouble: 'reset by 10.0.0.0', items: 25 }),
    expect.objectContaining({ requests: 1000, seconds: 10 }),
    expect.objectContaining({ trouble: 'timeout', items: 1 }),
  ]);
});
