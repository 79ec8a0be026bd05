import { inject } from 'vitest';
import { describeMissing } from './engines/engine.js';
import { type DataSet, describeMissingData, ResourceMissing, type SharedEngine } from './resources.js';

/**
 * The URL of an engine that the run started. Call it at the top of a test file: where the engine is not to
 * be had, the whole file is reported as not run, by name, and fails with `CI=true`.
 *
 * @example const postgresUrl = requireEngine('postgres');
 */
export function requireEngine(name: SharedEngine): string {
  const { urls, missingEngines, strict } = inject('resources');
  const url = urls[name];
  if (url !== undefined) return url;
  const missing = missingEngines.find((one) => one.name === name);
  const why = missing === undefined ? `${name} was not started` : describeMissing(missing);
  throw new ResourceMissing(why, strict);
}

/** The folder of a data set, by the same rule as `requireEngine`. */
export function requireData(name: DataSet): string {
  const { folders, missingData, strict } = inject('resources');
  const folder = folders[name];
  if (folder !== undefined) return folder;
  const missing = missingData.find((one) => one.name === name) ?? { name, lookedIn: 'any folder' };
  throw new ResourceMissing(describeMissingData(missing), strict);
}
