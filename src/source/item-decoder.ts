import type { WireItem } from '../item/attribute-value.js';
import type { EntityQuery } from './row-query.js';
import type { Row, RowTree } from './source.js';
import type { SourceSchema } from './source-schema.js';

/** Reads the items of a table as the rows that they were made of: the way back of one mapping. Pure. */
export interface ItemDecoder {
  /** The tables that the mapping read, as they were then: a query may ask for more of them than the items tell. */
  readonly schema: SourceSchema;
  /** How the items answer a query; text where they do not: what is missing, for people. */
  answer(query: EntityQuery): ItemAnswer | string;
  /** Keys of the further items that an item is split over; empty for one that is whole. */
  partsOf(item: WireItem): readonly string[];
}

/** A query, answered item by item. Keys of items are canonical (`canonicalKey`). */
export interface ItemAnswer {
  /** Whether an item is a primary copy, as far as its key and labels tell; it may be the head of one that is split. */
  claims(item: WireItem): boolean;
  /** The row that a whole item is the primary copy of; null for any other item. Throws `SOURCE_ITEM`. */
  rowOf(item: WireItem): ItemRow | null;
  /** Where the primary copy of a row lies, by the row's identity; null where its key holds more than that. */
  keyOf(identity: Row): string | null;
}

export interface ItemRow {
  readonly identity: readonly string[];
  /** Keys of the items of its parents: what the item itself does not hold of them. */
  readonly parents: readonly string[];
  /** With the parents that are there. Throws `SOURCE_ITEM`. */
  finish(parents: ReadonlyMap<string, WireItem>): RowTree;
}

/** What is needed of a table, of any of its copies elsewhere too. Both may be called in parallel. */
export interface ItemScanner {
  /** One page of one segment of all items, in no order. */
  scan(
    position: {
      readonly segment: number;
      readonly segments: number;
      readonly consistent: boolean;
      readonly after: WireItem | null;
    },
    signal: AbortSignal,
  ): Promise<{
    readonly items: readonly WireItem[];
    readonly next: WireItem | null;
    readonly consumedUnits: number | null;
  }>;
  /** Items by their canonical keys; those that are not there are left out. */
  get(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, WireItem>>;
}

/** How fast a table may be read, in read units: waits before a request, and is told afterwards what it took. */
export interface Pace {
  take(units: number, signal: AbortSignal): Promise<void>;
  settle(expected: number, consumed: number): void;
}

/** Bytes of JSON, about: parents that many rows share (a customer of many orders) are asked for once. */
export const LOOKUP_BYTES = 16 * 1024 * 1024;

export interface TableSourceOptions {
  readonly scanner: ItemScanner;
  readonly decoder: ItemDecoder;
  /** `dynamodb://eu-west-1/shop` for people and checkpoints. */
  readonly label: string;
  /** About how many items there are, copies included. */
  readonly itemCount: number;
  /** Strongly consistent reads, for twice the read units. */
  readonly consistent: boolean;
  readonly pace: Pace;
  /** Bytes of parents to keep at most; default `LOOKUP_BYTES`. */
  readonly lookupBytes?: number | undefined;
}

/** An export of a table, as S3 holds it, copied to a folder. */
export interface TableExport {
  /** Whose items these are; null where the export does not say. */
  readonly table: string | null;
  readonly scanner: ItemScanner;
  readonly itemCount: number;
}
