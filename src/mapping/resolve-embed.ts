import type { ColumnPair, EmbedQuery, OrderBy } from '../source/row-query.js';
import { type ForeignKey, type TableSchema, tableLabel } from '../source/source-schema.js';
import {
  type AttributeRules,
  type Candidate,
  columnCandidates,
  joinCandidates,
  settleCandidates,
} from './attribute-candidates.js';
import { describeKey, pairsOf, sameColumns, sameTable } from './foreign-keys.js';
import type { EmbedMapping } from './mapping.js';
import type { DocumentPath } from './problem.js';
import { QueryColumns } from './query-columns.js';
import { resolveJoins } from './resolve-join.js';
import type { ResolvedAttribute } from './resolved-mapping.js';
import { type Lookup, requireColumn, requireTable } from './source-names.js';
import { warnUnusedJoins } from './unused-joins.js';

export interface Embed {
  readonly query: EmbedQuery;
  readonly attributes: readonly ResolvedAttribute[];
}

/** How the children are reached from the root. */
interface Link {
  readonly on: EmbedQuery['on'];
  readonly through: EmbedQuery['through'];
  /** The child's own columns that only lead back to the root. */
  readonly own: readonly string[];
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
  const link =
    mapping.through === undefined
      ? directLink(mapping, table, root, at, lookup)
      : linkThrough(mapping, mapping.through, table, root, at, lookup);
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
    embeds: [],
  };
  return { query, attributes };
}

function directLink(
  mapping: EmbedMapping,
  child: TableSchema,
  root: TableSchema,
  at: DocumentPath,
  lookup: Lookup,
): Link | null {
  const on = keyToRoot(mapping, child, root, at, lookup);
  if (on === null) return null;
  const own = on.map((pair) => pair.remote);
  warnUnindexed(child, own, at, lookup);
  return { on, through: null, own };
}

function linkThrough(
  mapping: EmbedMapping,
  through: string,
  child: TableSchema,
  root: TableSchema,
  at: DocumentPath,
  lookup: Lookup,
): Link | null {
  const table = requireTable(through, [...at, 'through'], lookup);
  const on = table === null ? null : keyToRoot(mapping, table, root, at, lookup);
  if (table === null || on === null) return null;
  const taken = on.map((pair) => pair.remote);
  const keys = table.foreignKeys.filter(
    (key) => sameTable(key.references, child) && !sameColumns(key.columns, taken),
  );
  const [key] = keys;
  const label = tableLabel(table, lookup.schema.defaultSchema);
  if (key === undefined || keys.length > 1) {
    const what =
      key === undefined
        ? `${label} has no foreign key to ${mapping.from}`
        : `${label} has several foreign keys to ${mapping.from}: ${keys.map(describeKey).join('; ')}`;
    lookup.problems.error(
      [...at, 'through'],
      'EMBED_LINK',
      what,
      'Make an entity of the link table instead.',
    );
    return null;
  }
  warnUnindexed(table, taken, at, lookup);
  return { on, through: { table: { schema: table.schema, name: table.name }, pairs: pairsOf(key) }, own: [] };
}

/** Root column → column of `table` (the child or the link table). */
function keyToRoot(
  { via, on }: EmbedMapping,
  table: TableSchema,
  root: TableSchema,
  at: DocumentPath,
  lookup: Lookup,
): readonly ColumnPair[] | null {
  if (via !== undefined && on !== undefined) {
    lookup.problems.error(
      at,
      'EMBED_AMBIGUOUS',
      'via and on both say where the children belong',
      'Keep one of the two.',
    );
    return null;
  }
  if (on !== undefined) {
    const pairs = Object.entries(on).map(([remote, local]) => ({ local, remote }));
    const found = pairs.flatMap(({ local, remote }) => [
      requireColumn(table, remote, [...at, 'on', remote], lookup, 'key'),
      requireColumn(root, local, [...at, 'on', remote], lookup),
    ]);
    return found.includes(null) ? null : pairs;
  }
  const wanted = via === undefined ? null : [via].flat();
  const found = (wanted ?? []).map((column) => requireColumn(table, column, [...at, 'via'], lookup));
  if (found.includes(null)) return null;
  const all = table.foreignKeys.filter((key) => sameTable(key.references, root));
  const keys = wanted === null ? all : all.filter((key) => sameColumns(key.columns, wanted));
  const [key] = keys;
  if (key !== undefined && keys.length === 1) return swap(key);
  const label = tableLabel(table, lookup.schema.defaultSchema);
  const path = via === undefined ? at : [...at, 'via'];
  if (key === undefined) {
    const which = wanted === null ? 'no foreign key' : `no foreign key (${wanted.join(', ')})`;
    const fix =
      all.length === 0
        ? `Say how they belong: on: { <column of ${label}>: <column of ${root.name}> }.`
        : `There is ${all.map(describeKey).join('; ')}.`;
    lookup.problems.error(path, 'NO_FOREIGN_KEY', `${label} has ${which} to ${root.name}`, fix);
  } else {
    const message = `${label} has several foreign keys to ${root.name}: ${keys.map(describeKey).join('; ')}`;
    lookup.problems.error(path, 'EMBED_AMBIGUOUS', message, `Choose with via: ${choice(key)}.`);
  }
  return null;
}

function choice({ columns }: ForeignKey): string {
  return columns.length === 1 ? columns.join() : `[${columns.join(', ')}]`;
}

function swap(key: ForeignKey): readonly ColumnPair[] {
  return pairsOf(key).map(({ local, remote }) => ({ local: remote, remote: local }));
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

function warnUnindexed(
  table: TableSchema,
  columns: readonly string[],
  at: DocumentPath,
  { schema, problems }: Lookup,
): void {
  const indexed = table.indexes.some((index) => sameColumns(index.slice(0, columns.length), columns));
  if (indexed || table.kind === 'view' || table.kind === 'foreign') return;
  const label = tableLabel(table, schema.defaultSchema);
  const message = `no index of ${label} starts with ${columns.join(', ')}: each chunk reads the whole table`;
  problems.warning(
    at,
    'EMBED_UNINDEXED',
    message,
    `CREATE INDEX ON ${label} (${columns.join(', ')});`,
    'key',
  );
}
