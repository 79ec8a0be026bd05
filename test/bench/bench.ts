import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { table } from '../../src/cli/table.js';
import { startCountingSink } from '../support/counting-sink.js';
import { startPostgres } from '../support/engines/resolve-engines.js';
import { createDatabase } from '../support/postgres-database.js';

/**
 * `npm run bench`: the contestants in turn, the same rows, items and local HTTP sink, each in a process of
 * its own; medians and ranges over the rounds, and the ratio of each round. Two cores are shared with the
 * database and the sink: only ratios within one run mean anything.
 */
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});

interface Measure {
  readonly items: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

const CONTESTANTS = ['tablefold', 'handwritten'] as const;
type Contestant = (typeof CONTESTANTS)[number];
const rows = Number(options.rows);
const rounds = Number(options.rounds);
const say = (text: string) => process.stderr.write(`${text}\n`);

await using postgres = await startPostgres();
say(`${postgres.name} ${postgres.version}, ${rows} rows, ${rounds} rounds after a warm-up`);
const shape = await readFile(new URL('./shape.sql', import.meta.url), 'utf8');
await using database = await createDatabase(postgres.url, shape.replaceAll(':rows', String(rows)));

const measures: Record<Contestant, Measure[]> = { tablefold: [], handwritten: [] };
for (let round = 0; round <= rounds; round += 1) {
  for (const name of CONTESTANTS) {
    const measure = await run(name);
    if (measure.items !== rows) throw new Error(`${name} wrote ${measure.items} of ${rows} items`);
    if (round > 0) measures[name].push(measure);
    say(
      `${round === 0 ? 'warm-up' : `round ${round}`}  ${name}  ${perSecond(measure)} items/s  ${cpuPerItem(measure)} µs CPU/item`,
    );
  }
}

const summary = CONTESTANTS.map((name) => ({
  name,
  itemsPerSecond: spread(measures[name].map(perSecond)),
  cpuMicrosPerItem: spread(measures[name].map(cpuPerItem)),
  peakMb: spread(measures[name].map(({ peakMb }) => Math.round(peakMb))),
}));
const ratio = (pick: (measure: Measure) => number) =>
  spread(measures.tablefold.map((mine, round) => pick(mine) / pick(measures.handwritten[round] as Measure)));
const ratios = { itemsPerSecond: ratio(perSecond), cpuPerItem: ratio(cpuPerItem) };
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  postgres: postgres.version,
};

if (options.json)
  console.log(JSON.stringify({ machine, rows, rounds, contestants: summary, ratios }, null, 2));
else {
  console.log(
    table(
      ['median (min–max)', 'items/s', 'µs CPU an item', 'peak MB'],
      summary.map((line) => [
        line.name,
        text(line.itemsPerSecond),
        text(line.cpuMicrosPerItem),
        text(line.peakMb),
      ]),
    ),
  );
  console.log(
    `tablefold : handwritten   items/s ${text(ratios.itemsPerSecond)}×   CPU an item ${text(ratios.cpuPerItem)}×`,
  );
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, Postgres ${machine.postgres}`);
}

/** One contestant against a fresh sink, both in processes of their own. */
async function run(name: Contestant): Promise<Measure> {
  await using sink = await startCountingSink();
  const jiti = fileURLToPath(import.meta.resolve('jiti/lib/jiti-cli.mjs'));
  const script = fileURLToPath(new URL('./contestant.ts', import.meta.url));
  const child = spawn(process.execPath, [jiti, script, name, database.url, sink.url], {
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_REGION: 'local',
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  const exit = await new Promise((resolve) => child.on('close', resolve));
  if (exit !== 0) throw new Error(`${name} ended with ${exit}`);
  const measure = JSON.parse(out) as Measure;
  const { items } = await sink.counts();
  if (items !== measure.items)
    throw new Error(`${name} says ${measure.items} items, the sink counted ${items}`);
  return measure;
}

function perSecond({ items, wallMs }: Measure): number {
  return Math.round(items / (wallMs / 1000));
}

function cpuPerItem({ items, cpuMs }: Measure): number {
  return Math.round((cpuMs * 10_000) / items) / 10;
}

interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (position: number) => Math.round((sorted[position] ?? Number.NaN) * 100) / 100;
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
}

function text({ min, median, max }: Spread): string {
  return `${median.toLocaleString('en-US')} (${min.toLocaleString('en-US')}–${max.toLocaleString('en-US')})`;
}
