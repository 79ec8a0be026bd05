import type { DerivedAttribute } from './derive.js';
import type { WarningCode } from './problem-codes.js';

/**
 * The mapping document: how tables become items. YAML and TypeScript files hold the same shape;
 * `docs/mapping.md` explains every key. `mapping-schema.ts` validates it.
 */
export interface Mapping {
  readonly version: 1;
  readonly table: TableDesign;
  readonly defaults?: Defaults;
  readonly entities: { readonly [entity: string]: EntityMapping };
  readonly accessPatterns?: { readonly [name: string]: AccessPattern };
  readonly check?: CheckRules;
}

/** What `check` is not to say: warnings that were weighed and accepted. */
export interface CheckRules {
  readonly ignore?: readonly IgnoredWarning[];
}

/** A code everywhere, or at and below one place: `entities.Order.items.byStatus`. */
export type IgnoredWarning = WarningCode | { readonly code: WarningCode; readonly at: string };

export interface TableDesign {
  /** Name of the DynamoDB table; `--table` overrides it. */
  readonly name: string;
  /** Attribute that holds the partition key (S). Agnostic names let every entity reuse it. */
  readonly partitionKey: string;
  /** Attribute that holds the sort key (S). */
  readonly sortKey: string;
  readonly indexes?: { readonly [index: string]: IndexDesign };
  /** `expired: skip` leaves items out whose time is past when the run begins. Default `write`. */
  readonly timeToLive?: { readonly attribute: string; readonly expired?: 'skip' | 'write' };
  /** Attribute with the entity's name on every item. Default `_type`. */
  readonly entityAttribute?: string;
  /** Attribute with the source key an item was made from (`orders#42`). Default `_src`. */
  readonly lineageAttribute?: string;
}

/**
 * A secondary index. A key that is a text is an attribute (S) that copies fill from a template; a list names up to four
 * attributes that items have anyway, and every item that has all of them is in the index.
 */
export interface IndexDesign {
  /** A local index has none of its own. */
  readonly partitionKey?: string | readonly IndexAttribute[];
  readonly sortKey?: string | readonly IndexAttribute[];
  /** A local secondary index: the table's partition key with another sort key. At most five. */
  readonly local?: boolean;
  /** Default `all`. */
  readonly projection?: 'all' | 'keysOnly' | { readonly include: readonly string[] };
}

/** An attribute's final name; its type where it is not S. */
export type IndexAttribute = string | { readonly attribute: string; readonly type: 'S' | 'N' | 'B' };

export interface Defaults {
  /** How column names become attribute names. Default `camelCase`. */
  readonly attributeNames?: 'camelCase' | 'asIs';
  /** What NULL becomes: no attribute, or the NULL type. Default `omit`. */
  readonly nulls?: 'omit' | 'null';
  /** What MySQL's `0000-00-00` does: reject the item, or leave the attribute off. Default `reject`. */
  readonly zeroDate?: ZeroDate;
  /** What an item over 400 KB becomes. Default `reject`. */
  readonly oversize?: OversizePolicy;
  /** Text that a key has to escape: `%20`, or a reject. Default `percent`. */
  readonly keyEscape?: KeyEscape;
}

/**
 * `gzip`: its largest attributes are compressed (B, their names in `_gzip`). `split`: they are put into further items
 * behind it, whose number is in `_parts`.
 */
export type OversizePolicy = 'reject' | 'gzip' | 'split';

export type KeyEscape = 'percent' | 'reject';

export type ZeroDate = 'reject' | 'omit';

export interface EntityMapping {
  /** Root table: `orders` or `sales.orders`. */
  readonly from: string;
  /**
   * The rows are groups of the table's rows with equal values in these columns: one item for each, such as a counter.
   * An empty list: all rows are one group. `count: '*'`, `sum`, `min` and `max` are of a group's rows.
   */
  readonly groupBy?: readonly string[];
  /** Columns that identify a row, where the table has no primary key. */
  readonly identifiedBy?: readonly string[];
  /** SQL of the source over the root's columns, passed through. */
  readonly where?: string;
  readonly join?: { readonly [name: string]: JoinMapping };
  readonly embed?: { readonly [name: string]: EmbedMapping };
  /** Default: every column of the root table, every join with `attributes`, every embed. */
  readonly attributes?: AttributesMapping;
  /** What an item over 400 KB becomes; `defaults.oversize` otherwise. */
  readonly oversize?: OversizePolicy;
  /** The first is the primary copy. */
  readonly items: { readonly [copy: string]: CopyMapping };
}

/** Many-to-one, by foreign key or by named columns. */
export interface JoinMapping {
  /** Foreign key column(s): `customer_id`, `customer.country_id` (through another join), or a list for a composite key. */
  readonly via?: string | readonly string[];
  /** For keys that the schema does not declare: table, and local column → its column. */
  readonly to?: string;
  readonly on?: { readonly [local: string]: string };
  /** Columns taken into the entity as attributes, named `<join><Column>` or `<join>_<column>`. */
  readonly attributes?: readonly string[];
}

/** One-to-many or many-to-many, held inside the item (or inside the child of another embed). */
export interface EmbedMapping {
  /** Child table. */
  readonly from: string;
  /** The child's (or the link table's) foreign key to the root, where there are several. */
  readonly via?: string | readonly string[];
  /** For keys that the schema does not declare: child column → root column. */
  readonly on?: { readonly [child: string]: string };
  /** Link table of a many-to-many relation. */
  readonly through?: string;
  /** SQL over the child's columns. */
  readonly where?: string;
  /** `line_no`, `created_at desc`, or a list of them; the child's key breaks ties. */
  readonly orderBy?: string | readonly string[];
  /** Only so many children of each parent, the first by `orderBy`. Counts and sums are of all of them. */
  readonly limit?: number;
  /** How the children are held. Default `list`. */
  readonly as?: EmbedShape;
  /** As of an entity; default: every column of the child but those of its key to the parent. */
  readonly attributes?: AttributesMapping;
  readonly join?: { readonly [name: string]: JoinMapping };
  /** The children's own children, at any depth. */
  readonly embed?: { readonly [name: string]: EmbedMapping };
}

export type EmbedShape =
  /** A list of maps. */
  | 'list'
  /** The only child as a map: several are a reject, none leaves the attribute off. */
  | 'one'
  /** A map from a column's value to the child, or to one column of it. */
  | { readonly mapBy: string; readonly value?: string }
  /** A list of one column's values. */
  | { readonly listOf: string }
  /** A set of one column's values: texts, numbers or bytes. */
  | { readonly setOf: string };

/** `'*': true` takes every column of the root table; other keys name attributes. */
export type AttributesMapping = readonly string[] | { readonly [attribute: string]: AttributeMapping };

export type AttributeMapping =
  /** `'*': true`; in a copy also `name: true`, the entity's attribute. */
  | true
  /** Template: `{customer.name}` keeps the type, anything longer is a string. */
  | string
  /** A column with another type or another policy. */
  | {
      readonly column: string;
      readonly as?: AttributeType;
      readonly nulls?: 'omit' | 'null';
      readonly zeroDate?: ZeroDate;
    }
  /** The same on every item. `as: number` writes quoted digits as N, however many there are (up to 38). */
  | { readonly value: Scalar; readonly as?: 'number' }
  /** What a function makes of columns: only in TypeScript and JavaScript. */
  | DerivedAttribute
  /** How many children an embed has; with `groupBy`, `*` is the rows of the group. */
  | { readonly count: string }
  /** Over a column of all children (`lines.quantity`; with `groupBy`, `quantity` of the group's rows), NULLs ignored: exact, of integers and decimals. */
  | { readonly sum: string }
  /** The least and the greatest number, date or time. */
  | { readonly min: string }
  | { readonly max: string };

/** Alternatives to a column's default attribute type; `docs/types.md` says which column takes which. */
export type AttributeType =
  | 'string'
  | 'number'
  | 'boolean'
  | 'epochSeconds'
  | 'epochMillis'
  | 'cents'
  | 'uuid'
  | 'set';

export interface CopyMapping {
  readonly key: { readonly pk: string; readonly sk: string };
  /** Without `pk` for a local index; an index over attributes is not named here. */
  readonly indexes?: { readonly [index: string]: { readonly pk?: string; readonly sk?: string } };
  /** Only rows that match get this copy. */
  readonly when?: Condition;
  /** What NULL in the table key does. Default `reject`. */
  readonly whenNull?: 'reject' | 'skip';
  /**
   * What becomes of rows that make one key of this copy. `reject` (default) rejects all of them; `lastBy` keeps
   * the row with the greatest value of a column (`updated_at`, `customer.changed_at`), of equals that with the
   * last source key, and leaves the others out.
   */
  readonly collisions?: 'reject' | { readonly lastBy: string };
  /**
   * Names of the entity's attributes; default: all of them. As a map, `'*': true` takes all, `name: true` one, and
   * anything else is an attribute of this copy alone.
   */
  readonly attributes?: AttributesMapping;
}

export type Condition =
  | { readonly column: string; readonly in: readonly Scalar[] }
  | { readonly column: string; readonly equals: Scalar }
  | { readonly column: string; readonly isNull: boolean }
  /** Above, from, below, up to: numbers, dates and times by value, enums by rank. NULL is in no range. */
  | { readonly column: string; readonly gt: Scalar; readonly lt?: Scalar; readonly lte?: Scalar }
  | { readonly column: string; readonly gte: Scalar; readonly lt?: Scalar; readonly lte?: Scalar }
  | { readonly column: string; readonly lt: Scalar }
  | { readonly column: string; readonly lte: Scalar }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** As in the sort condition of an access pattern. */
export type Bound = 'gt' | 'gte' | 'lt' | 'lte';

export type Scalar = string | number | boolean;

export interface AccessPattern {
  /** `table` or an index. */
  readonly query: string;
  /**
   * Template whose placeholders are the pattern's parameters. Of an index over attributes: a value or one
   * `{parameter}` for each of them.
   */
  readonly pk: string | readonly string[];
  /** Of an index over attributes: of its first sort attributes, in order; all but the last are values. */
  readonly sk?: SortCondition | readonly SortCondition[];
  /** From the last sort key to the first. */
  readonly descending?: boolean;
  readonly limit?: number;
  readonly returns?: string;
  readonly sql?: string;
}

/**
 * What the sort key has to be. A bound that ends with a placeholder means its whole component: `gt` leaves out
 * every key with that value, `lte` takes them all in.
 */
export type SortCondition =
  /** Exactly this. */
  | string
  /** A placeholder at the end is a whole component: `ORDER#{id}` of 1 does not find `ORDER#10`. */
  | { readonly beginsWith: string }
  /** Both bounds included. */
  | { readonly between: readonly [from: string, to: string] }
  /** One bound, or one on either side. */
  | { readonly gt?: string; readonly gte?: string; readonly lt?: string; readonly lte?: string };

/**
 * The identity function that types a mapping written in TypeScript. Its parameter is no type parameter: the compiler
 * only reports unknown keys where it knows the type beforehand.
 */
export function defineMapping(document: Mapping): Mapping {
  return document;
}
