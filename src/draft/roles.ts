import type { Estimates } from '../mapping/weigh/statistics-of.js';
import { type ForeignKey, type SourceSchema, type TableSchema, tableLabel } from '../source/source-schema.js';
import { shardsFor } from './crowding.js';
import type { DraftTable, LeftOut, LinkSide, Role } from './draft.js';
import { nameTables, type TableNames } from './names.js';

/** A lookup table is small: its rows change rarely, and copying their names is cheap. */
const LOOKUP_ROWS = 200;
const LOOKUP_COLUMNS = 5;
/** Rows of other tables for each of its own. */
const LOOKUP_FAN_OUT = 5;
/** What a link table may have besides its two keys. */
const LINK_COLUMNS = 5;
/** Children of one parent, on average, that one partition and a few queries are right for. */
const COLLECTION_ROWS = 10_000;

/** What each table is among the others, in their order; and those that no key identifies. */
export function readRoles(
  tables: readonly TableSchema[],
  schema: SourceSchema,
  estimates: Estimates,
): { readonly entities: readonly DraftTable[]; readonly leftOut: readonly LeftOut[] } {
  const names = nameTables(tables, schema);
  const labelOf = (table: Pick<TableSchema, 'schema' | 'name'>) => tableLabel(table, schema.defaultSchema);
  const found = new Map<string, DraftTable | null>();
  const leftOut: LeftOut[] = [];
  for (const table of tables) read(labelOf(table), []);
  return {
    entities: tables.flatMap((table) => found.get(labelOf(table)) ?? []),
    leftOut,
  };

  /** `trail`: the tables that are being read, whose keys hang on this one. */
  function read(label: string, trail: readonly string[]): DraftTable | null {
    const known = found.get(label);
    if (known !== undefined) return known;
    const table = tables.find((candidate) => labelOf(candidate) === label);
    const own = names.get(label);
    if (table === undefined || own === undefined) return null;
    const identity = identityOf(table);
    if (identity === null) leftOut.push({ table: label, why: whyUnidentified(table) });
    const drafted = identity === null ? null : draftTable(table, own, identity, [...trail, label]);
    found.set(label, drafted);
    return drafted;
  }

  function draftTable(
    table: TableSchema,
    own: TableNames,
    identity: readonly string[],
    trail: readonly string[],
  ): DraftTable {
    const base = { table, ...own, identity, noPrimaryKey: table.primaryKey === null };
    const sides = table.foreignKeys.flatMap((key): readonly LinkSide[] => {
      const label = labelOf(key.references);
      const parent = trail.includes(label) ? null : read(label, trail);
      return parent !== null && sameSet(key.references.columns, parent.identity) ? [{ parent, key }] : [];
    });
    const link = linkOf(table, identity, table.foreignKeys, sides, trail.at(-1) ?? '', labelOf);
    // The side with the smaller partitions holds the primary copy.
    const spread = link?.find(({ parent, key }) => !isCrowded(table, parent.table, key));
    if (link !== null && spread !== undefined) {
      const [{ parent, key }, second] = spread === link[0] ? link : ([link[1], link[0]] as const);
      const partition = { literal: parent.prefix, columns: inOrderOf(parent.identity, key) };
      const sort = { literal: own.prefix, columns: inOrderOf(second.parent.identity, second.key) };
      return { ...base, role: { kind: 'link', sides: [{ parent, key }, second] }, partition, sort };
    }
    const holder = sides.find(
      ({ parent, key }) =>
        sameSet(identity.slice(0, key.columns.length), key.columns) && !isCrowded(table, parent.table, key),
    );
    if (holder !== undefined) {
      const { parent, key } = holder;
      const partition = {
        literal: parent.partition.literal,
        columns: inOrderOf(parent.partition.columns, key),
      };
      const columns = identity.filter((column) => !partition.columns.includes(column));
      const kind = identity.length === key.columns.length ? 'extension' : 'weak';
      return { ...base, role: { kind, parent, key }, partition, sort: { literal: own.prefix, columns } };
    }
    const partition = { literal: own.prefix, columns: identity };
    return {
      ...base,
      role: lookupOf(table, identity),
      partition,
      sort: { literal: own.prefix, columns: [] },
    };
  }

  /** A collection of too many children, or in too few partitions, is none. */
  function isCrowded(table: TableSchema, parent: TableSchema, { columns }: ForeignKey): boolean {
    if (shardsFor(table, columns, estimates) > 1) return true;
    const rows = estimates.rows(table) ?? 0;
    const parents = Math.max(1, estimates.rows(parent) ?? rows);
    return rows / parents > COLLECTION_ROWS;
  }

  function lookupOf(table: TableSchema, identity: readonly string[]): Role {
    const rows = estimates.rows(table);
    const name = nameColumn(table, identity);
    const parents = table.foreignKeys.filter(({ references }) => labelOf(references) !== labelOf(table));
    const small = rows !== null && rows <= LOOKUP_ROWS && table.columns.length <= LOOKUP_COLUMNS;
    if (!small || name === null || identity.length > 1 || parents.length > 0) return { kind: 'strong' };
    const children = schema.tables.filter(
      (child) =>
        child !== table && child.foreignKeys.some(({ references }) => labelOf(references) === labelOf(table)),
    );
    const most = Math.max(0, ...children.map((child) => estimates.rows(child) ?? 0));
    return most >= LOOKUP_FAN_OUT * Math.max(1, rows) ? { kind: 'lookup', name } : { kind: 'strong' };
  }
}

/** The primary key, the shortest unique key that is never NULL, or what a table with heirs has as its own key. */
function identityOf({ primaryKey, uniqueKeys, columns, ownKey }: TableSchema): readonly string[] | null {
  if (primaryKey !== null) return primaryKey;
  const nullable = new Set(columns.filter((column) => column.nullable).map(({ name }) => name));
  const [shortest] = uniqueKeys
    .map((key) => key.columns)
    .filter((key) => !key.some((column) => nullable.has(column)))
    .sort((a, b) => a.length - b.length);
  return shortest ?? (ownKey?.some((column) => nullable.has(column)) ? null : (ownKey ?? null));
}

function whyUnidentified({ kind }: TableSchema): string {
  return kind === 'view' || kind === 'materialized-view'
    ? 'a view; write it by hand with identifiedBy, should it be an entity'
    : 'neither a primary key nor a unique key without NULLs; write it by hand with identifiedBy, if columns identify its rows';
}

/** The two foreign keys that the identity is made of. */
function linkOf(
  table: TableSchema,
  identity: readonly string[],
  keys: readonly ForeignKey[],
  sides: readonly LinkSide[],
  label: string,
  labelOf: (table: ForeignKey['references']) => string,
): readonly [LinkSide, LinkSide] | null {
  if (table.columns.length > identity.length + LINK_COLUMNS) return null;
  for (const first of sides) {
    for (const second of sides) {
      const columns = [...first.key.columns, ...second.key.columns];
      if (first !== second && sameSet(columns, identity) && identity[0] === first.key.columns[0]) {
        return keys.some(({ references }) => labelOf(references) === label) ? null : [first, second];
      }
    }
  }
  return null;
}

/** The one text that a row of a lookup table says; null where it says more, or nothing. */
function nameColumn({ columns }: TableSchema, identity: readonly string[]): string | null {
  const texts = columns.filter(({ name, type }) => type.kind === 'text' && !identity.includes(name));
  return texts.length === 1 ? (texts[0]?.name ?? null) : null;
}

/** Columns of the child that stand for these of its parent. */
export function inOrderOf(
  parentColumns: readonly string[],
  { columns, references }: ForeignKey,
): readonly string[] {
  return parentColumns.map((column) => columns[references.columns.indexOf(column)] ?? column);
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length;
}
