import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import { startMariaDb, startPostgres } from '../support/engines/resolve-engines.js';
import { type AloneCase, buildAlone, runAlone } from './alone.js';
import { perSecond } from './measure.js';

/**
 * `npm run bench -- memory`: the most memory that `migrate` has at once, with default flags: by how many rows there
 * are, with items of 300 KB, while the sink takes nothing for a minute, and by threads.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', multiple: true, default: ['100000', '1000000', '10000000'] },
    only: { type: 'string', default: '' },
    engine: { type: 'string', default: 'postgres' },
    json: { type: 'boolean', default: false },
  },
});
const engineName = options.engine === 'mariadb' ? 'mariadb' : 'postgres';
const STALL = { stall: { afterRequests: 1_000, ms: 60_000 } };
const count = (value: number) => value.toLocaleString('en-US');

const cases: readonly AloneCase[] = [
  ...options.rows.map(
    (rows): AloneCase => ({ name: `${count(Number(rows))} small rows`, shape: 'small', rows: Number(rows) }),
  ),
  { name: '100,000 small rows, the sink stalls for a minute', shape: 'small', rows: 100_000, sink: STALL },
  { name: '3,000 items of 300 KB', shape: 'large', rows: 3_000 },
  {
    name: '3,000 items of 300 KB, the sink stalls for a minute',
    shape: 'large',
    rows: 3_000,
    sink: { stall: { afterRequests: 50, ms: 60_000 } },
  },
  // MySQL's snapshots cannot be shared by threads.
  ...(engineName === 'postgres' ? [1, 2, 4] : []).map(
    (threads): AloneCase => ({
      name: `400,000 rows, --threads ${threads}`,
      shape: 'orders',
      rows: 400_000,
      threads,
    }),
  ),
];

/** `--only 300`: the cases whose names hold that. */
const chosen = cases.filter(({ name }) => name.includes(options.only));

await buildAlone();
await using engine = await (engineName === 'postgres' ? startPostgres() : startMariaDb());
const results: { name: string; peakMb: number; itemsPerSecond: number; seconds: number }[] = [];
await runAlone(chosen, engineName, engine.url, 1, ({ name }, measure) => {
  const result = {
    name,
    peakMb: Math.round(measure.peakMb),
    itemsPerSecond: perSecond(measure),
    seconds: Math.round(measure.wallMs / 1000),
  };
  results.push(result);
  console.error(`${name}  ${result.peakMb} MB  ${result.seconds} s`);
});
if (options.json)
  console.log(JSON.stringify({ engine: `${engine.name} ${engine.version}`, results }, null, 2));
else {
  console.log(`${engine.name} ${engine.version}`);
  const rows = results.map(({ name, peakMb, itemsPerSecond, seconds }) => [
    name,
    peakMb,
    itemsPerSecond,
    seconds,
  ]);
  console.log(table(['migrate of', 'peak MB', 'items/s', 's'], rows));
}
