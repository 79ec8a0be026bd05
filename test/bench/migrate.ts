import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import { startCountingSink } from '../support/counting-sink.js';
import { startPostgres } from '../support/engines/resolve-engines.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';
import { buildScripts, runScript } from './child.js';
import type { ContestantName, Task } from './contestant.js';
import type { MapperMeasure, MapperTask } from './mapper-alone.js';
import { cpuMicros, type Measure, perSecond } from './measure.js';
import { requireSameItems, startRecordingSink } from './proof.js';
import { spread, spreadText } from './spread.js';

/**
 * `npm run bench`: the contestants in turn, the same rows, items and local HTTP sink, each in a process of
 * its own; medians and ranges over the rounds, and the ratio of each round. Database and sink share the
 * machine: only ratios within one run mean anything. docs/performance.md says how to read it.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(options.rows);
const rounds = Number(options.rounds);
if (!(rows > 0 && rows % 25 === 0 && rounds > 0))
  throw new Error('--rows takes a multiple of 25, --rounds a number over 0');

const CONTESTANTS: readonly ContestantName[] = ['tablefold', 'handwritten', 'limit'];
const SCRIPTS = ['contestant', 'tablefold', 'handwritten', 'limit', 'mapper-alone', 'measure'];
const PROOF_ROWS = 500;
const MAPPER_ROWS = 20_000;
const dist = new URL('../../dist/', import.meta.url).href;
const mappingFile = fileURLToPath(new URL('./mapping.yaml', import.meta.url));
const shape = await readFile(new URL('./shape.sql', import.meta.url), 'utf8');
const say = (text: string) => process.stderr.write(`${text}\n`);

await buildScripts(SCRIPTS);
await using postgres = await startPostgres();
const folder = await mkdtemp(join(tmpdir(), 'tablefold-bench-'));
try {
  const bodiesFile = join(folder, 'bodies.json');
  await writeFile(bodiesFile, JSON.stringify(await prove()));
  await using database = await databaseOf(rows);
  say(`${postgres.name} ${postgres.version}: ${rows} rows, ${rounds} rounds after a warm-up`);
  const measures = await runRounds(database.url, bodiesFile);
  const mapper = await runScript<MapperMeasure>('mapper-alone', {
    sourceUrl: database.url,
    dist,
    mappingFile,
    rows: Math.min(rows, MAPPER_ROWS),
    rounds,
  } satisfies MapperTask);
  report(measures, mapper);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function databaseOf(count: number): Promise<TestDatabase> {
  return createDatabase(postgres.url, shape.replaceAll(':rows', String(count)));
}

/** Both contestants make the same items of a few hundred rows; answers the bodies in which tablefold sent them. */
async function prove(): Promise<readonly string[]> {
  await using database = await databaseOf(PROOF_ROWS);
  const sent = async (name: ContestantName) => {
    await using sink = await startRecordingSink();
    const task = { name, sourceUrl: database.url, endpoint: sink.url, dist, mappingFile, bodiesFile: '' };
    await runScript<Measure>('contestant', task satisfies Task);
    return sink.bodies;
  };
  const mine = await sent('tablefold');
  requireSameItems(mine, await sent('handwritten'), PROOF_ROWS);
  say(`${PROOF_ROWS} rows make the same items both ways`);
  return mine.filter((body) => body.split('"PutRequest"').length === 26);
}

async function runRounds(sourceUrl: string, bodiesFile: string) {
  const measures: Record<ContestantName, Measure[]> = { tablefold: [], handwritten: [], limit: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of CONTESTANTS) {
      await using sink = await startCountingSink();
      const task: Task = { name, sourceUrl, endpoint: sink.url, dist, mappingFile, bodiesFile };
      const measure = await runScript<Measure>('contestant', task);
      const { items } = await sink.counts();
      if (measure.items !== rows || items !== rows)
        throw new Error(`${name} says ${measure.items} of ${rows} items, the sink counted ${items}`);
      if (round > 0) measures[name].push(measure);
      const when = round === 0 ? 'warm-up' : `round ${round}`;
      say(`${when}  ${name}  ${perSecond(measure)} items/s  ${cpuMicros(measure)} µs CPU an item`);
    }
  }
  return measures;
}

function report(measures: Record<ContestantName, readonly Measure[]>, alone: MapperMeasure): void {
  const contestants = CONTESTANTS.map((name) => ({
    name,
    itemsPerSecond: spread(measures[name].map(perSecond)),
    cpuMicrosPerItem: spread(measures[name].map(cpuMicros)),
    peakMb: spread(measures[name].map(({ peakMb }) => Math.round(peakMb))),
  }));
  const ratioTo = (other: ContestantName, pick: (measure: Measure) => number) =>
    spread(measures.tablefold.map((mine, round) => pick(mine) / pick(measures[other][round] as Measure)));
  const ratios = (['handwritten', 'limit'] as const).map((to) => ({
    to,
    itemsPerSecond: ratioTo(to, perSecond),
    cpuPerItem: ratioTo(to, cpuMicros),
  }));
  const mapping = (['mapper', 'marshall'] as const).map((way) => ({
    way,
    itemsPerSecond: spread(alone[way].map((nanos) => Math.round(1e9 / nanos))),
    nanosPerAttribute: spread(alone[way].map((nanos) => Math.round(nanos / alone.attributes))),
  }));
  const cpu = cpus();
  const machine = {
    cpu: cpu[0]?.model ?? 'unknown',
    cores: cpu.length,
    node: process.version,
    postgres: postgres.version,
  };
  if (options.json) {
    console.log(JSON.stringify({ machine, rows, rounds, contestants, ratios, mapping }, null, 2));
    return;
  }
  console.log(
    table(
      ['median (min–max)', 'items/s', 'µs CPU an item', 'peak MB'],
      contestants.map(({ name, itemsPerSecond, cpuMicrosPerItem, peakMb }) => [
        name,
        ...[itemsPerSecond, cpuMicrosPerItem, peakMb].map(spreadText),
      ]),
    ),
  );
  console.log(
    table(
      ['tablefold to', 'items/s ×', 'CPU an item ×'],
      ratios.map(({ to, itemsPerSecond, cpuPerItem }) => [
        to,
        spreadText(itemsPerSecond),
        spreadText(cpuPerItem),
      ]),
    ),
  );
  console.log(
    table(
      ['mapping alone', 'items/s', 'ns an attribute'],
      mapping.map(({ way, itemsPerSecond, nanosPerAttribute }) => [
        way === 'mapper' ? 'mapper' : 'marshall + JSON.stringify',
        spreadText(itemsPerSecond),
        spreadText(nanosPerAttribute),
      ]),
    ),
  );
  console.log(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, Postgres ${machine.postgres}, ${rows} rows`,
  );
}
