import type { KeyRange } from '../key-range.js';
import type { ColumnRef, EmbedQuery, EntityQuery, JoinQuery, RowQuery } from '../row-query.js';
import type { Column, TableName } from '../source-schema.js';

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
    `SELECT ${query.columns.map((column) => columnOf(column, aliases)).join(', ')}`,
    `FROM ${filteredRoot(query)}`,
    ...leftJoins(query.joins, aliases),
    ...whereRange(query.identity, range, parameters),
    `ORDER BY ${identityColumns(query)}`,
  ];
  return { text: lines.join('\n'), values: parameters.values };
}

/**
 * The children of a range's root rows, identity of the root first, in the order of identity, `orderBy`,
 * `tieBreak`. The root is joined in SQL, whose equality (collations, `1.0 = 1.00`) is wider than JavaScript's.
 */
export function embedStatement(query: EntityQuery, embed: EmbedQuery, range: KeyRange): Statement {
  const parameters = new Parameters();
  const aliases = joinAliases(embed.joins, 'e');
  const order = [
    ...embed.orderBy.map(({ column, descending }) => `e.${quote(column)}${descending ? ' DESC' : ''}`),
    ...embed.tieBreak.map((column) => `e.${quote(column)}`),
  ];
  const lines = [
    `SELECT ${[identityColumns(query), ...embed.columns.map((column) => columnOf(column, aliases))].join(', ')}`,
    `FROM ${filteredRoot(query)}`,
    ...childJoins(embed),
    ...leftJoins(embed.joins, aliases),
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
  const used = [
    ...query.identity.map((column) => column.name),
    ...query.embeds.flatMap((embed) => embed.on.map((pair) => pair.local)),
  ];
  return filtered(query, used, 'r');
}

/**
 * A table behind its `where`. Only the columns that are read are named, so that privileges on them suffice;
 * nothing in `where` reaches beyond its parentheses, and the line break ends a comment in it.
 */
function filtered(
  query: RowQuery & { readonly where: string | null },
  used: readonly string[],
  alias: string,
) {
  const own = query.columns.filter((ref) => ref.path === '').map((ref) => ref.column.name);
  const joined = query.joins.filter((join) => join.parent === '').flatMap((join) => join.on);
  const columns = new Set([...used, ...own, ...joined.map((pair) => pair.local)]);
  const where = query.where === null ? '' : ` WHERE (${query.where}\n)`;
  return `(SELECT ${[...columns].map(quote).join(', ')} FROM ${tableOf(query.table)}${where}) AS ${alias}`;
}

function childJoins(embed: EmbedQuery): readonly string[] {
  const { through } = embed;
  const used = [
    ...(through?.pairs ?? embed.on).map((pair) => pair.remote),
    ...embed.orderBy.map((order) => order.column),
    ...embed.tieBreak,
  ];
  const child = filtered(embed, used, 'e');
  if (through === null) return [`JOIN ${child} ON ${equalities(embed.on, 'r', 'e')}`];
  return [
    `JOIN ${tableOf(through.table)} AS l ON ${equalities(embed.on, 'r', 'l')}`,
    `JOIN ${child} ON ${equalities(through.pairs, 'l', 'e')}`,
  ];
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

/** An identifier exactly as named. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
