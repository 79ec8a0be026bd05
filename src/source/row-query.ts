import type { Column, TableName } from './source-schema.js';

/**
 * What one entity reads, free of any dialect: the mapping compiler writes it, an adapter turns it into
 * SQL. Identifiers are exact names; only `where` is text of the source's own language.
 */
export interface RowQuery {
  readonly table: TableName;
  /** LEFT JOINs to parents, each after the one it hangs on. */
  readonly joins: readonly JoinQuery[];
  /** The cells of a row, in order. */
  readonly columns: readonly ColumnRef[];
  /** The further cells of a row, behind those of `columns`. */
  readonly aggregates: readonly Aggregate[];
}

export interface JoinQuery {
  /** Dotted path in the mapping, unique in the query: `customer`, `customer.country`. */
  readonly path: string;
  /** Path of the join it hangs on; empty for the query's own table. */
  readonly parent: string;
  readonly table: TableName;
  /** Equalities between the parent's columns and this table's primary or unique key. */
  readonly on: readonly ColumnPair[];
}

export interface ColumnPair {
  readonly local: string;
  readonly remote: string;
}

export interface ColumnRef {
  /** A join's path; empty for the query's own table. */
  readonly path: string;
  readonly column: Column;
}

export interface EntityQuery extends RowQuery {
  readonly entity: string;
  /** SQL of the source over the root's own columns, or null. */
  readonly where: string | null;
  /** What identifies a row, in key order. They are also the first cells of every row. */
  readonly identity: readonly Column[];
  readonly embeds: readonly EmbedQuery[];
  /** The rows are groups of the table's, those that `where` lets through; absent: they are the table's own. */
  readonly groups?: Groups;
  /**
   * Only rows from which one of these ways leads to a row that changed, each of them once; absent: every row. What
   * the mapping filters out, children included, is looked for as well: it may have been let through before.
   */
  readonly changed?: readonly ChangedWay[] | undefined;
}

/** From a row of the query's table, step by step, to rows of the last step's table; without a step: the row itself. */
export interface ChangedWay {
  readonly steps: readonly WayStep[];
  readonly rows: ChangedRows;
}

/** To the rows of a table that meet every equality. */
export interface WayStep {
  readonly table: TableName;
  readonly on: readonly ColumnPair[];
}

/** Which rows changed. Values are raw text of their columns. */
export type ChangedRows =
  /** Those that hold this value or a greater one. */
  | { readonly kind: 'since'; readonly column: Column; readonly value: string }
  | {
      readonly kind: 'keys';
      readonly columns: readonly Column[];
      readonly keys: readonly (readonly string[])[];
    };

/**
 * What SQL's GROUP BY makes of a table. A row has the columns of `by` and the cells, all of which `columns` may ask
 * for as columns of the query's own table; there are no embeds. With nothing in `by` all rows are one group, also
 * where there are none, and its identity is a column `all` that holds 1.
 */
export interface Groups {
  readonly by: readonly Column[];
  readonly cells: readonly GroupCell[];
}

/** One number or moment over the rows of a group, exact, as `Aggregate` has it. */
export interface GroupCell {
  /** The column that it is asked for by; no column of the table has such a name. */
  readonly name: string;
  readonly kind: Aggregate['kind'];
  /** Null for `count`. */
  readonly column: Column | null;
}

/** The way from a parent row to its children. */
export interface ChildRelation {
  readonly table: TableName;
  /** Over the child's own columns, or null. */
  readonly where: string | null;
  /** `local` is the parent row's column, `remote` the child's (or the link table's, see `through`). */
  readonly on: readonly ColumnPair[];
  /** Many-to-many: `on` reaches this link table, and `pairs` lead from it (`local`) to the child (`remote`). */
  readonly through: { readonly table: TableName; readonly pairs: readonly ColumnPair[] } | null;
}

/**
 * One number (or moment) over all children of a row, as SQL has it: NULLs are ignored, and of no value at all
 * the sum, least and greatest are NULL. Sums are of integers and decimals alone, which are exact everywhere.
 */
export type Aggregate =
  | { readonly kind: 'count'; readonly of: ChildRelation }
  | { readonly kind: 'sum' | 'min' | 'max'; readonly of: ChildRelation; readonly column: Column };

/** One-to-many children, fetched by one more query per chunk. */
export interface EmbedQuery extends RowQuery, ChildRelation {
  readonly name: string;
  readonly orderBy: readonly OrderBy[];
  /** Breaks ties of `orderBy`: the child's key (and the link's), so that the order is total. May be empty. */
  readonly tieBreak: readonly string[];
  /** Only so many of a parent's children, the first in their order; null for all. */
  readonly limit: number | null;
  /**
   * What tells the children of one parent apart, where there are `embeds` that belong to them: the first of
   * `columns`, and part of `orderBy` and `tieBreak`. Empty otherwise.
   */
  readonly key: readonly Column[];
  /** Children of children. */
  readonly embeds: readonly EmbedQuery[];
}

/** NULL is the largest value, as Postgres has it by default: last ascending, first descending. */
export interface OrderBy {
  /** Of the child. */
  readonly column: string;
  readonly descending: boolean;
}
