import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import { startMariaDb, startPostgres } from '../support/engines/resolve-engines.js';
import { type AloneCase, buildAlone, runAlone } from './alone.js';
import { cpuMicros, type Measure, perSecond } from './measure.js';
import { spread, spreadText } from './spread.js';

/**
 * `npm run bench -- builds DIST [DIST …]`: `migrate` of several builds of this package in turn, each compared with the
 * first. A build is a copy of `dist` inside the package, so that it finds its modules; behind a `+` come flags for Node.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shape: { type: 'string', default: 'orders' },
    engine: { type: 'string', default: 'postgres' },
    rows: { type: 'string', default: '400000' },
    rounds: { type: 'string', default: '5' },
    /** Milliseconds from a request to its reply. */
    latency: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const { shape, engine: engineName } = options;
if (shape !== 'small' && shape !== 'orders' && shape !== 'embeds') throw new Error(`no shape ${shape}`);
if (engineName !== 'postgres' && engineName !== 'mariadb') throw new Error(`no engine ${engineName}`);
const cases = (positionals.length === 0 ? ['dist'] : positionals).map((build): AloneCase => {
  const [folder = '', ...nodeFlags] = build.split('+');
  const dist = pathToFileURL(`${resolve(folder)}/`).href;
  const latencyMs = Number(options.latency);
  const sink = latencyMs > 0 ? { latencyMs } : {};
  return { name: build, shape, rows: Number(options.rows), dist, nodeFlags, sink };
});

await buildAlone();
await using engine = await (engineName === 'postgres' ? startPostgres() : startMariaDb());
const measures = new Map<string, Measure[]>(cases.map(({ name }) => [name, []]));
// The first round warms the page cache of the database, and is not counted.
let warmedUp = 0;
await runAlone(cases, engineName, engine.url, Number(options.rounds) + 1, ({ name }, measure) => {
  if (warmedUp++ < cases.length) return;
  measures.get(name)?.push(measure);
  console.error(`${name}  ${perSecond(measure)} items/s  ${cpuMicros(measure)} µs CPU an item`);
});
const [first = []] = measures.values();
const results = [...measures].map(([name, list]) => {
  const toFirst = (pick: (measure: Measure) => number) =>
    spread(list.map((measure, round) => pick(measure) / pick(first[round] as Measure)));
  return {
    name,
    itemsPerSecond: spread(list.map(perSecond)),
    cpuMicrosPerItem: spread(list.map(cpuMicros)),
    peakMb: spread(list.map(({ peakMb }) => Math.round(peakMb))),
    toFirst: { itemsPerSecond: toFirst(perSecond), cpuPerItem: toFirst(cpuMicros) },
  };
});
if (options.json) console.log(JSON.stringify({ ...options, results }, null, 2));
else {
  const lines = results.map(({ name, itemsPerSecond, cpuMicrosPerItem, peakMb, toFirst }) => [
    name,
    ...[itemsPerSecond, cpuMicrosPerItem, peakMb].map(spreadText),
    ...[toFirst.itemsPerSecond, toFirst.cpuPerItem].map(spreadText),
  ]);
  const head = ['items/s', 'µs CPU an item', 'peak MB', 'items/s × first', 'CPU × first'];
  console.log(table([`${options.rows} rows of ${shape}, median (min–max)`, ...head], lines));
}
