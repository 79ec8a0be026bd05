import { readFile } from 'node:fs/promises';
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

/**
 * A data set for `createMySqlDatabase`, its tables and columns named as those of the Postgres scripts. Only tables
 * and rows: procedures, triggers and views are left out.
 */
export async function mysqlScript(name: DataSet): Promise<string> {
  const folder = requireData(name);
  const read = (file: string) => readFile(join(folder, file), 'utf8');
  if (name === 'chinook') {
    const script = (await read('mysql.sql')).replace(/^(DROP|CREATE) DATABASE .*$|^USE .*$/gm, '');
    // Its texts mean their backslashes.
    const mode = "SET sql_mode = concat(@@sql_mode, ',NO_BACKSLASH_ESCAPES');\n";
    return mode + script.replaceAll(/`(\w+)`/g, (_, word: string) => `\`${snakeCase(word)}\``);
  }
  const schema = (await read('mysql-schema.sql')).replaceAll(/^DELIMITER (\S+)$[\s\S]*?^DELIMITER ;$/gm, '');
  const tables = schema.slice(0, schema.search(/^-- View structure/m));
  // Its moments are written without a zone, for columns that have one.
  return `SET time_zone = '+00:00';\n${tables}\n${await read('mysql-data.sql')}`.replaceAll(
    /^(DROP SCHEMA|CREATE SCHEMA|USE) .*$/gm,
    '',
  );
}

/** `InvoiceLineId` → `invoice_line_id` */
function snakeCase(word: string): string {
  return word.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
}
