import type { ColumnPair } from '../../source/row-query.js';
import {
  type Column,
  type ColumnType,
  type ForeignKey,
  type SourceSchema,
  type TableName,
  type TableSchema,
  tableLabel,
} from '../../source/source-schema.js';
import { columnOf, referencedTable } from './source-names.js';

/** The columns hold all of the primary key or of a unique key: at most one row has given values in them. */
export function identifiesRow(table: TableSchema, columns: readonly string[]): boolean {
  const keys = [table.primaryKey ?? [], ...table.uniqueKeys.map((key) => key.columns)];
  return keys.some((key) => key.length > 0 && key.every((column) => columns.includes(column)));
}

const HEIRS_NAMED = 3;

/** `a, b and 4 more`: the tables that inherit from this one; null where there are none. */
export function heirsOf({ heirs = [] }: TableSchema, defaultSchema: string): string | null {
  if (heirs.length === 0) return null;
  const named = heirs.slice(0, HEIRS_NAMED).map((heir) => tableLabel(heir, defaultSchema));
  const more = heirs.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}

export function sameTable(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

export function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}

/** `(customer_id) → customers` */
export function describeKey({ columns, references }: ForeignKey): string {
  return `(${columns.join(', ')}) → ${references.name}`;
}

export function pairsOf({ columns, references }: ForeignKey): readonly ColumnPair[] {
  return columns.map((local, index) => ({ local, remote: references.columns[index] ?? '' }));
}

/**
 * The type whose key codec applies to a column: that of the column it references, and of what that one
 * references in turn, so that both sides of a foreign key make the same key. Of several keys, one over this
 * column alone goes first.
 */
export function keyTypeOf(table: TableSchema, column: Column, schema: SourceSchema): ColumnType {
  const seen = new Set<Column>();
  let [at, current] = [table, column];
  while (!seen.has(current)) {
    seen.add(current);
    const next = referencedColumn(at, current.name, schema);
    if (next === null) break;
    [at, current] = next;
  }
  return current.type;
}

function referencedColumn(
  table: TableSchema,
  column: string,
  schema: SourceSchema,
): readonly [TableSchema, Column] | null {
  const keys = table.foreignKeys.filter(({ columns }) => columns.includes(column));
  const key = keys.find(({ columns }) => columns.length === 1) ?? keys[0];
  if (key === undefined) return null;
  const parent = referencedTable(key.references, schema);
  const remote = key.references.columns[key.columns.indexOf(column)];
  const found = parent === null || remote === undefined ? null : columnOf(parent, remote);
  return parent === null || found === null ? null : [parent, found];
}
