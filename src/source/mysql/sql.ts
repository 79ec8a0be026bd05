import { type EmbedPath, lastOf } from '../embed-paths.js';
import type { KeyRange } from '../key-range.js';
import { localsOf } from '../root-tables.js';
import type {
  Aggregate,
  ChildRelation,
  ColumnPair,
  ColumnRef,
  EmbedQuery,
  EntityQuery,
  JoinQuery,
  OrderBy,
  RowQuery,
} from '../row-query.js';
import type { Column, TableName } from '../source-schema.js';
import { type CellReader, cellReader, keyReader, plainText } from './cell-readers.js';
import { filtered, filteredRoot, tableOf } from './filtered-root.js';
import { quote } from './literals.js';
import { type WriteKey, whereRange } from './range-sql.js';

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
  write?: WriteKey,
): Statement {
  const aliases = joinAliases(query.joins, 'r');
  const lines = [
    `SELECT ${cells(query, aliases).join(', ')}`,
    `FROM ${filteredRoot(query)}`,
    ...leftJoins(query.joins, aliases),
    ...whereRange(query.identity, ranges, write),
    `ORDER BY ${identityOrder(query)}`,
    ...(rows === null ? [] : [`LIMIT ${rows}`]),
  ];
  return { text: lines.join('\n'), readers: readersOf(query, query.identity.length) };
}

/**
 * The children of the ranges' root rows, in the order of the root's identity and of each embed's `orderBy` and
 * `tieBreak`; identity and the keys of the embeds above come first. The root is joined in SQL, whose equality
 * (collations, `1.0 = 1.00`) is wider than JavaScript's.
 */
export function embedStatement(
  query: EntityQuery,
  { embeds }: EmbedPath,
  ranges: readonly KeyRange[],
  write?: WriteKey,
): Statement {
  const last = lastOf(embeds);
  const aliases = joinAliases(last.joins, aliasAt('e', embeds.length - 1));
  const above = embeds.slice(0, -1);
  const keys = above.flatMap(({ key }, depth) => key.map((column) => read(column, aliasAt('e', depth))));
  const order = embeds.flatMap((embed, depth) => orderOf(embed, aliasAt('e', depth)));
  const lines = [
    `SELECT ${[identityCells(query), ...keys, ...cells(last, aliases)].join(', ')}`,
    `FROM ${filteredRoot(query)}`,
    ...embeds.flatMap((_, depth) => childJoins(query, embeds.slice(0, depth + 1), last, ranges, write)),
    ...leftJoins(last.joins, aliases),
    ...whereRange(query.identity, ranges, write),
    `ORDER BY ${[identityOrder(query), ...order].join(', ')}`,
  ];
  const front = above.flatMap(({ key }) => key).map(cellReader);
  return { text: lines.join('\n'), readers: [...identityReaders(query), ...front, ...readersOf(last, 0)] };
}

export function countStatement(query: EntityQuery): Statement {
  return { text: `SELECT count(*) FROM ${filteredRoot(query)}`, readers: null };
}

/** The greatest value of a column; NULL where there is none. */
export function greatestStatement(table: TableName, column: Column): Statement {
  return { text: `SELECT max(${quote(column.name)}) FROM ${tableOf(table)}`, readers: [cellReader(column)] };
}

/** One row if `where` lets a row through whose identity holds NULL: no range of keys would ever find it. */
export function nullIdentityStatement(query: EntityQuery): Statement | null {
  const nullable = query.identity.filter((column) => column.nullable);
  if (nullable.length === 0) return null;
  const isNull = nullable.map((column) => `r.${quote(column.name)} IS NULL`).join(' OR ');
  const all = filteredRoot({ ...query, changed: undefined });
  return { text: `SELECT 1 FROM ${all} WHERE ${isNull} LIMIT 1`, readers: null };
}

/** One identity that several rows share by the source's own equality (`a` = `A` in many collations). */
export function sharedIdentityStatement(query: EntityQuery): Statement {
  const lines = [
    `SELECT ${identityCells(query)} FROM ${filteredRoot({ ...query, changed: undefined })}`,
    `GROUP BY ${identityOrder(query)} HAVING count(*) > 1 LIMIT 1`,
  ];
  return { text: lines.join('\n'), readers: identityReaders(query) };
}

/** Joins the last of `embeds` to the root or to the children above. Only the cells of `read` are wanted. */
function childJoins(
  query: EntityQuery,
  embeds: readonly EmbedQuery[],
  wanted: EmbedQuery,
  ranges: readonly KeyRange[],
  write?: WriteKey,
): readonly string[] {
  const embed = embeds.at(-1);
  if (embed === undefined) return [];
  const depth = embeds.length - 1;
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
  const child = (alias: string) =>
    filtered(embed === wanted ? embed : { ...embed, columns: [], joins: [] }, used, alias);
  if (limit !== null) {
    const parents = [
      `SELECT ${embed.on.map((pair) => `${parent}.${quote(pair.local)}`).join(', ')} FROM ${filteredRoot(query)}`,
      ...embeds
        .slice(0, -1)
        .flatMap((_, above) =>
          childJoins(query, unlimited(embeds.slice(0, above + 1)), wanted, ranges, write),
        ),
      ...whereRange(query.identity, ranges, write),
    ];
    const first = numbered(embed, child('c'), parents.join(' '));
    const on = embed.on.map((pair, index) => `${own}.${parentKey(index)} = ${parent}.${quote(pair.local)}`);
    return [`JOIN (${first}) AS ${own} ON ${[...on, `${own}.${PLACE} <= ${limit}`].join(' AND ')}`];
  }
  const toParent = equalities(embed.on, parent, through === null ? own : link);
  if (through === null) return [`JOIN ${child(own)} ON ${toParent}`];
  return [
    `JOIN ${tableOf(through.table)} AS ${link} ON ${toParent}`,
    `JOIN ${child(own)} ON ${equalities(through.pairs, link, own)}`,
  ];
}

/** Columns of ours beside those of a table. */
const PLACE = '`tablefold place`';
const parentKey = (index: number) => `\`tablefold parent ${index}\``;

/**
 * Children with their place among those of one parent: not every server knows LATERAL. `parents` confines them,
 * or each page would number the whole table.
 */
function numbered(embed: EmbedQuery, child: string, parents: string): string {
  const { through, on } = embed;
  const keys = on.map((pair) => `${through === null ? 'c' : 'b'}.${quote(pair.remote)}`);
  const named = keys.map((key, index) => `${key} AS ${parentKey(index)}`);
  const order = orderOf(embed, 'c');
  const sorted = order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`;
  const place = `row_number() OVER (PARTITION BY ${keys.join(', ')}${sorted}) AS ${PLACE}`;
  const toChild = through === null ? '' : ` ON ${equalities(through.pairs, 'b', 'c')}`;
  const from = through === null ? child : `${tableOf(through.table)} AS b JOIN ${child}${toChild}`;
  const keyed = keys.length === 1 ? keys.join() : `(${keys.join(', ')})`;
  return `SELECT c.*, ${[...named, place].join(', ')} FROM ${from} WHERE ${keyed} IN (${parents})`;
}

function unlimited(embeds: readonly EmbedQuery[]): readonly EmbedQuery[] {
  return embeds.map((embed) => ({ ...embed, limit: null }));
}

/** `e` and `l` for the root's children, `e2` and `l2` for theirs. */
function aliasAt(letter: 'e' | 'l', depth: number): string {
  return depth === 0 ? letter : `${letter}${depth + 1}`;
}

function orderOf({ orderBy, tieBreak }: EmbedQuery, alias: string): readonly string[] {
  return [
    ...orderBy.map((order) => ordered(order, alias)),
    ...tieBreak.map((column) => `${alias}.${quote(column)}`),
  ];
}

/** The cells of a row, as `readersOf` reads them: columns, then aggregates over its children. */
function cells(query: RowQuery, aliases: ReadonlyMap<string, string>): readonly string[] {
  const own = aliasOf('', aliases);
  return [
    ...query.columns.map((ref) => selected(ref, aliases)),
    ...query.aggregates.map((aggregate) => aggregated(aggregate, own)),
  ];
}

/** The identity, of so many cells, comes first. */
function readersOf({ columns, aggregates }: RowQuery, identity: number): readonly CellReader[] {
  return [
    ...columns.map(({ column }, index) => (index < identity ? keyReader(column) : cellReader(column))),
    ...aggregates.map((one) =>
      one.kind === 'count' || one.kind === 'sum' ? plainText : cellReader(one.column),
    ),
  ];
}

function aggregated(aggregate: Aggregate, parent: string): string {
  const of: ChildRelation = aggregate.of;
  const { on, through } = of;
  const column = aggregate.kind === 'count' ? [] : [aggregate.column.name];
  const used = [...column, ...(through?.pairs ?? on).map((pair) => pair.remote)];
  const child = filtered({ ...of, columns: [], joins: [] }, used, 'a');
  const what = aggregate.kind === 'count' ? 'count(*)' : `${aggregate.kind}(${read(aggregate.column, 'a')})`;
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

function equalities(pairs: readonly ColumnPair[], local: string, remote: string): string {
  return pairs.map((pair) => `${remote}.${quote(pair.remote)} = ${local}.${quote(pair.local)}`).join(' AND ');
}

/** MySQL has NULL as the smallest value: whether it is NULL is sorted first. */
function ordered({ column, descending }: OrderBy, alias: string): string {
  const direction = descending ? ' DESC' : '';
  const name = `${alias}.${quote(column)}`;
  return `${name} IS NULL${direction}, ${name}${direction}`;
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
