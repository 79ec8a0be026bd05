import type { Meter } from '../pipeline/meter.js';
import type { HistoryPoint } from '../report/html-page.js';

export interface RunHistory extends Disposable {
  /** The points up to now, the present moment included. */
  points(): readonly HistoryPoint[];
}

const FIRST_MS = 100;
/**
 * More are no more to see on a chart: then every second one is dropped, and the next ones come half as often. Odd, so that
 * the last one stays and all lie evenly.
 */
const MOST = 241;

/** Looks at the meter now and then, for the chart of a report: some hundred points, however long the run. */
export function recordHistory(meter: Pick<Meter, 'rows' | 'written' | 'readUnits'>): RunHistory {
  const began = performance.now();
  let points: HistoryPoint[] = [];
  let every = FIRST_MS;
  let timer = setInterval(look, every).unref();
  look();
  return {
    points() {
      look();
      return points;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };

  function look(): void {
    const seconds = Math.round(performance.now() - began) / 1000;
    const { rows, written, readUnits } = meter;
    points.push({ seconds, rows, items: written, readUnits });
    if (points.length < MOST) return;
    points = points.filter((_, at) => at % 2 === 0);
    every *= 2;
    clearInterval(timer);
    timer = setInterval(look, every).unref();
  }
}
