import { type ChangedCondition, rootTables } from '../root-tables.js';
import type { EntityQuery } from '../row-query.js';
import { groupedRoot } from './grouped-root.js';
import { quote } from './quote.js';
import { keysCondition, type Parameters } from './range-sql.js';

const tables = rootTables({ quote, groupedRoot });

export const { filtered, tableOf } = tables;

/** `RootTables.filteredRoot`, its values bound. */
export function filteredRoot(query: EntityQuery, parameters: Parameters): string {
  return tables.filteredRoot(query, changedRows(parameters));
}

/** `RootTables.walkedRoot`, its values bound. */
export function walkedRoot(query: EntityQuery, parameters: Parameters): string {
  return tables.walkedRoot(query, changedRows(parameters));
}

function changedRows(parameters: Parameters): ChangedCondition {
  return (rows, alias) =>
    rows.kind === 'keys'
      ? keysCondition(rows.columns, rows.keys, parameters, alias)
      : `${alias}.${quote(rows.column.name)} >= ${parameters.add(rows.value)}::${rows.column.nativeType}`;
}
