import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Engine } from '../../support/engines/engine.js';
import { startMariaDb, startPostgres } from '../../support/engines/resolve-engines.js';
import { buildScripts } from '../child.js';
import { describeMachine } from './machine.js';
import { readOptions } from './pieces.js';
import { printResults } from './print.js';
import { type BenchResults, merged, type PieceResult } from './results.js';
import { runPiece, SCRIPTS } from './run-piece.js';
import { runScenarios } from './scenarios.js';
import type { EngineName } from './task.js';

/**
 * `npm run bench`: the contestants in turn, the same rows, items and local sink, each in a process of its own;
 * medians and ranges over the rounds, and the ratio of each round. Database and sink share the machine: only
 * ratios within one run mean anything. docs/performance.md says how to read it.
 */
const START: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  postgres: startPostgres,
  mariadb: startMariaDb,
};
const options = readOptions();
const say = (text: string) => process.stderr.write(`${text}\n`);
const machine = describeMachine();
const pieces: PieceResult[] = [];
const engines = new Map<EngineName, Engine>();

await buildScripts(SCRIPTS);
try {
  for (const piece of options.pieces) {
    pieces.push(await runPiece(piece, (await engineOf(piece.engine)).url, say));
    await keep({ machine, pieces, scenarios: [] }); // a run that is interrupted has not been for nothing
  }
} finally {
  for (const engine of engines.values()) await engine.stop();
}
const scenarios = options.scenarios ? await runScenarios(say) : [];
const results = { machine, pieces, scenarios };
await keep(results);
if (options.json) console.log(JSON.stringify(results, null, 2));
else printResults(results);

/** Each is started once, when the first piece wants it. */
async function engineOf(name: EngineName): Promise<Engine> {
  const engine = engines.get(name) ?? (await START[name]());
  engines.set(name, engine);
  machine[name] = engine.version;
  return engine;
}

async function keep(fresh: BenchResults): Promise<void> {
  const { into } = options;
  if (into === undefined) return;
  const former = existsSync(into) ? (JSON.parse(await readFile(into, 'utf8')) as BenchResults) : undefined;
  await writeFile(into, `${JSON.stringify(merged(former, fresh), null, 2)}\n`);
}
