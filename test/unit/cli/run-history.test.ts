import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordHistory } from '../../../src/cli/run-history.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('holds what was done at each of some moments, from the beginning to the last', () => {
  const meter = { rows: 0, written: 0, readUnits: 0 };
  using history = recordHistory(meter);
  for (let step = 0; step < 3; step += 1) {
    meter.rows += 10;
    meter.written += 20;
    meter.readUnits += 0.5;
    vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(50);
  expect(history.points()).toEqual([
    { seconds: 0, rows: 0, items: 0, readUnits: 0 },
    { seconds: 0.1, rows: 10, items: 20, readUnits: 0.5 },
    { seconds: 0.2, rows: 20, items: 40, readUnits: 1 },
    { seconds: 0.3, rows: 30, items: 60, readUnits: 1.5 },
    { seconds: 0.35, rows: 30, items: 60, readUnits: 1.5 },
  ]);
});

test('a long run has a bounded number of points, evenly over all of it', () => {
  const meter = { rows: 0, written: 0, readUnits: 0 };
  using history = recordHistory(meter);
  for (let second = 0; second < 36_000; second += 1) {
    meter.rows += 1;
    vi.advanceTimersByTime(1_000);
  }
  const points = history.points();
  expect(points.length).toBeGreaterThan(100);
  expect(points.length).toBeLessThan(245);
  expect(points[0]).toMatchObject({ seconds: 0, rows: 0 });
  expect(points.at(-1)).toMatchObject({ seconds: 36_000, rows: 36_000 });
  const steps = points.slice(1, -1).map(({ seconds }, at) => seconds - (points[at]?.seconds ?? 0));
  expect(new Set(steps.map((step) => step.toFixed(1))).size).toBe(1);
});

test('takes no further points once it is disposed', () => {
  const meter = { rows: 0, written: 0, readUnits: 0 };
  const history = recordHistory(meter);
  history[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
