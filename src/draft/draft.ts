import type { AttributeType, Mapping, ZeroDate } from '../mapping/mapping.js';
import type { DocumentPath } from '../mapping/problem.js';
import type { ForeignKey, SourceSchema, TableSchema } from '../source/source-schema.js';
import type { ColumnStatistics } from '../source/source-statistics.js';
import type { SimpleQuery } from './read-query.js';

/** What a mapping is drafted from. Nothing here is read: the caller has asked the source. */
export interface DraftInput {
  readonly schema: SourceSchema;
  /** Those to be mapped, in the order of the document. */
  readonly tables: readonly TableSchema[];
  readonly statistics: readonly ColumnStatistics[];
  /** What the source was seen being asked, the most frequent first. */
  readonly queries: readonly SimpleQuery[];
  /** Of the DynamoDB table. */
  readonly tableName: string;
  readonly findings: DraftFindings;
  /** `orders(customer_id)`, `join orders(country_id)`: paths and joins that the user does not want. */
  readonly declined: ReadonlySet<string>;
}

/** What a former draft came to, so that the next does better. Columns are `table.column`, tables are labels. */
export interface DraftFindings {
  /** Columns that hold what their default attribute cannot. */
  readonly policies: ReadonlyMap<string, ColumnPolicy>;
  /** Columns that make no index key, and why. */
  readonly unfit: ReadonlyMap<string, string>;
  /** Tables whose rows may be larger than an item. */
  readonly large: ReadonlySet<string>;
  /** Tables that cannot be mapped, and why. */
  readonly refused: ReadonlyMap<string, string>;
}

export const NO_FINDINGS: DraftFindings = {
  policies: new Map(),
  unfit: new Map(),
  large: new Set(),
  refused: new Map(),
};

export interface ColumnPolicy {
  readonly as?: AttributeType;
  readonly zeroDate?: ZeroDate;
  /** What the rows hold: `NaN`, `zero dates`. */
  readonly why: string;
}

/** What a join of a lookup row is declined by. */
export function joinId(label: string, column: string): string {
  return `join ${label}(${column})`;
}

/** A mapping with its reasons. */
export interface Draft {
  readonly mapping: Mapping;
  readonly notes: readonly Note[];
  readonly entities: readonly DraftTable[];
  readonly paths: readonly AccessPath[];
  readonly leftOut: readonly LeftOut[];
}

/** Comment lines above a part of the document. */
export interface Note {
  readonly path: DocumentPath;
  readonly lines: readonly string[];
}

export interface LeftOut {
  readonly table: string;
  readonly why: string;
}

/** A source table as an entity. */
export interface DraftTable {
  readonly table: TableSchema;
  /** `orders`, `sales.orders` */
  readonly label: string;
  /** `OrderLine` */
  readonly entity: string;
  /** What its keys begin with, no other entity's: `ORDER_LINE`. */
  readonly prefix: string;
  readonly identity: readonly string[];
  /** The identity is a unique key, or the own key of a table whose heirs' rows it does not hold over. */
  readonly noPrimaryKey: boolean;
  readonly role: Role;
  readonly partition: KeyParts;
  readonly sort: KeyParts;
}

/** `ORDER#{order_id}`: a literal and the columns behind it. */
export interface KeyParts {
  readonly literal: string;
  readonly columns: readonly string[];
}

export type Role =
  | { readonly kind: 'strong' }
  /** Few rows and columns, named by many others. */
  | { readonly kind: 'lookup'; readonly name: string }
  /** Its key begins with its parent's: it lies in the parent's partition. */
  | { readonly kind: 'weak'; readonly parent: DraftTable; readonly key: ForeignKey }
  /** Its key is its parent's: at most one of each parent. */
  | { readonly kind: 'extension'; readonly parent: DraftTable; readonly key: ForeignKey }
  /** Its key is two foreign keys: many-to-many. */
  | { readonly kind: 'link'; readonly sides: readonly [LinkSide, LinkSide] };

export interface LinkSide {
  readonly parent: DraftTable;
  readonly key: ForeignKey;
}

/** Rows of a table asked by the values of columns that are not its own key. */
export interface AccessPath {
  readonly of: DraftTable;
  /** `orders(customer_id)` */
  readonly id: string;
  readonly columns: readonly string[];
  readonly why: PathReason;
  /** Columns that order the rows found, none of them NULL. */
  readonly order: readonly string[];
  readonly descending: boolean;
  /** At most one row is found. */
  readonly unique: boolean;
  /** How often queries were seen that ask so. */
  readonly calls: number;
  /** How many partitions each value is spread over, because few values have many rows; 1 is not at all. */
  readonly shards: number;
}

export type PathReason =
  | { readonly kind: 'foreignKey'; readonly key: ForeignKey; readonly parent: DraftTable | null }
  | { readonly kind: 'uniqueKey'; readonly name: string }
  | { readonly kind: 'query' };
