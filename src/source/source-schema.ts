/** A source as it was discovered: tables, exact column types, keys. Plain JSON, so it can be digested. */
export interface SourceSchema {
  /** Name for people and files: `postgres`, `mysql`, `memory`. The core never branches on it. */
  readonly dialect: string;
  /** The schema that unqualified table names mean. */
  readonly defaultSchema: string;
  readonly tables: readonly TableSchema[];
  /** What values the source's types have that most sources do not know; absent: none of them. */
  readonly extremes?: SourceExtremes;
}

export interface SourceExtremes {
  /** NaN among decimals and floats. */
  readonly nan: boolean;
  /** Among floats, decimals without precision, dates and timestamps. */
  readonly infinity: boolean;
  /** Years before 1 and after 9999. */
  readonly farYears: boolean;
  /** `0000-00-00`, and dates with a zero month or day. */
  readonly zeroDates: boolean;
}

export const NO_EXTREMES: SourceExtremes = { nan: false, infinity: false, farYears: false, zeroDates: false };

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export interface TableSchema extends TableName {
  readonly kind: 'table' | 'partitioned' | 'view' | 'materialized-view' | 'foreign';
  /** In the order of the table. */
  readonly columns: readonly Column[];
  /** In key order, or null where there is none. */
  readonly primaryKey: readonly string[] | null;
  readonly uniqueKeys: readonly UniqueKey[];
  readonly foreignKeys: readonly ForeignKey[];
  /** Column lists of the valid full (not partial, not expression) indexes, primary key included. */
  readonly indexes: readonly (readonly string[])[];
  /** From the planner's statistics; null when the table was never analysed. */
  readonly estimatedRows: number | null;
  /**
   * Tables whose rows are read with this one's (INHERITS of Postgres); absent: none. No key of a table holds over
   * the rows of its heirs, so that `primaryKey` is null then and `uniqueKeys` is empty.
   */
  readonly heirs?: readonly TableName[];
  /** The primary key that a table with heirs declares for its own rows; absent: none. */
  readonly ownKey?: readonly string[];
}

export interface UniqueKey {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: TableName & { readonly columns: readonly string[] };
}

export interface Column {
  readonly name: string;
  /** As the source spells it, and as a cast accepts it: `numeric(10,2)`, `"Mood"`, `bigint unsigned`. */
  readonly nativeType: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** The source computes it (generated, identity always). */
  readonly generated: boolean;
  /**
   * Of text: what makes the source take several spellings for one value (case, accents, trailing spaces): a collation,
   * or `citext`. Absent: texts are equal only when all of their characters are.
   */
  readonly foldedBy?: string;
}

/**
 * What a column holds, whatever the dialect calls it, and the raw text that a source hands over for it
 * (a `Row`'s cell). Where two spellings are named, adapters use either and codecs read both.
 */
export type ColumnType =
  /** `-?[0-9]+` */
  | { readonly kind: 'integer'; readonly bits: 8 | 16 | 24 | 32 | 64; readonly unsigned: boolean }
  /** `-?[0-9]+(\.[0-9]+)?`, `NaN`, `Infinity`; precision null: unbounded. Scale may be negative. */
  | { readonly kind: 'decimal'; readonly precision: number | null; readonly scale: number | null }
  /** Shortest text that reads back the same, exponent allowed; `NaN`, `Infinity`, `-Infinity`. */
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  /** `t` / `f` or `1` / `0`; any small integer where `integers`, since `tinyint(1)` is one. */
  | { readonly kind: 'boolean'; readonly integers?: true }
  /** UTF-8. `padded`: trailing spaces are no part of the value (`char(n)`). */
  | { readonly kind: 'text'; readonly maxLength: number | null; readonly padded: boolean }
  /** Lower-case hex with hyphens. */
  | { readonly kind: 'uuid' }
  /** A Buffer, or `\x` and hex. */
  | { readonly kind: 'bytes'; readonly maxLength: number | null }
  /** `[01]+` */
  | { readonly kind: 'bits'; readonly length: number | null }
  /** `YYYY-MM-DD`, also `infinity`, `-infinity`, years over 9999, ` BC`, `0000-00-00`. */
  | { readonly kind: 'date' }
  /** `HH:MM:SS[.ffffff]`, with `+HH[:MM[:SS]]` behind it where `zone`; signed and up to 838 hours where `signed`. */
  | { readonly kind: 'time'; readonly zone: boolean; readonly signed: boolean }
  /** `YYYY-MM-DD HH:MM:SS[.ffffff]`, with `+00` behind it where `zone`; the same extremes as `date`. */
  | { readonly kind: 'timestamp'; readonly zone: boolean }
  /** `1901` to `2155`, and MySQL's `0000`. */
  | { readonly kind: 'year' }
  /** One of the labels. */
  | { readonly kind: 'enum'; readonly labels: readonly string[] }
  /** JSON text, numbers as the source stores them. */
  | { readonly kind: 'json' }
  /** Array literal: `{1,NULL,"a \"b\""}`, nested for more dimensions, lower bounds `[2:3]={…}` allowed. */
  | {
      readonly kind: 'array';
      readonly element: ColumnType;
      readonly delimiter: string;
      /** The source itself only puts delimiters between the elements (SET): `as: string` does. */
      readonly bare?: true;
    }
  /** hstore: `"a"=>"1", "b"=>NULL`. */
  | { readonly kind: 'textMap' }
  /** A row in a column: `(1,"a b",)`, where nothing at all is NULL. */
  | { readonly kind: 'composite'; readonly fields: readonly CompositeField[] }
  /** MySQL's own bytes: four of SRID, least first, then WKB. A Buffer, or `\x` and hex. */
  | { readonly kind: 'geometry' }
  /** A type whose documented text form is its value: interval, range, inet, xml, tsvector, … */
  | { readonly kind: 'textual' }
  /** Has no lossless or locale-independent form (money): the mapping must choose. `why` says it. */
  | { readonly kind: 'undecided'; readonly why: string };

export interface CompositeField {
  readonly name: string;
  readonly type: ColumnType;
}

/** `schema.name`, or only the name in the default schema. */
export function tableLabel(table: TableName, defaultSchema: string): string {
  return table.schema === defaultSchema ? table.name : `${table.schema}.${table.name}`;
}

/** Finds `name` or `schema.name`; an exact match only, as the source spells it. */
export function findTable(schema: SourceSchema, label: string): TableSchema | undefined {
  return schema.tables.find(
    (table) => tableLabel(table, schema.defaultSchema) === label || `${table.schema}.${table.name}` === label,
  );
}
