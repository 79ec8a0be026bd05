import type { ChangedWay, EmbedQuery, EntityQuery, RowQuery } from '../row-query.js';
import type { TableName } from '../source-schema.js';
import { groupedRoot } from './grouped-root.js';
import { comparedColumn, literalOf, quote } from './literals.js';
import { keysCondition } from './range-sql.js';

/** The rows of the root that `where` lets through and a change reaches, as `r`. */
export function filteredRoot(query: EntityQuery): string {
  const { changed } = query;
  if (changed === undefined) return rootBehindWhere(query, 'r');
  const same = query.identity.map(({ name }, index) => `k.k${index} = f.${quote(name)}`);
  const keys = changed.map((way) => changedKeys(query, way)).join(' UNION ');
  return `(SELECT f.* FROM ${rootBehindWhere(query, 'f')} JOIN (${keys}) AS k ON ${same.join(' AND ')}) AS r`;
}

/** What boundaries are walked over: the index of the root itself, whatever `where` says; or groups; or changed rows. */
export function walkedRoot(query: EntityQuery): string {
  const { groups, changed } = query;
  return groups === undefined && changed === undefined ? `${tableOf(query.table)} AS r` : filteredRoot(query);
}

function rootBehindWhere(query: EntityQuery, alias: string): string {
  const { table, where, groups } = query;
  if (groups !== undefined) return groupedRoot(tableOf(table), where, groups, alias);
  return filtered(query, [...query.identity.map((column) => column.name), ...localsOf(query)], alias);
}

/**
 * Identities of the root rows that a way leads from to a row that changed. Joined as a table they are found once and
 * from the rows that changed; behind IN or EXISTS, with OR between the ways, the server would try each root row.
 */
function changedKeys(query: EntityQuery, { steps, rows }: ChangedWay): string {
  const isOne = query.groups?.by.length === 0;
  const keys = query.identity.map(({ name }, index) => `${isOne ? '1' : `s0.${quote(name)}`} AS k${index}`);
  const last = `s${steps.length}`;
  const joined = steps.map(({ table, on }, index) => {
    const pairs = on.map((pair) => `s${index + 1}.${quote(pair.remote)} = s${index}.${quote(pair.local)}`);
    return ` JOIN ${tableOf(table)} AS s${index + 1} ON ${pairs.join(' AND ')}`;
  });
  const condition =
    rows.kind === 'keys'
      ? keysCondition(rows.columns, rows.keys, last)
      : `${comparedColumn(rows.column, `${last}.${quote(rows.column.name)}`)} >= ${literalOf(rows.column, rows.value)}`;
  return `SELECT DISTINCT ${keys.join(', ')} FROM ${tableOf(query.table)} AS s0${joined.join('')} WHERE ${condition}`;
}

/** What children are found by. */
export function localsOf({ embeds, aggregates }: RowQuery & Pick<EmbedQuery, 'embeds'>): readonly string[] {
  return [...embeds, ...aggregates.map(({ of }) => of)].flatMap(({ on }) => on.map((pair) => pair.local));
}

/**
 * A table behind its `where`. Only the columns that are read are named, so that privileges on them suffice;
 * nothing in `where` reaches beyond its parentheses, and the line break ends a comment in it.
 */
export function filtered(
  query: Pick<RowQuery, 'table' | 'columns' | 'joins'> & { readonly where: string | null },
  used: readonly string[],
  alias: string,
) {
  const own = query.columns.filter((ref) => ref.path === '').map((ref) => ref.column.name);
  const joined = query.joins.filter((join) => join.parent === '').flatMap((join) => join.on);
  const columns = new Set([...used, ...own, ...joined.map((pair) => pair.local)]);
  const where = query.where === null ? '' : ` WHERE (${query.where}\n)`;
  return `(SELECT ${[...columns].map(quote).join(', ')} FROM ${tableOf(query.table)}${where}) AS ${alias}`;
}

export function tableOf(table: TableName): string {
  return `${quote(table.schema)}.${quote(table.name)}`;
}
