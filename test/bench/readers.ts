import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import type { Engine } from '../support/engines/engine.js';
import { startMariaDb, startPostgres } from '../support/engines/resolve-engines.js';
import { buildScripts, runScript } from './child.js';
import { cpuMicros, type Measure, perSecond } from './measure.js';
import { databaseOf } from './migrate/database.js';
import type { ReaderName, ReaderTask } from './reader.js';
import { spread, spreadText } from './spread.js';

/**
 * `npm run bench -- readers`: one table read whole, by tablefold's readers, by the drivers as most people use them,
 * and by the fastest way that each server has. Each in a process of its own, in turn; medians and ranges.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(options.rows);
const rounds = Number(options.rounds);
if (!(rows > 0 && rounds > 0)) throw new Error('--rows and --rounds take numbers over 0');

/** `--only tablefold`, as often as wanted: these readers alone. */
const wanted = (name: ReaderName) => options.only.length === 0 || options.only.includes(name);
const POSTGRES: readonly ReaderName[] = ['tablefold', 'tablefold-4', 'pg-cursor', 'copy'];
const MARIADB: readonly ReaderName[] = ['tablefold', 'tablefold-4', 'mysql2', 'dump'];
const dist = new URL('../../dist/', import.meta.url).href;
const say = (text: string) => process.stderr.write(`${text}\n`);

interface Result {
  readonly engine: string;
  readonly measures: ReadonlyMap<ReaderName, readonly Measure[]>;
}

await buildScripts(['reader', 'measure']);
const results = [await onPostgres(), await onMariaDb()];
if (options.json) console.log(JSON.stringify({ rows, rounds, results: results.map(asJson) }, null, 2));
else for (const result of results) print(result);

async function onPostgres(): Promise<Result> {
  await using engine = await startPostgres();
  await using database = await databaseOf('postgres', engine.url, 'orders', rows);
  return await run(engine, database.url, POSTGRES);
}

async function onMariaDb(): Promise<Result> {
  await using engine = await startMariaDb();
  await using database = await databaseOf('mariadb', engine.url, 'orders', rows);
  return await run(engine, database.url, MARIADB);
}

async function run(engine: Engine, sourceUrl: string, names: readonly ReaderName[]): Promise<Result> {
  const measures = new Map<ReaderName, Measure[]>(names.filter(wanted).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, list] of measures) {
      const measure = await runScript<Measure>('reader', {
        name,
        sourceUrl,
        dist,
        rows,
      } satisfies ReaderTask);
      if (measure.items !== rows) throw new Error(`${name} read ${measure.items} of ${rows} rows`);
      if (round > 0) list.push(measure);
      const when = round === 0 ? 'warm-up' : `round ${round}`;
      say(
        `${engine.name}  ${when}  ${name}  ${perSecond(measure)} rows/s  ${cpuMicros(measure)} µs CPU a row  ${Math.round(measure.peakMb)} MB`,
      );
    }
  }
  return { engine: `${engine.name} ${engine.version}`, measures };
}

function asJson({ engine, measures }: Result) {
  const readers = [...measures].map(([name, list]) => ({
    name,
    rowsPerSecond: spread(list.map(perSecond)),
    cpuMicrosPerRow: spread(list.map(cpuMicros)),
    peakMb: spread(list.map(({ peakMb }) => Math.round(peakMb))),
  }));
  return { engine, readers };
}

function print(result: Result): void {
  const { engine, readers } = asJson(result);
  const lines = readers.map(({ name, rowsPerSecond, cpuMicrosPerRow, peakMb }) => [
    name,
    ...[rowsPerSecond, cpuMicrosPerRow, peakMb].map(spreadText),
  ]);
  console.log(`${engine}, ${rows} rows`);
  console.log(table(['median (min–max)', 'rows/s', 'µs CPU a row', 'peak MB'], lines));
}
