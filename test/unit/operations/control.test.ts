import { expect, it } from 'vitest';
import { control } from '../../../src/operations/control.js';
import { heedControl } from '../../../src/operations/heed-control.js';
import { onlyUnits } from '../../../src/operations/write-limit.js';
import { createMeter } from '../../../src/pipeline/meter.js';
import { rateLimit } from '../../../src/pipeline/rate.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { silentLogger } from '../../../src/support/log.js';
import { systemClock } from '../../../src/support/time.js';

const { signal } = new AbortController();

it('tells whoever asks why the run did not do it, and the run keeps its rate', async () => {
  const state = memoryState();
  await using run = await state.open('shop');
  await run.begin({ ...HEADER });
  await state.saveNote('shop', 'control', { id: 'of a process before', paused: true, maxWriteUnits: '1' });
  const rate = rateLimit(500, systemClock);
  await using _heeding = await heedControl({
    state,
    run: 'shop',
    rate,
    begunWith: 500,
    unitsOf: onlyUnits,
    meter: createMeter(),
    log: silentLogger,
    clock: systemClock,
    signal,
  });
  const share = control({ state, change: { maxWriteUnits: '50%' }, signal });
  await expect(share).rejects.toMatchObject({
    code: 'RUN_CONTROL',
    message: expect.stringContaining('50 %'),
  });
  expect(rate.rate).toBe(500);
  const paused = await control({ state, change: { paused: true }, signal });
  expect(paused).toMatchObject({ paused: true, maxWriteUnits: null, heeded: true });
  const units = await control({ state, change: { paused: false, maxWriteUnits: '200' }, signal });
  expect(units).toEqual({ run: 'shop', paused: false, maxWriteUnits: '200', heeded: true });
  expect(rate.rate).toBe(200);
  expect(rate.pauses).toBe(2); // what the process before was asked is forgotten
});

const HEADER = {
  format: 1,
  runId: 'a run',
  operation: 'migrate',
  mappingDigest: '',
  schemaDigest: '',
  source: '',
  sink: '',
  entities: [],
  options: {},
  startedAt: '2026-01-01T00:00:00.000Z',
  snapshots: [],
} as const;
