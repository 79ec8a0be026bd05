import { nullIdentity, sharedIdentity } from '../key-errors.js';
import type { EntityQuery } from '../row-query.js';
import type { Ask } from './ask.js';
import { keyOf, quoteText } from './literals.js';
import { nullIdentityStatement, type Statement, sharedIdentityStatement } from './sql.js';

/** Rows whose identity holds NULL lie between all chunks. */
export async function refuseNullIdentity(query: EntityQuery, ask: Ask): Promise<void> {
  const statement = nullIdentityStatement(query);
  if (statement !== null && (await ask(statement)).length > 0) throw nullIdentity(query);
}

/**
 * A page begins behind the last row of the one before: of two rows with one identity, the second could be
 * passed over. Where no unique index rules that out (a view, `identifiedBy`), the rows are grouped once.
 */
export async function refuseSharedIdentity(query: EntityQuery, ask: Ask): Promise<void> {
  if (await hasUniqueIndex(query, ask)) return;
  const [shared] = await ask(sharedIdentityStatement(query));
  if (shared !== undefined) throw sharedIdentity(query, keyOf(shared, query.identity.length));
}

/** Whether all columns of some unique index are in the identity, which is never NULL. */
async function hasUniqueIndex(query: EntityQuery, ask: Ask): Promise<boolean> {
  return (await ask(uniqueIndexStatement(query))).length > 0;
}

/** One row if there is such an index. Asks catalogs alone. */
export function uniqueIndexStatement({ table, identity }: EntityQuery): Statement {
  const names = identity.map((column) => quoteText(column.name)).join(', ');
  return {
    text: `SELECT INDEX_NAME FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = ${quoteText(table.schema)} AND TABLE_NAME = ${quoteText(table.name)} AND NON_UNIQUE = 0
      GROUP BY INDEX_NAME
      HAVING count(*) = sum(CASE WHEN COLUMN_NAME IN (${names}) THEN 1 ELSE 0 END) LIMIT 1`,
    readers: null,
  };
}
