import { MigrationError } from '../../support/error.js';
import type { TableName } from '../source-schema.js';
import type { Ask } from './ask.js';
import { tableOf } from './filtered-root.js';
import { quoteText } from './literals.js';

/**
 * Tables of which this user may read some columns only: information_schema tells nothing of the others, so that a
 * mapping without them looks whole. Only tables with a GRANT on columns are asked. Throws `SOURCE_*`.
 */
export async function withHiddenColumns(ask: Ask, schemas: readonly string[]): Promise<readonly TableName[]> {
  const rows = await ask({ text: grantedByColumn(schemas), readers: null });
  const tables = rows.map(([schema, name]): TableName => ({ schema: String(schema), name: String(name) }));
  const hidden: TableName[] = [];
  for (const table of tables) if (!(await showsAll(ask, table))) hidden.push(table);
  return hidden;
}

function grantedByColumn(schemas: readonly string[]): string {
  return `SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.COLUMN_PRIVILEGES
  WHERE PRIVILEGE_TYPE = 'SELECT' AND TABLE_SCHEMA IN (${schemas.map(quoteText).join(', ')})
  ORDER BY TABLE_SCHEMA, TABLE_NAME`;
}

async function showsAll(ask: Ask, table: TableName): Promise<boolean> {
  try {
    await ask({ text: `SELECT * FROM ${tableOf(table)} LIMIT 0`, readers: null });
    return true;
  } catch (error) {
    if (error instanceof MigrationError && error.code === 'SOURCE_ACCESS_DENIED') return false;
    throw error;
  }
}
