import type { SourceSchema, TableName } from '../../source/source-schema.js';
import type { ColumnStatistics } from '../../source/source-statistics.js';
import type { ResolvedEntity } from '../resolved-mapping.js';
import type { ResolvedColumn } from '../template.js';

/** The source's estimates, by table and column; null where it has none. */
export interface Estimates {
  readonly rows: (table: TableName) => number | null;
  readonly column: (table: TableName, column: string) => ColumnStatistics | null;
}

export function estimatesOf({ tables }: SourceSchema, statistics: readonly ColumnStatistics[]): Estimates {
  const columns = new Map(statistics.map((each) => [idOf(each.table, each.column), each]));
  const rows = new Map(tables.map((table) => [idOf(table), table.estimatedRows]));
  return {
    rows: (table) => rows.get(idOf(table)) ?? null,
    column: (table, column) => columns.get(idOf(table, column)) ?? null,
  };
}

/** The table that a column of an entity's rows is of. */
export function tableOf({ query }: ResolvedEntity, { path }: Pick<ResolvedColumn, 'path'>): TableName {
  return path === '' ? query.table : (query.joins.find((join) => join.path === path)?.table ?? query.table);
}

function idOf({ schema, name }: TableName, column = ''): string {
  return JSON.stringify([schema, name, column]);
}

/** For messages: `2,000,000`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
