import { type EmbedPath, lastOf } from '../embed-paths.js';
import type { KeyRange } from '../key-range.js';
import type {
  Aggregate,
  ChildRelation,
  ColumnRef,
  EmbedQuery,
  EntityQuery,
  JoinQuery,
  RowQuery,
} from '../row-query.js';
import type { Column, TableName } from '../source-schema.js';
import { groupedRoot } from './grouped-root.js';
import { quote } from './quote.js';

/** Text and parameters, for the extended protocol. */
export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
}

/** The root's rows of a range, with their parents, in the order of the identity. */
export function rootStatement(query: EntityQuery, range: KeyRange): Statement {
  const parameters = new Parameters();
  const aliases = joinAliases(query.joins, 'r');
  const lines = [
    `SELECT ${cells(query, aliases).join(', ')}`,
    `FROM ${filteredRoot(query)}`,
    ...leftJoins(query.joins, aliases),
    ...whereRange(query.identity, range, parameters),
    `ORDER BY ${identityColumns(query)}`,
  ];
  return { text: lines.join('\n'), values: parameters.values };
}

/**
 * The children of a range's root rows, in the order of the root's identity and of each embed's `orderBy` and
 * `tieBreak`; identity and the keys of the embeds above come first. The root is joined in SQL, whose equality
 * (collations, `1.0 = 1.00`) is wider than JavaScript's.
 */
export function embedStatement(query: EntityQuery, { embeds }: EmbedPath, range: KeyRange): Statement {
  const parameters = new Parameters();
  const last = lastOf(embeds);
  const own = aliasAt('e', embeds.length - 1);
  const aliases = joinAliases(last.joins, own);
  const keys = embeds
    .slice(0, -1)
    .flatMap(({ key }, depth) => key.map(({ name }) => `${aliasAt('e', depth)}.${quote(name)}`));
  const order = embeds.flatMap((embed, depth) => orderOf(embed, aliasAt('e', depth)));
  const lines = [
    `SELECT ${[identityColumns(query), ...keys, ...cells(last, aliases)].join(', ')}`,
    `FROM ${filteredRoot(query)}`,
    ...embeds.flatMap((embed, depth) => childJoins(embed, depth, embed === last)),
    ...leftJoins(last.joins, aliases),
    ...whereRange(query.identity, range, parameters),
    `ORDER BY ${[identityColumns(query), ...order].join(', ')}`,
  ];
  return { text: lines.join('\n'), values: parameters.values };
}

export function countStatement(query: EntityQuery): Statement {
  return { text: `SELECT count(*) FROM ${filteredRoot(query)}`, values: [] };
}

/** One row if `where` lets a row through whose identity holds NULL: no range of keys would ever find it. */
export function nullIdentityStatement(query: EntityQuery): Statement | null {
  const nullable = query.identity.filter((column) => column.nullable);
  if (nullable.length === 0) return null;
  const isNull = nullable.map((column) => `r.${quote(column.name)} IS NULL`).join(' OR ');
  return { text: `SELECT 1 FROM ${filteredRoot(query)} WHERE ${isNull} LIMIT 1`, values: [] };
}

/** The rows of the root that `where` lets through, as `r`. */
export function filteredRoot(query: EntityQuery): string {
  if (query.groups !== undefined) return groupedRoot(tableOf(query.table), query.where, query.groups);
  return filtered(query, [...query.identity.map((column) => column.name), ...localsOf(query)], 'r');
}

/** What boundaries are walked over: the index of the root itself, whatever `where` says; or the groups. */
export function walkedRoot(query: EntityQuery): string {
  return query.groups === undefined ? `${tableOf(query.table)} AS r` : filteredRoot(query);
}

/** What children are found by. */
function localsOf({ embeds, aggregates }: RowQuery & Pick<EmbedQuery, 'embeds'>): readonly string[] {
  return [...embeds, ...aggregates.map(({ of }) => of)].flatMap(({ on }) => on.map((pair) => pair.local));
}

/**
 * A table behind its `where`. Only the columns that are read are named, so that privileges on them suffice;
 * nothing in `where` reaches beyond its parentheses, and the line break ends a comment in it.
 */
function filtered(
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

/** Joins an embed's children, at its depth, to the root or to the children above. Only the last one's are read. */
function childJoins(embed: EmbedQuery, depth: number, isLast: boolean): readonly string[] {
  const { through, limit } = embed;
  const [parent, link, own] = [
    depth === 0 ? 'r' : aliasAt('e', depth - 1),
    aliasAt('l', depth),
    aliasAt('e', depth),
  ];
  const used = [
    ...(through?.pairs ?? embed.on).map((pair) => pair.remote),
    ...embed.orderBy.map((order) => order.column),
    ...embed.tieBreak,
    ...embed.key.map((column) => column.name),
    ...localsOf(embed),
  ];
  const child = filtered(isLast ? embed : { ...embed, columns: [], joins: [] }, used, own);
  const toParent = equalities(embed.on, parent, through === null ? own : link);
  const toLink = through === null ? '' : equalities(through.pairs, link, own);
  if (limit !== null) {
    const from = through === null ? child : `${tableOf(through.table)} AS ${link} JOIN ${child} ON ${toLink}`;
    const order = orderOf(embed, own);
    const sorted = order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`;
    const first = `SELECT ${own}.* FROM ${from} WHERE ${toParent}${sorted} LIMIT ${limit}`;
    return [`CROSS JOIN LATERAL (${first}) AS ${own}`];
  }
  if (through === null) return [`JOIN ${child} ON ${toParent}`];
  return [`JOIN ${tableOf(through.table)} AS ${link} ON ${toParent}`, `JOIN ${child} ON ${toLink}`];
}

/** `e` and `l` for the root's children, `e2` and `l2` for theirs. */
function aliasAt(letter: 'e' | 'l', depth: number): string {
  return depth === 0 ? letter : `${letter}${depth + 1}`;
}

function orderOf({ orderBy, tieBreak }: EmbedQuery, alias: string): readonly string[] {
  return [
    ...orderBy.map(({ column, descending }) => `${alias}.${quote(column)}${descending ? ' DESC' : ''}`),
    ...tieBreak.map((column) => `${alias}.${quote(column)}`),
  ];
}

/** The cells of a row: columns, then aggregates over its children. */
function cells(query: RowQuery, aliases: ReadonlyMap<string, string>): readonly string[] {
  const own = aliasOf('', aliases);
  return [
    ...query.columns.map((column) => columnOf(column, aliases)),
    ...query.aggregates.map((aggregate) => aggregated(aggregate, own)),
  ];
}

function aggregated(aggregate: Aggregate, parent: string): string {
  const of: ChildRelation = aggregate.of;
  const { on, through } = of;
  const column = aggregate.kind === 'count' ? [] : [aggregate.column.name];
  const used = [...column, ...(through?.pairs ?? on).map((pair) => pair.remote)];
  const child = filtered({ ...of, columns: [], joins: [] }, used, 'a');
  const what =
    aggregate.kind === 'count' ? 'count(*)' : `${aggregate.kind}(a.${quote(aggregate.column.name)})`;
  if (through === null) return `(SELECT ${what} FROM ${child} WHERE ${equalities(on, parent, 'a')})`;
  const toChild = equalities(through.pairs, 'b', 'a');
  return `(SELECT ${what} FROM ${tableOf(through.table)} AS b JOIN ${child} ON ${toChild} WHERE ${equalities(on, parent, 'b')})`;
}

function leftJoins(joins: readonly JoinQuery[], aliases: ReadonlyMap<string, string>): readonly string[] {
  return joins.map((join) => {
    const alias = aliasOf(join.path, aliases);
    return `LEFT JOIN ${tableOf(join.table)} AS ${alias} ON ${equalities(join.on, aliasOf(join.parent, aliases), alias)}`;
  });
}

function equalities(pairs: JoinQuery['on'], local: string, remote: string): string {
  return pairs.map((pair) => `${remote}.${quote(pair.remote)} = ${local}.${quote(pair.local)}`).join(' AND ');
}

/** The line that confines `r` to all of the ranges; none where they are everything. */
export function whereRange(
  identity: readonly Column[],
  ranges: KeyRange | readonly KeyRange[],
  parameters: Parameters,
): readonly string[] {
  const conditions: string[] = [];
  for (const range of [ranges].flat()) {
    if (range.kind === 'keys') conditions.push(keysCondition(identity, range.keys, parameters));
    else {
      if (range.after !== null) conditions.push(compare(identity, '>', range.after, parameters));
      if (range.upTo !== null) conditions.push(compare(identity, '<=', range.upTo, parameters));
    }
  }
  return conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`];
}

/** Values travel as text and are cast to the column's own type: compared as the index orders them. */
function compare(
  identity: readonly Column[],
  operator: string,
  key: readonly string[],
  parameters: Parameters,
) {
  const columns = identity.map((column) => `r.${quote(column.name)}`);
  const values = identity.map((column, index) => `${parameters.add(key[index] ?? '')}::${column.nativeType}`);
  if (columns.length === 1) return `${columns[0]} ${operator} ${values[0]}`;
  return `(${columns.join(', ')}) ${operator} (${values.join(', ')})`;
}

function keysCondition(
  identity: readonly Column[],
  keys: readonly (readonly string[])[],
  parameters: Parameters,
): string {
  const arrays = identity.map(
    (_, index) => `${parameters.add(textArray(keys.map((key) => key[index] ?? '')))}::text[]`,
  );
  const names = identity.map((_, index) => `k${index}`);
  const values = identity.map((column, index) => `k.k${index}::${column.nativeType}`);
  const columns = identity.map((column) => `r.${quote(column.name)}`);
  return `(${columns.join(', ')}) IN (SELECT ${values.join(', ')} FROM unnest(${arrays.join(', ')}) AS k(${names.join(', ')}))`;
}

/** Collects parameters and names their places. */
export class Parameters {
  readonly values: string[] = [];

  add(value: string): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

export function identityColumns(query: EntityQuery): string {
  return query.identity.map((column) => `r.${quote(column.name)}`).join(', ');
}

function columnOf(ref: ColumnRef, aliases: ReadonlyMap<string, string>): string {
  return `${aliasOf(ref.path, aliases)}.${quote(ref.column.name)}`;
}

function joinAliases(joins: RowQuery['joins'], own: string): ReadonlyMap<string, string> {
  return new Map([['', own], ...joins.map((join, index) => [join.path, `j${index}`] as const)]);
}

function aliasOf(path: string, aliases: ReadonlyMap<string, string>): string {
  const alias = aliases.get(path);
  if (alias === undefined) throw new Error(`the query has no join "${path}"`);
  return alias;
}

export function tableOf(table: TableName): string {
  return `${quote(table.schema)}.${quote(table.name)}`;
}

/** A one-dimensional array literal: postgresql.org/docs/current/arrays.html#ARRAYS-IO. */
export function textArray(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${element.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
