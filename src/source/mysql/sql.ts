import type { KeyRange } from '../key-range.js';
import type { ColumnRef, EmbedQuery, EntityQuery, JoinQuery, OrderBy, RowQuery } from '../row-query.js';
import type { Column, TableName } from '../source-schema.js';
import { type CellReader, cellReader, keyReader } from './cell-readers.js';
import { comparedColumn, literalOf, quote } from './literals.js';

/**
 * Text with its values in it: the text protocol sends every cell as text, where that of prepared statements
 * would send numbers and dates in binary. Values are written by `literals.ts` alone.
 */
export interface Statement {
  readonly text: string;
  /** How to read the cells; null: each as UTF-8 text. */
  readonly readers: readonly CellReader[] | null;
}

/** The root's rows of all the ranges, with their parents, in the order of the identity; at most `rows`. */
export function rootStatement(
  query: EntityQuery,
  ranges: readonly KeyRange[],
  rows: number | null,
): Statement {
  const aliases = joinAliases(query.joins, 'r');
  const lines = [
    `SELECT ${query.columns.map((ref) => selected(ref, aliases)).join(', ')}`,
    `FROM ${filteredRoot(query)}`,
    ...leftJoins(query.joins, aliases),
    ...whereRange(query.identity, ranges),
    `ORDER BY ${identityOrder(query)}`,
    ...(rows === null ? [] : [`LIMIT ${rows}`]),
  ];
  return { text: lines.join('\n'), readers: readersOf(query) };
}

/**
 * The children of the ranges' root rows, identity of the root first, in the order of identity, `orderBy`,
 * `tieBreak`. The root is joined in SQL, whose equality (collations, `1.0 = 1.00`) is wider than JavaScript's.
 */
export function embedStatement(
  query: EntityQuery,
  embed: EmbedQuery,
  ranges: readonly KeyRange[],
): Statement {
  const aliases = joinAliases(embed.joins, 'e');
  const order = [...embed.orderBy.map(ordered), ...embed.tieBreak.map((column) => `e.${quote(column)}`)];
  const lines = [
    `SELECT ${[identityCells(query), ...embed.columns.map((ref) => selected(ref, aliases))].join(', ')}`,
    `FROM ${filteredRoot(query)}`,
    ...childJoins(embed),
    ...leftJoins(embed.joins, aliases),
    ...whereRange(query.identity, ranges),
    `ORDER BY ${[identityOrder(query), ...order].join(', ')}`,
  ];
  const cells = embed.columns.map((ref) => cellReader(ref.column));
  return { text: lines.join('\n'), readers: [...identityReaders(query), ...cells] };
}

export function countStatement(query: EntityQuery): Statement {
  return { text: `SELECT count(*) FROM ${filteredRoot(query)}`, readers: null };
}

/** One row if `where` lets a row through whose identity holds NULL: no range of keys would ever find it. */
export function nullIdentityStatement(query: EntityQuery): Statement | null {
  const nullable = query.identity.filter((column) => column.nullable);
  if (nullable.length === 0) return null;
  const isNull = nullable.map((column) => `r.${quote(column.name)} IS NULL`).join(' OR ');
  return { text: `SELECT 1 FROM ${filteredRoot(query)} WHERE ${isNull} LIMIT 1`, readers: null };
}

/** One identity that several rows share by the source's own equality (`a` = `A` in many collations). */
export function sharedIdentityStatement(query: EntityQuery): Statement {
  const lines = [
    `SELECT ${identityCells(query)} FROM ${filteredRoot(query)}`,
    `GROUP BY ${identityOrder(query)} HAVING count(*) > 1 LIMIT 1`,
  ];
  return { text: lines.join('\n'), readers: identityReaders(query) };
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

/** MySQL has NULL as the smallest value: whether it is NULL is sorted first. */
function ordered({ column, descending }: OrderBy): string {
  const direction = descending ? ' DESC' : '';
  return `e.${quote(column)} IS NULL${direction}, e.${quote(column)}${direction}`;
}

/** The line that confines `r` to all of the ranges; none where they are everything. */
export function whereRange(identity: readonly Column[], ranges: readonly KeyRange[]): readonly string[] {
  const conditions: string[] = [];
  for (const range of ranges) {
    if (range.kind === 'keys') conditions.push(keysCondition(identity, range.keys));
    else {
      if (range.after !== null) conditions.push(beyond(identity, '>', range.after));
      if (range.upTo !== null) conditions.push(beyond(identity, '<', range.upTo));
    }
  }
  return conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`];
}

/**
 * `(a, b) > (x, y)` or `(a, b) <= (x, y)`, spelled out: the optimizer finds no index range in a comparison of
 * rows (dev.mysql.com/doc/refman/8.4/en/range-optimization.html#row-constructor-range-optimization).
 */
function beyond(identity: readonly Column[], operator: '>' | '<', key: readonly string[]): string {
  const terms = identity.map((column, index) => ({
    column: comparedColumn(column, `r.${quote(column.name)}`),
    value: literalOf(column, key[index] ?? ''),
  }));
  const last = terms.length - 1;
  const alternatives = terms.map(({ column, value }, index) => {
    const same = terms.slice(0, index).map((term) => `${term.column} = ${term.value}`);
    const inclusive = operator === '<' && index === last ? '=' : '';
    return [...same, `${column} ${operator}${inclusive} ${value}`].join(' AND ');
  });
  if (alternatives.length === 1) return alternatives.join();
  // Implied by the alternatives, and a range of the index as it stands.
  const [leading] = terms;
  const bound = `${leading?.column} ${operator}= ${leading?.value}`;
  return `(${bound} AND (${alternatives.map((one) => `(${one})`).join(' OR ')}))`;
}

function keysCondition(identity: readonly Column[], keys: readonly (readonly string[])[]): string {
  const [first] = identity;
  if (first !== undefined && identity.length === 1) {
    const values = keys.map((key) => literalOf(first, key[0] ?? ''));
    return `${comparedColumn(first, `r.${quote(first.name)}`)} IN (${values.join(', ')})`;
  }
  const alternatives = keys.map((key) => {
    const same = identity.map(
      (column, index) =>
        `${comparedColumn(column, `r.${quote(column.name)}`)} = ${literalOf(column, key[index] ?? '')}`,
    );
    return `(${same.join(' AND ')})`;
  });
  return `(${alternatives.join(' OR ')})`;
}

/** The identity as it is sorted. */
export function identityOrder(query: EntityQuery): string {
  return query.identity.map((column) => `r.${quote(column.name)}`).join(', ');
}

/** The identity as it is read, by `identityReaders`. */
export function identityCells(query: EntityQuery): string {
  return query.identity.map((column) => read(column, 'r')).join(', ');
}

export function identityReaders(query: EntityQuery): readonly CellReader[] {
  return query.identity.map(keyReader);
}

/** The identity comes first. */
function readersOf(query: EntityQuery): readonly CellReader[] {
  return query.columns.map(({ column }, index) =>
    index < query.identity.length ? keyReader(column) : cellReader(column),
  );
}

function selected(ref: ColumnRef, aliases: ReadonlyMap<string, string>): string {
  return read(ref.column, aliasOf(ref.path, aliases));
}

/** A FLOAT is written with six digits; as a double, with all. */
function read(column: Column, alias: string): string {
  const name = `${alias}.${quote(column.name)}`;
  return column.type.kind === 'float' && column.type.bits === 32 ? `${name} + 0e0` : name;
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
