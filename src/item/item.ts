import type { ItemChange } from './item-change.js';

/** The root row an item was made from. */
export interface Origin {
  /** Root table as the source names it, schema included only where it is not the default one. */
  readonly table: string;
  /** Raw text of the identity columns, in their order. */
  readonly key: readonly string[];
}

/** That an item is in a global or local secondary index, and what it costs there. */
export interface IndexEntry {
  readonly index: string;
  /** Partition key value in that index. */
  readonly partition: string;
  /** Bytes of the item as the index projects it. */
  readonly bytes: number;
}

/** One finished item: the only noun that sources and sinks share. */
export interface Item {
  readonly entity: string;
  /** Which of the entity's items this is. */
  readonly copy: string;
  /** Canonical key, unique in the table: DynamoDB JSON of the key attributes, partition key first. */
  readonly key: string;
  /** Partition key value in the table. */
  readonly partition: string;
  /** One entry for each index that the item is in. */
  readonly indexed: readonly IndexEntry[];
  /** DynamoDB JSON of the whole item (`{"pk":{"S":"…"},…}`), attributes in canonical order. */
  readonly json: string;
  /** Size as DynamoDB counts it (names + values), without the 100 bytes of storage overhead. */
  readonly bytes: number;
  readonly origin: Origin;
  /** The item is there already and is changed in place; absent: it is put. */
  readonly change?: ItemChange;
}
