import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { requireEngine } from '../../support/require-resource.js';

const dynamodbUrl = requireEngine('dynamodb');
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const VITEST = createRequire(import.meta.url)
  .resolve('vitest/package.json')
  .replace('package.json', 'vitest.mjs');
const FILE = 'test/integration/support/tcp-proxy.test.ts';

/** Runs a test file that needs Postgres in a run that has none. */
function runWithoutPostgres(ci: boolean): Promise<{ exit: number; output: string }> {
  const env = {
    ...process.env,
    CI: String(ci),
    NO_COLOR: '1',
    TABLEFOLD_TEST_REPORT: undefined,
    TABLEFOLD_TEST_POSTGRES_URL: 'postgres://postgres@127.0.0.1:1/postgres',
    TABLEFOLD_TEST_DYNAMODB_URL: dynamodbUrl,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [VITEST, 'run', FILE], { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ exit: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

test('a file whose engine is missing is reported by name as not run, with what would satisfy it', async () => {
  const { exit, output } = await runWithoutPostgres(false);
  expect(output).toContain(`not run  ${FILE}`);
  expect(output).toMatch(
    /missing {2}postgres is not to be had: .*ECONNREFUSED.*or set TABLEFOLD_TEST_POSTGRES_URL/,
  );
  expect(output).toContain('ran      dynamodb');
  expect(exit).toBe(0);
});

test('with CI=true a missing engine fails the run', async () => {
  const { exit, output } = await runWithoutPostgres(true);
  expect(output).toMatch(new RegExp(`FAIL .*${FILE}`));
  expect(exit).toBe(1);
});
