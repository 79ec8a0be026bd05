import { expect, it } from 'vitest';
import { startPatience } from '../../../../src/sink/dynamodb/patient-call.js';
import { manualClock } from '../../../support/manual-clock.js';

const signal = new AbortController().signal;

it('waits with jitter under a ceiling that doubles up to five seconds, and starts over after progress', async () => {
  const clock = manualClock();
  const patience = startPatience(600_000, clock);
  for (let n = 0; n < 10; n += 1) await patience.wait('slow', signal);
  clock.sleeps.forEach((sleep, n) => {
    expect(sleep).toBeGreaterThanOrEqual(0);
    expect(sleep).toBeLessThanOrEqual(Math.min(5_000, 50 * 2 ** n));
  });
  expect(new Set(clock.sleeps).size).toBeGreaterThan(5);
  patience.progress();
  await patience.wait('slow', signal);
  expect(clock.sleeps.at(-1)).toBeLessThanOrEqual(50);
});

it('ends when nothing has come for as long as it has patience, whatever came before', async () => {
  const clock = manualClock();
  const patience = startPatience(10_000, clock);
  await clock.sleep(9_000);
  patience.progress();
  await clock.sleep(9_000);
  await patience.wait('slow', signal);
  await clock.sleep(9_000);
  await expect(patience.wait('TableReadProvisionedThroughputExceeded', signal)).rejects.toMatchObject({
    code: 'SINK_NO_PROGRESS',
    message: 'nothing came through for 10 s: TableReadProvisionedThroughputExceeded',
  });
});
