import { sourceError } from '../errors.js';
import type { EntityQuery, Groups } from '../row-query.js';
import type { Cell, Row } from '../source.js';
import type { TableName } from '../source-schema.js';
import { aggregateCell } from './aggregate.js';
import type { MemoryTable } from './tables.js';

type Tables = (name: TableName) => MemoryTable;

/** The tables as a query sees them: where it groups, its own holds the groups. Joins see the table itself. */
export function tablesOf({ table, groups }: EntityQuery, tables: Tables): Tables {
  if (groups === undefined) return tables;
  const grouped = groupedTable(tables(table), groups);
  return (name) => (name === table ? grouped : tables(name));
}

/** Equality is that of text, as everywhere in this source. */
function groupedTable(table: MemoryTable, { by, cells }: Groups): MemoryTable {
  const groups = new Map<string, Row[]>();
  if (by.length === 0) groups.set('', [...table.rows]);
  else {
    for (const row of table.rows) {
      const key = JSON.stringify(by.map(({ name }) => table.cell(row, name)?.toString() ?? null));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
  }
  const names = [
    ...(by.length === 0 ? ['all'] : by.map(({ name }) => name)),
    ...cells.map(({ name }) => name),
  ];
  const placeOf = (column: string) => {
    const place = names.indexOf(column);
    if (place >= 0) return place;
    throw sourceError('SOURCE_QUERY', `a group has no column ${column}`, { hint: 'Group by it.' });
  };
  return {
    rows: [...groups.values()].map((rows) => [
      ...(by.length === 0 ? ['1'] : by.map(({ name }) => table.cell(rows[0] ?? null, name))),
      ...cells.map(({ kind, column }): Cell => {
        if (kind === 'count' || column === null) return String(rows.length);
        return aggregateCell(
          kind,
          column.type,
          rows.map((row) => table.cell(row, column.name)),
        );
      }),
    ]),
    cell: (row, column) => row?.[placeOf(column)] ?? null,
    typeOf: (column) => (placeOf(column) < by.length ? table.typeOf(column) : { kind: 'textual' }),
  };
}
