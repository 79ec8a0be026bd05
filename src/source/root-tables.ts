import type { ChangedRows, ChangedWay, EmbedQuery, EntityQuery, Groups, RowQuery } from './row-query.js';
import type { TableName } from './source-schema.js';

/** What of the tables behind a query each database writes in a way of its own. */
export interface RootDialect {
  quote(name: string): string;
  groupedRoot(table: string, where: string | null, groups: Groups, alias: string): string;
}

/** The condition on `alias` that holds for the rows that changed. */
export type ChangedCondition = (rows: ChangedRows, alias: string) => string;

type Filtered = Pick<RowQuery, 'table' | 'columns' | 'joins'> & { readonly where: string | null };

/** What stands behind FROM: tables behind their conditions, in SQL that the databases share but for their quotes. */
export interface RootTables {
  /** The rows of the root that `where` lets through and a change reaches, as `r`. */
  filteredRoot(query: EntityQuery, condition: ChangedCondition): string;
  /** What boundaries are walked over: the index of the root itself, whatever `where` says; or groups; or changed rows. */
  walkedRoot(query: EntityQuery, condition: ChangedCondition): string;
  /**
   * A table behind its `where`. Only the columns that are read are named, so that privileges on them suffice;
   * nothing in `where` reaches beyond its parentheses, and the line break ends a comment in it.
   */
  filtered(query: Filtered, used: readonly string[], alias: string): string;
  tableOf(table: TableName): string;
}

export function rootTables({ quote, groupedRoot }: RootDialect): RootTables {
  const tableOf = (table: TableName) => `${quote(table.schema)}.${quote(table.name)}`;

  function filtered(query: Filtered, used: readonly string[], alias: string): string {
    const own = query.columns.filter((ref) => ref.path === '').map((ref) => ref.column.name);
    const joined = query.joins.filter((join) => join.parent === '').flatMap((join) => join.on);
    const columns = new Set([...used, ...own, ...joined.map((pair) => pair.local)]);
    const where = query.where === null ? '' : ` WHERE (${query.where}\n)`;
    return `(SELECT ${[...columns].map(quote).join(', ')} FROM ${tableOf(query.table)}${where}) AS ${alias}`;
  }

  function rootBehindWhere(query: EntityQuery, alias: string): string {
    const { table, where, groups } = query;
    if (groups !== undefined) return groupedRoot(tableOf(table), where, groups, alias);
    return filtered(query, [...query.identity.map((column) => column.name), ...localsOf(query)], alias);
  }

  /**
   * Identities of the root rows that a way leads from to a row that changed. Joined as a table they are found once and
   * from the rows that changed, by their index and those of the foreign keys; behind IN or EXISTS, with OR between the
   * ways, the server would try each root row.
   */
  function changedKeys(query: EntityQuery, { steps, rows }: ChangedWay, condition: ChangedCondition): string {
    const isOne = query.groups?.by.length === 0;
    const keys = query.identity.map(({ name }, index) => `${isOne ? '1' : `s0.${quote(name)}`} AS k${index}`);
    const joined = steps.map(({ table, on }, index) => {
      const pairs = on.map((pair) => `s${index + 1}.${quote(pair.remote)} = s${index}.${quote(pair.local)}`);
      return ` JOIN ${tableOf(table)} AS s${index + 1} ON ${pairs.join(' AND ')}`;
    });
    const from = `${tableOf(query.table)} AS s0${joined.join('')}`;
    return `SELECT DISTINCT ${keys.join(', ')} FROM ${from} WHERE ${condition(rows, `s${steps.length}`)}`;
  }

  function filteredRoot(query: EntityQuery, condition: ChangedCondition): string {
    const { changed } = query;
    if (changed === undefined) return rootBehindWhere(query, 'r');
    const same = query.identity.map(({ name }, index) => `k.k${index} = f.${quote(name)}`);
    const keys = changed.map((way) => changedKeys(query, way, condition)).join(' UNION ');
    return `(SELECT f.* FROM ${rootBehindWhere(query, 'f')} JOIN (${keys}) AS k ON ${same.join(' AND ')}) AS r`;
  }

  function walkedRoot(query: EntityQuery, condition: ChangedCondition): string {
    const { groups, changed } = query;
    return groups === undefined && changed === undefined
      ? `${tableOf(query.table)} AS r`
      : filteredRoot(query, condition);
  }

  return { filteredRoot, walkedRoot, filtered, tableOf };
}

/** What children are found by. */
export function localsOf({ embeds, aggregates }: RowQuery & Pick<EmbedQuery, 'embeds'>): readonly string[] {
  return [...embeds, ...aggregates.map(({ of }) => of)].flatMap(({ on }) => on.map((pair) => pair.local));
}
