import type { WireItem } from '../item/attribute-value.js';
import type { Item } from '../item/item.js';
import type { KeyAttribute, KeyValue } from '../item/key-attribute.js';
import type { Reject } from '../item/reject.js';
import type { ItemRepairer } from './item-repairer.js';

export type { WireItem, WireValue } from '../item/attribute-value.js';

/**
 * What to do where an item with the same key exists.
 * `overwrite` puts; `insert-only` puts on condition that there is none, and skips otherwise; `olderBy` also puts
 * where that attribute of the item that is there is less than that of the new one.
 */
export type ExistingPolicy = 'overwrite' | 'insert-only' | { readonly olderBy: string };

/** Why a sink asks to slow down; DynamoDB's `ThrottlingReasons`, or `unknown` where it says nothing. */
export interface Throttle {
  /** `TableWriteKeyRangeThroughputExceeded`, …, or `unknown`. */
  readonly reason: string;
  /** ARN or name of the table or index that is short, where the sink says so. */
  readonly resource: string | null;
}

/** Every item of the batch is in exactly one of written, skipped, unprocessed and rejects. */
export interface WriteOutcome {
  readonly written: number;
  /** A condition held them back: of the policy, or of the item's `change`. */
  readonly skipped: readonly Item[];
  /** To be retried. Each is settled: no earlier attempt can still land after this outcome. */
  readonly unprocessed: readonly Item[];
  readonly rejects: readonly Reject[];
  /** Write units that the sink says it consumed, table and indexes; null where it does not say. */
  readonly consumedUnits: number | null;
  /** Set when the sink asked to slow down. */
  readonly throttle: Throttle | null;
  /** Read units that finding the skipped ones took; absent where a condition of their writes held them back. */
  readonly readUnits?: number;
  /** Why `unprocessed` is not empty although nothing throttled (timeout, reset, 5xx), for logs. */
  readonly trouble: string | null;
}

export interface WriterLimits {
  /** Items of one batch. */
  readonly batchItems: number;
  /** Bytes of `Item.json` in one batch, the request's own overhead already taken off. */
  readonly batchBytes: number;
}

/** May be called in parallel, but never with a key that an unsettled call holds, nor with a key twice in one batch. */
export interface ItemWriter extends AsyncDisposable {
  readonly limits: WriterLimits;
  /**
   * Puts each item as the policy says, or makes its `change`; a change that is there already counts as written,
   * for it is our own whose reply was lost.
   * One attempt at one batch of 1 to `limits.batchItems` items; it is the caller who retries.
   * Throws `SINK_*` only for what ends the run: table missing, access denied, bad credentials.
   */
  write(batch: readonly Item[], signal: AbortSignal): Promise<WriteOutcome>;
}

/** Reads what is there. It is a type of its own so that commands that only read hold no writer. */
export interface ItemReader extends AsyncDisposable {
  /** Items by canonical key, as DynamoDB JSON objects; absent ones are not in the map. Any number of keys. */
  get(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, WireItem>>;
  /**
   * Looks for any item whose `attribute` (S) is one of `values`; stops at the first one or after about
   * `maxBytes` read, spread over the whole table. `exhaustive` says whether all of it was seen.
   */
  findAny(
    probe: ItemProbe,
    signal: AbortSignal,
  ): Promise<{ readonly found: WireItem | null; readonly exhaustive: boolean }>;
  /**
   * One page of one partition of the table or of an index, in the order of its sort key: never a scan.
   * A page may be empty although another one follows.
   */
  query(query: KeyQuery, signal: AbortSignal): Promise<QueryPage>;
  /**
   * One page of one segment of the whole table, in no order. Each item is in exactly one segment; they may be
   * read in parallel. A page may be empty although another one follows.
   */
  scan(position: ScanPosition, signal: AbortSignal): Promise<QueryPage>;
}

export interface ScanPosition {
  /** From 0 to `segments` - 1. */
  readonly segment: number;
  /** Into how many the table is cut: 1 to 1,000,000. */
  readonly segments: number;
  readonly consistent: boolean;
  /** `next` of the page before; null at the beginning. */
  readonly after: WireItem | null;
}

export interface KeyQuery {
  /** Null: the table itself. */
  readonly index: string | null;
  /** Every attribute of the partition key, in order; one, but for indexes over several. */
  readonly partition: readonly KeyValue[];
  /** Of the first attributes of the sort key, in order: all but the last are equals. Empty: the whole partition. */
  readonly sort: readonly SortKeyCondition[];
  readonly descending: boolean;
  /** Not for global indexes, which DynamoDB refuses. */
  readonly consistent: boolean;
  /** The most items of the page; null: what 1 MB holds. */
  readonly limit: number | null;
  /** Begins behind this item, of which the keys of table and index are enough. */
  readonly after: WireItem | null;
}

export type SortKeyCondition = KeyAttribute &
  (
    | { readonly kind: 'equals' | 'beginsWith'; readonly value: string }
    /** At least one bound; both are included. */
    | { readonly kind: 'range'; readonly from: string | null; readonly to: string | null }
  );

export interface QueryPage {
  readonly items: readonly WireItem[];
  /** Where the next page begins; null at the end. */
  readonly next: WireItem | null;
  /** Read units that the sink says it consumed; null where it does not say. */
  readonly consumedUnits: number | null;
}

export interface ItemProbe {
  readonly attribute: string;
  readonly values: readonly string[];
  readonly maxBytes: number;
}

export interface SinkCapabilities {
  readonly readsBack: boolean;
  /** Names of policies; `changes`: it changes items in place. */
  readonly policies: readonly ('overwrite' | 'insert-only' | 'olderBy' | 'changes')[];
}

/** Where items are put. Opening a sink touches nothing; the first call of a reader or writer does. */
export interface Sink extends AsyncDisposable {
  readonly capabilities: SinkCapabilities;
  /** `dynamodb://eu-west-1/shop` for people and checkpoints. */
  readonly label: string;
  /** True where no confirmation is needed: memory, files, loopback addresses. */
  readonly local: boolean;
  openWriter(policy: ExistingPolicy): Promise<ItemWriter>;
  /** Null when the sink cannot read back. */
  openReader(): Promise<ItemReader | null>;
  /** Null when single items cannot be mended. */
  openRepairer(): Promise<ItemRepairer | null>;
}
