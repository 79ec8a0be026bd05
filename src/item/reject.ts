import type { Origin } from './item.js';

/** Why an item cannot be migrated. Codes are API: scripts filter the reject log by them. */
export type RejectCode =
  /** A column of a table key is NULL and the copy does not say `whenNull: skip`. */
  | 'KEY_NULL'
  /** A key value is over 2,048 (partition) or 1,024 (sort) bytes. */
  | 'KEY_TOO_LONG'
  /** A table or index key value would be the empty string. */
  | 'KEY_EMPTY'
  /** A value does not fit the codec of its key component (year 10000, `pad(3)` of 1000, NaN). */
  | 'KEY_OUT_OF_RANGE'
  /** Rows of other source keys, or other copies of this one, make the same table key. */
  | 'KEY_COLLISION'
  /** A value that DynamoDB cannot hold exactly, without a policy that says what to do. */
  | 'VALUE_NOT_EXACT'
  /** A value that its column's type does not allow, or text that cannot be read as that type. */
  | 'VALUE_MALFORMED'
  /** More than 32 levels of nesting. */
  | 'VALUE_TOO_DEEP'
  /** Two children have the key that an embed holds them by, or `as: one` found several. */
  | 'CHILDREN_NOT_UNIQUE'
  /** The column by which an embed holds its children (`mapBy`) is NULL or empty in one of them. */
  | 'CHILD_KEY_MISSING'
  /** A function of the mapping threw. */
  | 'DERIVE_FAILED'
  /** A function of the mapping returned what DynamoDB cannot hold, or not exactly. */
  | 'DERIVE_VALUE'
  /** The item is over 400 KB. */
  | 'ITEM_TOO_LARGE'
  /** The sink refused this item and no other of its batch. */
  | 'ITEM_REFUSED';

/** An item that will not be written, with the row it would have come from. Never retried. */
export interface Reject {
  readonly entity: string;
  readonly copy: string;
  readonly origin: Origin;
  /** Canonical key of the item, or null when it could not be made. */
  readonly key: string | null;
  readonly code: RejectCode;
  /** One sentence: which column or attribute, what was found, what is allowed. No row values but keys. */
  readonly reason: string;
}
