import type { EmbedQuery, OrderBy } from '../../source/row-query.js';
import { type Column, findTable, type TableSchema } from '../../source/source-schema.js';
import type { EmbedMapping } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ResolvedShape } from '../resolved-mapping.js';
import type { AttributeRules } from './attribute-candidates.js';
import { type Link, resolveLink } from './embed-link.js';
import { type Embed, levelsOf, resolveScalars, scalarOf } from './embed-shape.js';
import { identifiesRow } from './foreign-keys.js';
import { QueryColumns } from './query-columns.js';
import { requireCell } from './require-cell.js';
import { resolveAttributes } from './resolve-attributes.js';
import { type Joins, resolveJoins } from './resolve-join.js';
import { columnOf, type Lookup, requireColumn, requireTable } from './source-names.js';
import { warnUnusedJoins } from './unused-joins.js';

/** Null after reporting why. `level` is the number of lists and maps around the embed's attribute. */
export function resolveEmbed(
  name: string,
  mapping: EmbedMapping,
  parent: TableSchema,
  at: DocumentPath,
  level: number,
  lookup: Lookup & AttributeRules,
): Embed | null {
  const table = requireTable(mapping.from, [...at, 'from'], lookup);
  if (table === null) return null;
  const link = resolveLink(mapping, table, parent, at, lookup);
  const joins = resolveJoins(mapping.join, table, [...at, 'join'], lookup);
  const columns = new QueryColumns(table, joins, lookup.schema);
  const key = mapping.embed === undefined ? [] : keyOf(mapping, table, link, at, lookup);
  for (const column of key ?? []) columns.take('', column);
  const inner = level + levelsOf(mapping);
  const embeds = new Map(
    Object.entries(mapping.embed ?? {}).map(
      ([child, embed]) =>
        [child, resolveEmbed(child, embed, table, [...at, 'embed', child], inner, lookup)] as const,
    ),
  );
  const shape = resolveShape(mapping, { table, link, joins, embeds, columns }, at, level, lookup);
  const orderBy = orderOf(mapping, table, at, lookup);
  const tieBreak = tieBreakOf(table, columns, orderBy, at, lookup);
  warnUnusedJoins(joins, columns, lookup.problems);
  warnSeveral(mapping, table, link, at, lookup);
  if (link === null || key === null || shape === null) return null;
  const query: EmbedQuery = {
    name,
    table: { schema: table.schema, name: table.name },
    joins: columns.joins,
    columns: columns.refs,
    aggregates: columns.aggregates,
    where: mapping.where ?? null,
    on: link.on,
    through: link.through,
    orderBy,
    tieBreak,
    limit: mapping.limit ?? null,
    key,
    embeds: [...embeds.values()].flatMap((embed) => (embed === null ? [] : [embed.query])),
  };
  return { query, table, shape };
}

interface ShapeParts {
  readonly table: TableSchema;
  readonly link: Link | null;
  readonly joins: Joins;
  readonly embeds: ReadonlyMap<string, Embed | null>;
  readonly columns: QueryColumns;
}

/** Takes what a child is made of; null after reporting why it cannot be. */
function resolveShape(
  mapping: EmbedMapping,
  { table, link, joins, embeds, columns }: ShapeParts,
  at: DocumentPath,
  level: number,
  lookup: Lookup & AttributeRules,
): ResolvedShape | null {
  const { as = 'list' } = mapping;
  if (scalarOf(as) !== null) return resolveScalars(mapping, columns, at, level, lookup);
  const all = table.columns.map((column) => column.name).filter((name) => !link?.own.includes(name));
  const inner = level + levelsOf(mapping);
  const parts = {
    root: table,
    all,
    joins,
    embeds,
    columns,
    reserved: new Map<string, string>(),
    level: inner,
  };
  const attributes = resolveAttributes(mapping, at, parts, lookup);
  const mapBy = typeof as === 'object' && 'mapBy' in as ? as.mapBy : null;
  const by = mapBy === null ? null : requireCell(mapBy, columns, [...at, 'as', 'mapBy'], lookup.problems);
  // Behind the last cell that is taken: orderBy and keys take no cells of their own.
  const value = { kind: 'map', attributes, columns: columns.refs.length } as const;
  if (mapBy === null) return { kind: as === 'one' ? 'one' : 'list', value };
  return by === null ? null : { kind: 'map', by, value };
}

/** What tells the children of one parent apart, so that theirs find them; null after reporting that nothing does. */
function keyOf(
  { through }: EmbedMapping,
  table: TableSchema,
  link: Link | null,
  at: DocumentPath,
  lookup: Lookup,
): readonly Column[] | null {
  const here = [...at, 'embed'];
  const names = notNullKey(table);
  if (names === null) {
    const message = `${table.name} has no primary key, so its rows cannot have children of their own`;
    lookup.problems.error(here, 'EMBED_NO_KEY', message, 'Give it a key, or embed one level.', 'key');
    return null;
  }
  const links = link?.through ?? null;
  if (links !== null) {
    const own = findTable(lookup.schema, `${links.table.schema}.${links.table.name}`);
    const pair = [...(link?.on ?? []).map(({ remote }) => remote), ...links.pairs.map(({ local }) => local)];
    if (own !== undefined && !identifiesRow(own, pair)) {
      const message = `${through} may link the same rows of ${table.name} twice: no key over ${pair.join(', ')}`;
      const fix = `Embed ${through} with a join to ${table.name} instead, or give it such a key.`;
      lookup.problems.error(here, 'EMBED_NO_KEY', message, fix, 'key');
      return null;
    }
  }
  return names.flatMap((name) => columnOf(table, name) ?? []);
}

function notNullKey(table: TableSchema): readonly string[] | null {
  const isSet = (name: string) => table.columns.some((column) => column.name === name && !column.nullable);
  const unique = table.uniqueKeys.map((key) => key.columns).find((key) => key.every(isSet));
  return table.primaryKey ?? unique ?? null;
}

/** `as: one` where nothing keeps a parent from having several. */
function warnSeveral(
  { as, limit }: EmbedMapping,
  table: TableSchema,
  link: Link | null,
  at: DocumentPath,
  { problems }: Lookup,
): void {
  if (as !== 'one' || limit === 1 || link === null) return;
  if (link.through === null && identifiesRow(table, link.own)) return;
  const message = `a row may have several ${table.name}, each of which would be a reject`;
  problems.warning([...at, 'as'], 'EMBED_SEVERAL', message, 'Add orderBy and limit: 1 to take the first.');
}

function orderOf(
  { orderBy }: EmbedMapping,
  table: TableSchema,
  at: DocumentPath,
  lookup: Lookup,
): readonly OrderBy[] {
  const listed = Array.isArray(orderBy);
  return [orderBy ?? []].flat().flatMap((text, index) => {
    const [, name = text, direction = 'asc'] = /^(\S+)\s+(asc|desc)$/i.exec(text.trim()) ?? [];
    const here = [...at, 'orderBy', ...(listed ? [index] : [])];
    const column = requireColumn(table, name.trim(), here, lookup);
    return column === null ? [] : [{ column: column.name, descending: direction.toLowerCase() === 'desc' }];
  });
}

/** What no database can order by, or not everywhere. */
const UNORDERED: ReadonlySet<string> = new Set(['json', 'array', 'undecided']);

/** Its key; without one, everything that is read: rows that are equal in it may stand in any order. */
function tieBreakOf(
  table: TableSchema,
  columns: QueryColumns,
  orderBy: readonly OrderBy[],
  at: DocumentPath,
  { problems }: Lookup,
): readonly string[] {
  const ordered = orderBy.map(({ column }) => column);
  const key = notNullKey(table);
  if (key !== null) return key.filter((column) => !ordered.includes(column));
  const own = columns.refs.filter(({ path }) => path === '').map(({ column }) => column);
  if (own.some(({ type }) => UNORDERED.has(type.kind))) {
    const message = `${table.name} has no key, so children that are equal in orderBy may change places`;
    problems.warning(at, 'EMBED_ORDER', message, 'Order by columns that tell them apart.', 'key');
  }
  return own
    .filter(({ type, name }) => !UNORDERED.has(type.kind) && !ordered.includes(name))
    .map(({ name }) => name);
}
