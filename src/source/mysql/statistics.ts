import type { ColumnStatistics } from '../source-statistics.js';
import type { Ask } from './ask.js';
import { quoteText } from './literals.js';

/** schema, table, column, different values: of the columns that begin an index, which is all that InnoDB counts. */
const STATISTICS = (databases: string) => `
  SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, max(CARDINALITY)
  FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA IN (${databases}) AND SEQ_IN_INDEX = 1 AND COLUMN_NAME IS NOT NULL
  GROUP BY TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME`;

export async function readStatistics(
  ask: Ask,
  schemas: readonly string[] = [],
): Promise<readonly ColumnStatistics[]> {
  const text = STATISTICS(['DATABASE()', ...schemas.map(quoteText)].join(', '));
  const rows = await ask({ text, readers: null });
  return rows.map(([schema, name, column, distinct]) => ({
    table: { schema: String(schema), name: String(name) },
    column: String(column),
    distinct: distinct == null ? null : Number(distinct),
    commonest: null,
    averageBytes: null,
  }));
}
