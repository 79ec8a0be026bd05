import { CROWDED } from '../mapping/weigh/partition-values.js';
import type { Estimates } from '../mapping/weigh/statistics-of.js';
import type { TableSchema } from '../source/source-schema.js';

/** Rows that one shard is to hold, about. */
const ROWS_PER_SHARD = 100_000;
const MOST_SHARDS = 100;

/**
 * How many partitions each value of these columns needs, so that neither few values nor one common value make hot
 * partitions: by the rule that `check` warns by. 1 where statistics see no need, or know nothing.
 */
export function shardsFor(table: TableSchema, columns: readonly string[], estimates: Estimates): number {
  const rows = estimates.rows(table);
  if (rows === null || rows < CROWDED.rows) return 1;
  const counts = columns.map((column) => distinctOf(table, column, estimates));
  const values = counts.reduce<number | null>(
    (all, own) => (all === null || own === null ? null : all * own),
    1,
  );
  const enough = Math.min(MOST_SHARDS, Math.ceil(rows / ROWS_PER_SHARD));
  if (values !== null && values <= CROWDED.values) {
    return Math.max(2, enough, Math.floor(CROWDED.values / Math.max(1, values)) + 1);
  }
  const [only, ...others] = columns;
  const share = others.length > 0 ? 0 : (estimates.column(table, only ?? '')?.commonest ?? 0);
  return share >= CROWDED.share && share * rows >= CROWDED.rows ? Math.max(2, enough) : 1;
}

function distinctOf(table: TableSchema, name: string, estimates: Estimates): number | null {
  const known = estimates.column(table, name)?.distinct;
  if (known != null) return known;
  const type = table.columns.find((column) => column.name === name)?.type;
  if (type?.kind === 'boolean') return 2;
  return type?.kind === 'enum' ? type.labels.length : null;
}
