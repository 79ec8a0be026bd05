import { sourceError } from '../errors.js';
import type { Cell, Row } from '../source.js';
import {
  type ColumnType,
  findTable,
  type SourceSchema,
  type TableName,
  tableLabel,
} from '../source-schema.js';

/** Rows of each table, by its label (`orders`, `sales.orders`), cells in the order of its columns. */
export type MemoryRows = { readonly [label: string]: readonly Row[] };

/** One table and its rows as they were when the snapshot was taken. */
export interface MemoryTable {
  readonly rows: readonly Row[];
  cell(row: Row | null, column: string): Cell;
  typeOf(column: string): ColumnType;
}

/** Copies the lists of rows: rows are never changed in place. */
export function openTables(schema: SourceSchema, rows: MemoryRows): (name: TableName) => MemoryTable {
  const tables = new Map<string, MemoryTable>();
  for (const table of schema.tables) {
    const label = tableLabel(table, schema.defaultSchema);
    tables.set(label, memoryTable(schema, label, [...(rows[label] ?? [])]));
  }
  return (name) => {
    const table = tables.get(tableLabel(name, schema.defaultSchema));
    if (table === undefined) throw missing(`table ${name.schema}.${name.name}`);
    return table;
  };
}

function memoryTable(schema: SourceSchema, label: string, rows: readonly Row[]): MemoryTable {
  const columns = findTable(schema, label)?.columns ?? [];
  const places = new Map(columns.map((column, index) => [column.name, index]));
  const placeOf = (column: string) => {
    const place = places.get(column);
    if (place === undefined) throw missing(`column ${label}.${column}`);
    return place;
  };
  return {
    rows,
    cell: (row, column) => row?.[placeOf(column)] ?? null,
    typeOf: (column) => columns[placeOf(column)]?.type ?? { kind: 'textual' },
  };
}

function missing(what: string) {
  return sourceError('SOURCE_QUERY', `the source has no ${what}`, {
    hint: 'Add it to the schema that memorySource is given.',
  });
}
