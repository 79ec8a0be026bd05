import type { ColumnPair, EmbedQuery } from '../../source/row-query.js';
import { type ForeignKey, type TableSchema, tableLabel } from '../../source/source-schema.js';
import type { EmbedMapping } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import { describeKey, pairsOf, sameColumns, sameTable } from './foreign-keys.js';
import { type Lookup, requireColumn, requireTable } from './source-names.js';

/** How the children are reached from the root. */
export interface Link {
  readonly on: EmbedQuery['on'];
  readonly through: EmbedQuery['through'];
  /** The child's own columns that only lead back to the root. */
  readonly own: readonly string[];
}

/** Null after reporting why. */
export function resolveLink(
  mapping: EmbedMapping,
  child: TableSchema,
  root: TableSchema,
  at: DocumentPath,
  lookup: Lookup,
): Link | null {
  return mapping.through === undefined
    ? directLink(mapping, child, root, at, lookup)
    : linkThrough(mapping, mapping.through, child, root, at, lookup);
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
