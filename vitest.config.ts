import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const alias = { tablefold: fileURLToPath(new URL('./src/index.ts', import.meta.url)) };

/** Nothing that a test prints should be about the Node version of the AWS SDK. */
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** A JSON report beside what is printed, for .ci/run to count. */
const report = process.env['TABLEFOLD_TEST_REPORT'];

/** `fast` needs no engine; `engines` shares those that the global set-up starts. */
export default defineConfig({
  test: {
    // Vitest leaves one core to itself, which of two is half; most files here wait for an engine.
    maxWorkers: Math.max(2, availableParallelism()),
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        resolve: { alias },
        test: { name: 'fast', env, include: ['test/{unit,property}/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        resolve: { alias },
        test: {
          name: 'engines',
          env,
          include: ['test/{integration,cli,docs,scenarios}/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          runner: 'test/support/engine-runner.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          disableConsoleIntercept: true,
        },
      },
    ],
  },
});
