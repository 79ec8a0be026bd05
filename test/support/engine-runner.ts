import { TestRunner, test } from 'vitest';
import { NOT_RUN } from './not-run.js';

/**
 * Vitest's runner, but a file whose `requireEngine` or `requireData` finds nothing becomes one skipped test
 * that says so: not a failure without `CI=true`, and never absent from the list.
 */
// biome-ignore lint/style/noDefaultExport: vitest takes a runner from there
export default class EngineRunner extends TestRunner {
  override async importFile(...[path, source]: Parameters<TestRunner['importFile']>): Promise<unknown> {
    try {
      return await super.importFile(path, source);
    } catch (error) {
      // By name: the test file has loaded a class of its own from the same module.
      if (!(error instanceof Error) || error.name !== 'ResourceMissing') throw error;
      if ('strict' in error && error.strict === true) throw error;
      return test.skip(`${NOT_RUN}${error.message}`, () => {});
    }
  }
}
