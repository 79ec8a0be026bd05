import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import { startPostgres } from '../support/engines/resolve-engines.js';
import { type AloneCase, buildAlone, runAlone } from './alone.js';
import { cpuMicros, type Measure, perSecond } from './measure.js';
import { spread, spreadText } from './spread.js';

/**
 * `npm run bench -- threads`: what a thread costs, beside a sink that answers at once, and what it brings where each
 * request takes 20 ms. Database and sink share the machine: on two cores nothing scales that keeps one busy.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '400000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(options.rows);
const cases = [undefined, 20].flatMap((latencyMs) =>
  [1, 2, 4].map(
    (threads): AloneCase => ({
      name: `${latencyMs ?? 0} ms a request, ${threads === 1 ? 'no thread' : `${threads} threads`}`,
      shape: 'orders',
      rows,
      threads,
      sink: { latencyMs },
    }),
  ),
);

await buildAlone();
await using engine = await startPostgres();
const measures = new Map<string, Measure[]>(cases.map(({ name }) => [name, []]));
await runAlone(cases, 'postgres', engine.url, Number(options.rounds), ({ name }, measure) => {
  measures.get(name)?.push(measure);
  console.error(`${name}  ${perSecond(measure)} items/s  ${cpuMicros(measure)} µs CPU an item`);
});
const results = [...measures].map(([name, list]) => ({
  name,
  itemsPerSecond: spread(list.map(perSecond)),
  cpuMicrosPerItem: spread(list.map(cpuMicros)),
  peakMb: spread(list.map(({ peakMb }) => Math.round(peakMb))),
}));
if (options.json) console.log(JSON.stringify({ rows, results }, null, 2));
else {
  const lines = results.map(({ name, itemsPerSecond, cpuMicrosPerItem, peakMb }) => [
    name,
    ...[itemsPerSecond, cpuMicrosPerItem, peakMb].map(spreadText),
  ]);
  console.log(
    table(
      [`${rows.toLocaleString('en-US')} rows, median (min–max)`, 'items/s', 'µs CPU an item', 'peak MB'],
      lines,
    ),
  );
}
