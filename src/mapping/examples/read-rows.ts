import type { Cell, Row } from '../../source/source.js';
import { type ColumnType, findTable, type SourceSchema } from '../../source/source-schema.js';
import { nearest } from '../../support/nearest.js';
import { mappingError } from '../errors.js';
import { cellOf, elementsOf, entriesOf, parseExamples } from './example-yaml.js';

/** What a moment ends with that says its zone; without it, the zone is UTC. */
const ZONE = /(?:[+-]\d\d(?::?\d\d)*|infinity| BC)$/;

/** Rows of one table as a file gives them. */
export interface ExampleTable {
  /** `orders`, `sales.orders` */
  readonly label: string;
  readonly rows: readonly { readonly [column: string]: string | boolean | Buffer | null }[];
}

/**
 * Reads `rows.yaml`: table → list of rows, each column → value. A cell is the text that the database would show for
 * it; `null` and a column that is left out are NULL. Throws `MAPPING_EXAMPLES`.
 */
export function readRows(text: string, file: string): readonly ExampleTable[] {
  return entriesOf(parseExamples(text, file), 'tables with their rows').map(([label, rows]) => ({
    label,
    rows: elementsOf(rows, `the rows of ${label} as a list`).map((row) =>
      Object.fromEntries(entriesOf(row, 'columns').map(([column, cell]) => [column, cellOf(cell)])),
    ),
  }));
}

/** The same rows as a source hands them out: cells in the order of the table's columns. */
export function cellsOfRows(
  tables: readonly ExampleTable[],
  schema: SourceSchema,
  file: string,
): { readonly [label: string]: readonly Row[] } {
  return Object.fromEntries(
    tables.map(({ label, rows }) => {
      const table = findTable(schema, label);
      if (table === undefined) throw misfit(`${file}: the schema has no table ${label}`);
      const names = table.columns.map(({ name }) => name);
      for (const column of new Set(rows.flatMap((row) => Object.keys(row)))) {
        if (names.includes(column)) continue;
        const near = nearest(column, names);
        const meant = near === null ? `it has ${names.join(', ')}` : `did you mean ${near}?`;
        throw misfit(`${file}: ${label} has no column ${column}; ${meant}`);
      }
      return [
        label,
        rows.map((row) => table.columns.map(({ name, type }) => rawCell(row[name] ?? null, type))),
      ];
    }),
  );
}

function misfit(message: string): Error {
  return mappingError('MAPPING_EXAMPLES', message, {
    hint: 'Mend the rows, or read a changed schema again with --learn-schema.',
  });
}

function rawCell(cell: string | boolean | Buffer | null, type: ColumnType): Cell {
  if (typeof cell === 'boolean') return type.kind === 'boolean' ? (cell ? 't' : 'f') : String(cell);
  const moment = typeof cell === 'string' && type.kind === 'timestamp' && type.zone;
  return moment && !ZONE.test(cell) ? `${cell}+00` : cell;
}
