import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MappingInvalid } from '../../../src/mapping/errors.js';
import { formatProblems } from '../../../src/mapping/format-problems.js';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import type { Problem } from '../../../src/mapping/problem.js';
import { PROBLEM_CODES, type ProblemCode } from '../../../src/mapping/problem-codes.js';
import { check } from '../../../src/operations/check.js';
import { openSource } from '../../../src/source/open-source.js';
import type { Source } from '../../../src/source/source.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const folder = new URL('./problems/', import.meta.url);
const mappings = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));
const schemaOf = (dialect: string) => readFileSync(new URL(`schema.${dialect}.sql`, folder), 'utf8');
const said = new Set<ProblemCode>();
const { signal } = new AbortController();

/** A few rows, of which the planner believes that they are two hundred million. */
const STATISTICS = `
  INSERT INTO customers SELECT n, 'mail' || n, 'Ann', 'DE', NULL, NULL FROM generate_series(1, 100) AS n;
  INSERT INTO orders
    SELECT n, CASE WHEN n % 2 = 0 THEN 1 ELSE n % 100 + 1 END, NULL, 'PAID', 1, '2024-01-01', false, NULL,
           repeat('x', 100)
    FROM generate_series(1, 1000) AS n;
  ANALYZE;
  UPDATE pg_class SET reltuples = 200000000 WHERE relname = 'orders';`;

/** Every problem of a mapping as the terminal shows it, its file named as on the command line. */
async function problemsOf(name: string, source: Source): Promise<readonly Problem[]> {
  try {
    const { problems } = await check({ mapping: await loadMapping(fileOf(name)), source, signal });
    return problems;
  } catch (error) {
    if (error instanceof MappingInvalid) return error.problems;
    throw error;
  }
}

const fileOf = (name: string) => `test/integration/mapping/problems/${name}.yaml`;

describe.each([
  ['postgres', () => createDatabase(postgresUrl, schemaOf('postgres') + STATISTICS)],
  ['mariadb', () => createMySqlDatabase(mariadbUrl, schemaOf('mariadb'))],
] as const)('what check says of live tables in %s', (dialect, create) => {
  let database: Awaited<ReturnType<typeof create>>;
  let source: Source;
  beforeAll(async () => {
    database = await create();
    source = await openSource(database.url);
  });
  afterAll(async () => {
    await source?.[Symbol.asyncDispose]();
    await database?.drop();
  });

  it.each(mappings)('of %s.yaml', async (name) => {
    const problems = await problemsOf(name, source);
    for (const { code, severity } of problems) {
      expect(PROBLEM_CODES[code].severity, code).toBe(severity);
      said.add(code);
    }
    await expect(formatProblems(problems)).toMatchFileSnapshot(
      new URL(`${name}.${dialect}.txt`, folder).pathname,
    );
  });
});

it('every code is said of one of them', () => {
  // Snapshots of test/unit/mapping have these: derive is TypeScript's, groups are shown over memory, the rest is not read.
  const elsewhere: readonly string[] = ['DERIVE_FUNCTION', 'GROUP_BY', 'GROUP_NULL', 'TEMPLATE_COMMENT'];
  const unsaid = Object.keys(PROBLEM_CODES).filter((code) => !said.has(code as ProblemCode));
  expect(unsaid.filter((code) => !elsewhere.includes(code))).toEqual([]);
});
