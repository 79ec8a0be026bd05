import { type EmbedPath, lastOf } from '../embed-paths.js';
import type { KeyRange } from '../key-range.js';
import { localsOf } from '../root-tables.js';
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
import { filtered, filteredRoot, tableOf } from './filtered-root.js';
import { quote } from './quote.js';
import { Parameters, whereRange } from './range-sql.js';

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
    `FROM ${filteredRoot(query, parameters)}`,
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
    `FROM ${filteredRoot(query, parameters)}`,
    ...embeds.flatMap((embed, depth) => childJoins(embed, depth, embed === last)),
    ...leftJoins(last.joins, aliases),
    ...whereRange(query.identity, range, parameters),
    `ORDER BY ${[identityColumns(query), ...order].join(', ')}`,
  ];
  return { text: lines.join('\n'), values: parameters.values };
}

export function countStatement(query: EntityQuery): Statement {
  const parameters = new Parameters();
  return { text: `SELECT count(*) FROM ${filteredRoot(query, parameters)}`, values: parameters.values };
}

/** The greatest value of a column; NULL where there is none. */
export function greatestStatement(table: TableName, column: Column): Statement {
  return { text: `SELECT max(${quote(column.name)}) FROM ${tableOf(table)}`, values: [] };
}

/** One row if `where` lets a row through whose identity holds NULL: no range of keys would ever find it. */
export function nullIdentityStatement(query: EntityQuery): Statement | null {
  const nullable = query.identity.filter((column) => column.nullable);
  if (nullable.length === 0) return null;
  const isNull = nullable.map((column) => `r.${quote(column.name)} IS NULL`).join(' OR ');
  const parameters = new Parameters();
  const all = filteredRoot({ ...query, changed: undefined }, parameters);
  return { text: `SELECT 1 FROM ${all} WHERE ${isNull} LIMIT 1`, values: parameters.values };
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
