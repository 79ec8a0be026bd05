import { sourceError } from '../errors.js';
import { nullIdentity } from '../key-errors.js';
import type { EntityQuery } from '../row-query.js';
import type { Ask } from './ask.js';
import { textArray } from './range-sql.js';
import { nullIdentityStatement, type Statement } from './sql.js';

/**
 * `>` must be the operator that ORDER BY follows. For a type whose extension (citext, say) lies in a schema
 * that is not on the search_path, `>` silently means that of text, and rows would fall between the chunks.
 */
export async function refuseHiddenOrder(query: EntityQuery, ask: Ask): Promise<void> {
  const [hidden] = await ask(hiddenOrderStatement(query));
  if (hidden === undefined) return;
  throw sourceError(
    'SOURCE_QUERY',
    `${query.entity}: the operators of ${hidden[0]} are in schema ${hidden[1]}, which is not on the search_path`,
    { hint: `Run: ALTER ROLE <role> SET search_path = "$user", public, ${hidden[1]};` },
  );
}

/** A type of the identity whose `>` is not on the search_path, with its schema. Asks catalogs alone. */
export function hiddenOrderStatement(query: EntityQuery): Statement {
  return {
    text: `WITH RECURSIVE base(named, oid) AS (
        SELECT name, name::regtype::oid FROM unnest($1::text[]) AS t(name)
        UNION ALL
        SELECT base.named, t.typbasetype FROM base JOIN pg_catalog.pg_type t ON t.oid = base.oid AND t.typtype = 'd')
      SELECT base.named, n.nspname
      FROM base
      JOIN pg_catalog.pg_opclass c ON c.opcintype = base.oid AND c.opcdefault
      JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod AND a.amname = 'btree'
      JOIN pg_catalog.pg_amop o ON o.amopfamily = c.opcfamily AND o.amopstrategy = 5
        AND o.amoplefttype = c.opcintype AND o.amoprighttype = c.opcintype
      JOIN pg_catalog.pg_operator p ON p.oid = o.amopopr
      JOIN pg_catalog.pg_namespace n ON n.oid = p.oprnamespace
      WHERE NOT pg_catalog.pg_operator_is_visible(p.oid) LIMIT 1`,
    values: [textArray(query.identity.map((column) => column.nativeType))],
  };
}

/** Rows whose identity holds NULL lie between all chunks. */
export async function refuseNullIdentity(query: EntityQuery, ask: Ask): Promise<void> {
  const statement = nullIdentityStatement(query);
  if (statement !== null && (await ask(statement)).length > 0) throw nullIdentity(query);
}
