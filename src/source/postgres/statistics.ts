import type { ColumnStatistics } from '../source-statistics.js';
import type { Ask } from './ask.js';
import { HEIRS } from './catalog-sql.js';

/**
 * schema, table, column, different values, share of the commonest, bytes. pg_stats shows only columns that the user
 * may read. A negative n_distinct is a share of the rows; tables that others
 * are read with (partitions, heirs) have rows of `inherited` statistics, whose share is of the rows of all of them.
 */
const STATISTICS = `
  SELECT s.schemaname, s.tablename, s.attname,
    CASE WHEN s.n_distinct >= 0 THEN s.n_distinct ELSE -s.n_distinct * (greatest(c.reltuples, 0)
        + coalesce((SELECT sum(greatest(t.reltuples, 0)) FROM (${HEIRS}) h JOIN pg_catalog.pg_class t ON t.oid = h.oid
          WHERE h.root = c.oid), 0)) END,
    s.most_common_freqs[1], s.avg_width
  FROM pg_catalog.pg_stats s
  JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
  WHERE s.schemaname NOT LIKE 'pg\\_%' AND s.schemaname <> 'information_schema'
    AND s.inherited = (c.relkind = 'p' OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid))`;

/** What the last ANALYZE left. */
export async function readStatistics(ask: Ask): Promise<readonly ColumnStatistics[]> {
  const rows = await ask({ text: STATISTICS, values: [] });
  return rows.map(([schema, name, column, distinct, commonest, width]) => ({
    table: { schema: String(schema), name: String(name) },
    column: String(column),
    distinct: distinct == null ? null : Math.round(Number(distinct)),
    commonest: commonest == null ? null : Number(commonest),
    averageBytes: width == null ? null : Number(width),
  }));
}
