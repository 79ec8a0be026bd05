import { MigrationError } from '../../support/error.js';
import type { TableName } from '../source-schema.js';
import { textOf } from '../text-of.js';
import type { Ask } from './ask.js';
import { tableOf } from './filtered-root.js';
import { complaintOf } from './translate-error.js';

/** Refused where a server runs without grants (--skip-grant-tables), and where there are none: nothing is hidden. */
const NO_GRANTS = [1290, 1141];

/**
 * Tables of which this user may read some columns only: information_schema tells nothing of the others, so that a
 * mapping without them looks whole. Only tables with a GRANT on columns are asked. Throws `SOURCE_*`.
 */
export async function withHiddenColumns(ask: Ask, schemas: readonly string[]): Promise<readonly TableName[]> {
  const tables = (await grantedByColumn(ask)).filter(({ schema }) => schemas.includes(schema)).sort(byName);
  const hidden: TableName[] = [];
  for (const table of tables) if (!(await showsAll(ask, table))) hidden.push(table);
  return hidden;
}

/**
 * The grants of the user and of the roles that are at work for it. information_schema.COLUMN_PRIVILEGES has the user's
 * own only, and ROLE_COLUMN_GRANTS is unknown to MariaDB.
 */
async function grantedByColumn(ask: Ask): Promise<readonly TableName[]> {
  try {
    const rows = await ask({ text: 'SHOW GRANTS', readers: null });
    const tables = rows.flatMap(([grant]) => columnGrant(textOf(grant ?? null) ?? '') ?? []);
    return [...new Map(tables.map((table) => [JSON.stringify(table), table])).values()];
  } catch (error) {
    if (NO_GRANTS.includes(complaintOf(error)?.errno ?? 0)) return [];
    throw error;
  }
}

/**
 * The table of `` GRANT INSERT, SELECT (`a`, `b`) ON `shop`.`orders` TO … ``; null for any other grant. Names may hold
 * anything, `ON` and backticks too, so that they are taken out first.
 */
export function columnGrant(grant: string): TableName | null {
  const names: string[] = [];
  const bare = grant.replace(/`((?:[^`]|``)*)`/g, (_, name: string) => {
    names.push(name.replaceAll('``', '`'));
    return `\`${names.length - 1}\``;
  });
  const found = /^GRANT .*\bSELECT \([^)]*\).* ON (\S+)\.(\S+) TO /.exec(bare);
  if (found === null) return null;
  // sql_quote_show_create = OFF leaves plain names bare.
  const [schema, name] = found
    .slice(1)
    .map((part) => (part.startsWith('`') ? names[Number(part.slice(1, -1))] : part));
  return schema === undefined || name === undefined ? null : { schema, name };
}

function byName(one: TableName, other: TableName): number {
  return one.schema === other.schema ? (one.name < other.name ? -1 : 1) : one.schema < other.schema ? -1 : 1;
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
