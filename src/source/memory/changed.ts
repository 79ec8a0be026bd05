import type { ChangedRows, ChangedWay, EntityQuery } from '../row-query.js';
import type { Row } from '../source.js';
import type { TableName } from '../source-schema.js';
import { compareCells } from './compare-cells.js';
import { meets } from './evaluate.js';
import { tablesOf } from './groups.js';
import type { MemoryTable } from './tables.js';

type Tables = (name: TableName) => MemoryTable;

/** Whether a change reaches a root row; of groups, whether it reaches one of the group's rows. */
export function changeFilter(query: EntityQuery, tables: Tables): (row: Row) => boolean {
  const { changed, identity, table } = query;
  if (changed === undefined) return () => true;
  const isReached = (row: Row) => changed.some((way) => leadsToChange(way, table, tables, row));
  if (query.groups === undefined) return isReached;
  const keyIn = (from: Tables) => (row: Row) =>
    JSON.stringify(
      query.groups?.by.length === 0 ? [] : identity.map(({ name }) => String(from(table).cell(row, name))),
    );
  const keys = new Set(tables(table).rows.filter(isReached).map(keyIn(tables)));
  const keyOf = keyIn(tablesOf(query, tables));
  return (row) => keys.has(keyOf(row));
}

function leadsToChange(
  { steps: [step, ...steps], rows }: ChangedWay,
  from: TableName,
  tables: Tables,
  row: Row,
): boolean {
  if (step === undefined) return isChanged(rows, tables(from), row);
  const [local, remote] = [tables(from), tables(step.table)];
  return remote.rows.some(
    (candidate) =>
      meets(step.on, local, row, remote, candidate) &&
      leadsToChange({ steps, rows }, step.table, tables, candidate),
  );
}

function isChanged(rows: ChangedRows, table: MemoryTable, row: Row): boolean {
  if (rows.kind === 'since') {
    const { name, type } = rows.column;
    const cell = table.cell(row, name);
    return cell !== null && compareCells(type, cell, rows.value) >= 0;
  }
  return rows.keys.some((key) =>
    rows.columns.every(
      ({ name, type }, index) => compareCells(type, table.cell(row, name), key[index] ?? null) === 0,
    ),
  );
}
