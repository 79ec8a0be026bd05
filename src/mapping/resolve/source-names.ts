import {
  type Column,
  findTable,
  type SourceSchema,
  type TableName,
  type TableSchema,
  tableLabel,
} from '../../source/source-schema.js';
import { nearest } from '../../support/nearest.js';
import type { DocumentPath, Spot } from '../problem.js';
import { type ProblemList, suggestion } from '../problem-list.js';

/** What every part of the resolver looks names up in and reports to. */
export interface Lookup {
  readonly schema: SourceSchema;
  readonly problems: ProblemList;
}

/** The table of that name (`orders`, `sales.orders`), or null after reporting that there is none. */
export function requireTable(label: string, path: DocumentPath, lookup: Lookup): TableSchema | null {
  const table = findTable(lookup.schema, label);
  if (table !== undefined) return table;
  lookup.problems.error(
    path,
    'UNKNOWN_TABLE',
    `the source has no table ${label}`,
    tableFix(label, lookup.schema),
  );
  return null;
}

/** The table that a foreign key references; null when the source did not show it. */
export function referencedTable({ schema, name }: TableName, { tables }: SourceSchema): TableSchema | null {
  return tables.find((table) => table.schema === schema && table.name === name) ?? null;
}

/** The column of that name, or null after reporting that there is none. */
export function requireColumn(
  table: TableSchema,
  name: string,
  path: DocumentPath,
  lookup: Lookup,
  spot: Spot = 'value',
): Column | null {
  const column = columnOf(table, name);
  if (column !== null) return column;
  const { message, fix } = unknownColumn(table, name, lookup.schema);
  lookup.problems.error(path, 'UNKNOWN_COLUMN', message, fix, spot);
  return null;
}

export function columnOf(table: TableSchema, name: string): Column | null {
  return table.columns.find((column) => column.name === name) ?? null;
}

export function unknownColumn(
  table: TableSchema,
  name: string,
  schema: SourceSchema,
): { readonly message: string; readonly fix: string } {
  const names = table.columns.map((column) => column.name);
  const label = tableLabel(table, schema.defaultSchema);
  const message = `${label} has no column ${name}`;
  return { message, fix: suggestion(nearest(name, names), `columns of ${label}`, names) };
}

/** A table of the same name in another schema is nearer than one of a similar name in this one. */
function tableFix(label: string, { tables, defaultSchema }: SourceSchema): string {
  const labels = tables.map((table) => tableLabel(table, defaultSchema));
  const bare = label.slice(label.lastIndexOf('.') + 1).toLowerCase();
  const elsewhere = tables.find(({ name }) => name.toLowerCase() === bare);
  const near = elsewhere === undefined ? nearest(label, labels) : tableLabel(elsewhere, defaultSchema);
  return suggestion(near, 'tables', labels.slice(0, 20));
}
