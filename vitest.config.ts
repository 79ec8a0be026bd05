import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const alias = { tablefold: fileURLToPath(new URL('./src/index.ts', import.meta.url)) };

/** `fast` needs no engine; `engines` shares those that the global set-up starts. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'fast', include: ['test/{unit,property}/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        resolve: { alias },
        test: {
          name: 'engines',
          include: ['test/{integration,cli,scenarios}/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          disableConsoleIntercept: true,
        },
      },
    ],
  },
});
