import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import { loadMapping } from '../../src/mapping/load-mapping.js';
import { plan } from '../../src/operations/plan.js';
import { openSource } from '../../src/source/open-source.js';
import { startPostgres } from '../support/engines/resolve-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { buildScripts, runScript } from './child.js';
import type { DiffTask } from './diff-alone.js';
import { cpuMicros, type Measure, perSecond } from './measure.js';
import { databaseOf, mappingOf } from './migrate/database.js';
import { startScanServer } from './scan-server.js';

/**
 * `npm run bench -- diff`: all rows against all items, of which none differs, by how many there are. The table is made up
 * as it is scanned (scan-server.ts), by a process that reads the same rows from the same database. `--state`: with one
 * that keeps what is read.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', multiple: true, default: ['100000', '1000000', '10000000'] },
    shape: { type: 'string', default: 'small' },
    state: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const shape = options.shape === 'orders' ? 'orders' : 'small';
const dist = new URL('../../dist/', import.meta.url).href;

await buildScripts(['measure', 'diff-alone']);
await using engine = await startPostgres();
const results = [];
for (const rows of options.rows.map(Number)) {
  await using database = await databaseOf('postgres', engine.url, shape, rows);
  const mappingFile = mappingOf(shape);
  await using server = await startScanServer({ sourceUrl: database.url, mappingFile });
  await using folder = await temporaryFolder();
  const state = options.state ? folder.path : null;
  const task: DiffTask = { sourceUrl: database.url, mappingFile, endpoint: server.url, dist, state };
  const measure = await runScript<Measure & { readonly readUnits: number }>('diff-alone', task);
  if (measure.items !== rows) throw new Error(`${measure.items} of ${rows} items were compared`);
  // A consistent Scan is charged for what it reads, in steps of 4 KB: nothing reads all of it for less.
  const least = Math.ceil((await bytesOf(database.url, mappingFile)) / 4_096);
  const result = {
    rows,
    itemsPerSecond: perSecond(measure),
    cpuMicros: cpuMicros(measure),
    peakMb: Math.round(measure.peakMb),
    readUnits: measure.readUnits,
    leastReadUnits: least,
  };
  results.push(result);
  console.error(`${rows} items  ${result.itemsPerSecond} items/s  ${result.peakMb} MB`);
}
if (options.json) console.log(JSON.stringify({ engine: engine.version, shape, results }, null, 2));
else {
  const head = ['items', 'items/s', 'µs CPU an item', 'peak MB', 'read units', 'to the least'];
  const lines = results.map(({ rows, itemsPerSecond, cpuMicros, peakMb, readUnits, leastReadUnits }) => [
    ...[rows, itemsPerSecond, cpuMicros, peakMb, readUnits],
    (readUnits / leastReadUnits).toFixed(3),
  ]);
  console.log(table(head, lines));
}

async function bytesOf(url: string, mappingFile: string): Promise<number> {
  await using source = await openSource(url);
  const mapping = await loadMapping(mappingFile);
  const { signal } = new AbortController();
  return (await plan({ mapping, source, measure: false, signal })).totals.bytes;
}
