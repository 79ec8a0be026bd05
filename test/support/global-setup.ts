import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { resolveEngines } from './engines/resolve-engines.js';
import { NOT_RUN } from './not-run.js';
import { DATA_SETS, describeGaps, type Resources, SHARED_ENGINES } from './resources.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts the engines once for all test files of the project `engines`, and at the end stops them and says
 * which ran and what was not to be had. With `CI=true` a gap fails the run.
 */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  const { started, missing } = await resolveEngines(SHARED_ENGINES);
  const resources: Resources = {
    urls: Object.fromEntries(started.map(({ name, url }) => [name, url])),
    missingEngines: missing,
    ...findData(),
    strict: process.env['CI'] === 'true',
  };
  project.provide('resources', resources);

  return async () => {
    await Promise.all(started.map((engine) => engine.stop()));
    const gaps = describeGaps(resources);
    if (resources.strict && gaps.length > 0) process.exitCode = 1;
    const lines = [
      'Engines',
      ...started.map(({ name, version, from }) => `  ran      ${name} ${version} (${from})`),
      ...gaps.map((gap) => `  missing  ${gap}`),
      ...filesNotRun(project).map((file) => `  not run  ${file}`),
      ...(resources.strict && gaps.length > 0 ? ['  CI=true: what is missing fails the run.'] : []),
    ];
    project.vitest.logger.log(`\n${lines.join('\n')}\n`);
  };
}

/** The data sets lie beside the project or where TABLEFOLD_DATA says; they are read there, never copied. */
function findData(): Pick<Resources, 'folders' | 'missingData'> {
  const lookedIn = process.env['TABLEFOLD_DATA'] ?? join(ROOT, '..', 'shared', 'data');
  const present = DATA_SETS.filter((name) => existsSync(join(lookedIn, name)));
  return {
    folders: Object.fromEntries(present.map((name) => [name, join(lookedIn, name)])),
    missingData: DATA_SETS.filter((name) => !present.includes(name)).map((name) => ({ name, lookedIn })),
  };
}

function filesNotRun(project: TestProject): string[] {
  return project.vitest.state
    .getTestModules()
    .filter((module) => [...module.children.tests('skipped')].some(({ name }) => name.startsWith(NOT_RUN)))
    .map((module) => relative(ROOT, module.moduleId));
}
