import type { Column, TableName } from './source-schema.js';

/** An exact aggregate over all values of one column. NULL takes part in `nulls` only. */
export type Aggregate =
  /** Rows where it is NULL. */
  | 'nulls'
  /** Bytes of the longest value: of text in UTF-8, else of its bytes. */
  | 'longest'
  /** Most significant digits of a finite number. */
  | 'digits'
  /** Raw text of the first and the last date that ISO 8601 has, years 0001 to 9999. */
  | 'earliest'
  | 'latest'
  /** Numbers that are NaN; numbers or dates that are infinite. */
  | 'nan'
  | 'infinite'
  /** Finite numbers with more significant digits, or of another magnitude, than DynamoDB holds. */
  | 'tooPrecise'
  | 'outOfRange'
  /** Dates before the year 1 and after the year 9999. */
  | 'beforeYear1'
  | 'afterYear9999'
  /** `0000-00-00`, and other dates with a year, month or day of zero. */
  | 'zeroDates'
  | 'partialDates'
  /** Booleans that are neither 0 nor 1. */
  | 'notBoolean'
  /** Different texts, less the values that the source takes them for: spellings beyond the first of each value. */
  | 'spellings';

/** What to measure of one table behind its `where`, in one statement. */
export interface TableMeasure {
  readonly table: TableName;
  /** SQL of the source over the table's own columns, or null. */
  readonly where: string | null;
  readonly columns: readonly { readonly column: Column; readonly aggregates: readonly Aggregate[] }[];
}

export interface Measured {
  readonly rows: number;
  /** In the order asked. Counts and lengths as digits; null where there is no value to tell of. */
  readonly columns: readonly MeasuredColumn[];
}

export type MeasuredColumn = { readonly [name in Aggregate]?: string | null };

/** The aggregates of a measure, flat: each is one cell of the answer, behind the count of rows. */
export function flatAggregates(
  measure: TableMeasure,
): readonly { readonly column: Column; readonly aggregate: Aggregate }[] {
  return measure.columns.flatMap(({ column, aggregates }) =>
    aggregates.map((aggregate) => ({ column, aggregate })),
  );
}

/** The answer from its cells: the count of rows, then what `flatAggregates` lists. */
export function measuredFrom(
  { columns }: TableMeasure,
  [rows = '0', ...cells]: readonly (string | null)[],
): Measured {
  let next = 0;
  return {
    rows: Number(rows),
    columns: columns.map(({ aggregates }) => {
      const found: { [name in Aggregate]?: string | null } = {};
      for (const aggregate of aggregates) {
        found[aggregate] = cells[next] ?? null;
        next += 1;
      }
      return found;
    }),
  };
}
