import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import { openSource } from '../../src/source/open-source.js';
import { startCountingSink } from '../support/counting-sink.js';
import { startPostgres } from '../support/engines/resolve-engines.js';
import { buildScripts, runScript } from './child.js';
import type { FromTableTask } from './from-table-alone.js';
import { startKeptTable } from './kept-table.js';
import { cpuMicros, type Measure, perSecond } from './measure.js';
import { databaseOf, mappingOf } from './migrate/database.js';
import { spread, spreadText } from './spread.js';

/**
 * `npm run bench -- from-table`: `migrate` from a table of items (kept-table.ts) into a sink that answers at once, by
 * threads. Both are processes of their own on the same machine: on two cores nothing scales that keeps one busy.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '400000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', multiple: true, default: ['1', '2'] },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(options.rows);
const counts = options.threads.map(Number);
const dist = new URL('../../dist/', import.meta.url).href;
const mappingFile = mappingOf('orders');

await buildScripts(['measure', 'from-table-alone']);
await using engine = await startPostgres();
await using database = await databaseOf('postgres', engine.url, 'orders', rows);
await using kept = await startKeptTable({ sourceUrl: database.url, mappingFile });
const schema = await discover(database.url);
const measures = new Map<number, Measure[]>(counts.map((threads) => [threads, []]));
for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const threads of counts) {
    await using sink = await startCountingSink();
    const task: FromTableTask = {
      mappingFile,
      schema,
      items: rows,
      from: kept.url,
      endpoint: sink.url,
      dist,
      threads,
    };
    const measure = await runScript<Measure>('from-table-alone', task);
    if (measure.items !== rows) throw new Error(`${threads} threads: ${measure.items} of ${rows} items`);
    measures.get(threads)?.push(measure);
    console.error(`${threads}  ${perSecond(measure)} items/s  ${cpuMicros(measure)} µs CPU an item`);
  }
}
const results = [...measures].map(([threads, list]) => ({
  threads,
  itemsPerSecond: spread(list.map(perSecond)),
  cpuMicrosPerItem: spread(list.map(cpuMicros)),
  peakMb: spread(list.map(({ peakMb }) => Math.round(peakMb))),
}));
if (options.json) console.log(JSON.stringify({ rows, results }, null, 2));
else {
  const head = ['threads, median (min–max)', 'items/s', 'µs CPU an item', 'peak MB'];
  const lines = results.map(({ threads, itemsPerSecond, cpuMicrosPerItem, peakMb }) => [
    threads,
    ...[itemsPerSecond, cpuMicrosPerItem, peakMb].map(spreadText),
  ]);
  console.log(table(head, lines));
}

async function discover(url: string) {
  await using source = await openSource(url);
  return await source.discover(new AbortController().signal);
}
