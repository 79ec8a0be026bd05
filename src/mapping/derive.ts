/**
 * Attributes that a function computes: only a mapping in TypeScript or JavaScript can hold them. What such a
 * function may return is checked by `value/encode-derived.ts`; docs/mapping.md lists it.
 */

/**
 * What a function is given of a column: exactly what the column's attribute would hold by default. Numbers are text
 * (`'12.5'`, canonical, however many digits), dates and times ISO 8601; boolean is a boolean, bytes are a
 * `Uint8Array` of the function's own; JSON, arrays and composites are the source's text. NULL is null.
 */
export type DeriveCell = string | boolean | Uint8Array | null;

/** The columns that were asked for, under the names by which they were: `total`, `customer.name`. Frozen. */
export type DeriveRow<Column extends string = string> = { readonly [Name in Column]: DeriveCell };

/**
 * S, N, BOOL, B, L, M; a Set is SS, NS or BS. null is the NULL of a column (left off, or the NULL type, as `nulls`
 * says), undefined leaves the attribute off. A number must be exact: a whole one within 2^53, or the double that is
 * meant; a bigint has as many digits as DynamoDB holds (38).
 */
export type DeriveValue =
  | undefined
  | null
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly DeriveValue[]
  | ReadonlySet<string>
  | ReadonlySet<number | bigint>
  | ReadonlySet<Uint8Array>
  | { readonly [name: string]: DeriveValue };

export interface DerivedAttribute {
  /** Columns and `join.column`s that the function reads. */
  readonly columns: readonly string[];
  /** Pure: of equal rows the same value, whatever the day, the process and the calls before. */
  derive(row: DeriveRow): DeriveValue;
  /** What it must return: text; or a number, of which digits in a text are one (exact decimals). */
  readonly as?: 'string' | 'number';
  readonly nulls?: 'omit' | 'null';
}

/** The same with the row typed by the names of its columns. */
export function derive<const Column extends string>(
  columns: readonly Column[],
  compute: (row: DeriveRow<Column>) => DeriveValue,
  options: Pick<DerivedAttribute, 'as' | 'nulls'> = {},
): DerivedAttribute {
  return { ...options, columns, derive: compute };
}
