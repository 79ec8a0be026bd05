import type { TableName } from './source-schema.js';

/** What a source's planner believes of a column: estimates, as old as the last ANALYZE. */
export interface ColumnStatistics {
  readonly table: TableName;
  readonly column: string;
  /** Different values, NULL not counted; null where the source does not say. */
  readonly distinct: number | null;
  /** Rows that hold the most common value, as a share of all (0 … 1). */
  readonly commonest: number | null;
  /** Bytes of a value, NULL as 0. */
  readonly averageBytes: number | null;
}
