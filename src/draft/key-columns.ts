import type { Column, TableSchema } from '../source/source-schema.js';
import type { DraftFindings, DraftTable } from './draft.js';

/** Kinds whose values make a partition key that people can write. */
const ASKED: ReadonlySet<string> = new Set([
  ...['integer', 'decimal', 'text', 'uuid', 'date', 'timestamp', 'enum', 'boolean', 'year'],
]);

/** Kinds of fixed width, whose text sorts as the values do and is never too long. */
const ORDERING: ReadonlySet<string> = new Set([
  ...['integer', 'decimal', 'uuid', 'date', 'timestamp', 'enum', 'boolean'],
]);

export function columnsOf(table: TableSchema, names: readonly string[]): readonly Column[] {
  return names.flatMap((name) => table.columns.find((column) => column.name === name) ?? []);
}

/** Null, or why the columns make no partition key of an index. */
export function whyNotAsked(
  { table, label }: DraftTable,
  names: readonly string[],
  { unfit }: DraftFindings,
): string | null {
  for (const { name, type, nativeType } of columnsOf(table, names)) {
    const found = unfit.get(`${label}.${name}`);
    if (found !== undefined) return found;
    if (!ASKED.has(type.kind)) return `${name} is ${nativeType}, which makes no key`;
  }
  return null;
}

/** The leading ones that a sort key can hold: never NULL, which would leave the item out, and of fixed width. */
export function orderingColumns(
  { table, label }: DraftTable,
  names: readonly string[],
  { unfit }: DraftFindings,
): readonly string[] {
  const columns = columnsOf(table, names);
  const end = columns.findIndex(
    ({ name, type, nullable }) =>
      nullable ||
      unfit.has(`${label}.${name}`) ||
      !ORDERING.has(type.kind) ||
      (type.kind === 'decimal' && type.precision === null),
  );
  return columns.slice(0, end === -1 ? columns.length : end).map(({ name }) => name);
}
