import type { ColumnRef, EmbedQuery, JoinQuery, RowQuery } from '../../source/row-query.js';

/** The joins from a query's table to one of its paths, without their names: what two mappings can be compared by. */
export function chainOf(path: string, joins: readonly JoinQuery[]): readonly JoinQuery[] {
  const join = joins.find((candidate) => candidate.path === path);
  return join === undefined ? [] : [...chainOf(join.parent, joins), join];
}

/** One text for a column at the end of these joins. */
export function cellKey(chain: readonly JoinQuery[], column: string): string {
  return JSON.stringify([chain.map(({ table, on }) => [table.schema, table.name, on]), column]);
}

export function columnKey({ joins }: Pick<RowQuery, 'joins'>, { path, column }: ColumnRef): string {
  return cellKey(chainOf(path, joins), column.name);
}

/** One text for embeds of the same children in the same order. */
export function relationKey({ table, on, through, where, orderBy, limit }: EmbedQuery): string {
  const { schema, name } = table;
  return JSON.stringify([schema, name, on, through, where, orderBy, limit]);
}
