// Prints `N passed, N failed` from vitest's own report. A run that failed without a failing test (an engine
// was missing, a file did not load, lint) counts as one failure.
import { readFileSync } from 'node:fs';

const [, , reportFile, status] = process.argv;
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  passed = report.numPassedTests;
  failed = report.numFailedTests;
  failed += report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'),
  ).length;
} catch {
  // No report: the run did not come as far as the tests, which its status says.
}
if (failed === 0 && status !== '0') failed = 1;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
