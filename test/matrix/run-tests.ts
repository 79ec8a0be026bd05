import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

export interface TestRun {
  /** Nothing failed, neither a test nor a file that could not be loaded, and something ran. */
  readonly ok: boolean;
  readonly passed: number;
  readonly skipped: number;
  /** `file: name` of each test, or of each file without one, that failed. */
  readonly failed: readonly string[];
}

/** What vitest's JSON reporter writes, as far as it is read here. */
interface JsonReport {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Runs the test files below `paths` with these variables; what the tests print goes to stderr. */
export async function runTests(
  root: string,
  paths: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<TestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'tablefold-matrix-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const options = ['run', '--project', 'engines', '--reporter=dot', '--reporter=json'];
    const child = spawn(process.execPath, [vitest, ...options, `--outputFile=${report}`, ...paths], {
      cwd: root,
      env: { ...process.env, ...variables, NO_COLOR: '1' },
      stdio: ['ignore', process.stderr, process.stderr],
    });
    const [exit] = await once(child, 'close');
    return summaryOf(JSON.parse(await readFile(report, 'utf8')), exit === 0, root);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function summaryOf(report: JsonReport, ok: boolean, root: string): TestRun {
  const failed = report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0 && status === 'failed') return [`${file}: ${message.split('\n')[0]}`];
    return tests.map(({ fullName }) => `${file}: ${fullName}`);
  });
  const { numPassedTests: passed, numPendingTests: skipped } = report;
  return { ok: ok && failed.length === 0 && passed > 0, passed, skipped, failed };
}
