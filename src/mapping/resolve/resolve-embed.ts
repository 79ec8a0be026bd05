import type { EmbedQuery, OrderBy } from '../../source/row-query.js';
import type { TableSchema } from '../../source/source-schema.js';
import type { EmbedMapping } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ResolvedAttribute } from '../resolved-mapping.js';
import {
  type AttributeRules,
  type Candidate,
  columnCandidates,
  joinCandidates,
  settleCandidates,
} from './attribute-candidates.js';
import { resolveLink } from './embed-link.js';
import { QueryColumns } from './query-columns.js';
import { resolveJoins } from './resolve-join.js';
import { type Lookup, requireColumn, requireTable } from './source-names.js';
import { warnUnusedJoins } from './unused-joins.js';

export interface Embed {
  readonly query: EmbedQuery;
  readonly attributes: readonly ResolvedAttribute[];
}

/** Null after reporting why. */
export function resolveEmbed(
  name: string,
  mapping: EmbedMapping,
  root: TableSchema,
  at: DocumentPath,
  lookup: Lookup & AttributeRules,
): Embed | null {
  const table = requireTable(mapping.from, [...at, 'from'], lookup);
  if (table === null) return null;
  const link = resolveLink(mapping, table, root, at, lookup);
  const joins = resolveJoins(mapping.join, table, [...at, 'join'], lookup);
  const columns = new QueryColumns(table, joins, lookup.schema);
  const names = mapping.attributes ?? table.columns.map((column) => column.name);
  const candidates: Candidate[] = [
    ...columnCandidates(
      mapping.attributes === undefined ? names.filter((column) => !link?.own.includes(column)) : names,
      table,
      mapping.attributes === undefined ? at : [...at, 'attributes'],
      columns,
      lookup,
    ),
    ...joinCandidates(mapping.join, joins, columns, lookup),
  ];
  const attributes = settleCandidates(candidates, new Map(), 2, lookup);
  const orderBy = orderOf(mapping, table, at, lookup);
  const tieBreak = tieBreakOf(table, columns, orderBy, at, lookup);
  warnUnusedJoins(joins, columns, lookup.problems);
  if (link === null) return null;
  const query: EmbedQuery = {
    name,
    table: { schema: table.schema, name: table.name },
    joins: columns.joins,
    columns: columns.refs,
    where: mapping.where ?? null,
    on: link.on,
    through: link.through,
    orderBy,
    tieBreak,
    limit: null,
    key: [],
    aggregates: [],
    embeds: [],
  };
  return { query, attributes };
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
  const isSet = (name: string) => table.columns.some((column) => column.name === name && !column.nullable);
  const unique = table.uniqueKeys.map((key) => key.columns).find((key) => key.every(isSet));
  const key = table.primaryKey ?? unique;
  if (key !== undefined) return key.filter((column) => !ordered.includes(column));
  const own = columns.refs.filter(({ path }) => path === '').map(({ column }) => column);
  if (own.some(({ type }) => UNORDERED.has(type.kind))) {
    const message = `${table.name} has no key, so children that are equal in orderBy may change places`;
    problems.warning(at, 'EMBED_ORDER', message, 'Order by columns that tell them apart.', 'key');
  }
  return own
    .filter(({ type, name }) => !UNORDERED.has(type.kind) && !ordered.includes(name))
    .map(({ name }) => name);
}
