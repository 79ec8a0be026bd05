import { type ChangedCondition, rootTables } from '../root-tables.js';
import type { EntityQuery } from '../row-query.js';
import { groupedRoot } from './grouped-root.js';
import { comparedColumn, literalOf, quote } from './literals.js';
import { keysCondition } from './range-sql.js';

const tables = rootTables({ quote, groupedRoot });

export const { filtered, tableOf } = tables;

/** `RootTables.filteredRoot`, its values as literals. */
export function filteredRoot(query: EntityQuery): string {
  return tables.filteredRoot(query, changedRows);
}

/** `RootTables.walkedRoot`, its values as literals. */
export function walkedRoot(query: EntityQuery): string {
  return tables.walkedRoot(query, changedRows);
}

const changedRows: ChangedCondition = (rows, alias) =>
  rows.kind === 'keys'
    ? keysCondition(rows.columns, rows.keys, alias)
    : `${comparedColumn(rows.column, `${alias}.${quote(rows.column.name)}`)} >= ${literalOf(rows.column, rows.value)}`;
