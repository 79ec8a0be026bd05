import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import { startPostgres } from '../support/engines/resolve-engines.js';
import { buildScripts, runScript } from './child.js';
import type { MapperMeasure, MapperTask } from './mapper-alone.js';
import { databaseOf, mappingOf } from './migrate/database.js';
import { spread, spreadText } from './spread.js';

/** `npm run bench -- mapper`: the compiled mapping of the orders, and an object with `marshall`, over the same rows in memory. */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(options.rows);
const rounds = Number(options.rounds);
if (!(rows > 0 && rounds > 0)) throw new Error('--rows and --rounds take numbers over 0');

await buildScripts(['mapper-alone', 'migrate/item-pages', 'migrate/shape']);
await using postgres = await startPostgres();
await using database = await databaseOf('postgres', postgres.url, 'orders', rows);
const alone = await runScript<MapperMeasure>('mapper-alone', {
  sourceUrl: database.url,
  dist: new URL('../../dist/', import.meta.url).href,
  mappingFile: mappingOf('orders'),
  rows,
  rounds,
} satisfies MapperTask);
const ways = (['mapper', 'marshall'] as const).map((way) => ({
  way,
  itemsPerSecond: spread(alone[way].map((nanos) => Math.round(1e9 / nanos))),
  nanosPerAttribute: spread(alone[way].map((nanos) => Math.round(nanos / alone.attributes))),
}));
if (options.json) console.log(JSON.stringify({ rows, rounds, ways }, null, 2));
else {
  console.log(
    table(
      ['mapping alone', 'items/s', 'ns an attribute'],
      ways.map(({ way, itemsPerSecond, nanosPerAttribute }) => [
        way === 'mapper' ? 'mapper' : 'marshall + JSON.stringify',
        spreadText(itemsPerSecond),
        spreadText(nanosPerAttribute),
      ]),
    ),
  );
}
