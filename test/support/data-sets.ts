import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireData } from './require-resource.js';
import type { DataSet } from './resources.js';

const POSTGRES: Readonly<Record<DataSet, readonly string[]>> = {
  chinook: ['postgres.sql'],
  sakila: ['postgres-schema.sql', 'postgres-data.sql'],
};

/**
 * The scripts of a data set for `createDatabase`, by the rule of `requireData`: call it at the top of a file.
 *
 * @example const scripts = postgresScripts('chinook');
 * database = await createDatabase(postgresUrl, ...scripts); // in beforeAll
 */
export function postgresScripts(name: DataSet): URL[] {
  const folder = requireData(name);
  return POSTGRES[name].map((file) => pathToFileURL(join(folder, file)));
}
