import type { WireValue } from './attribute-value.js';

/** One attribute that is to be another; null on either side: the item does not have it. */
export interface AttributeChange {
  readonly name: string;
  readonly seen: WireValue | null;
  readonly wanted: WireValue | null;
}

/** An attribute that has to be as it is; null: the item must not have it. */
export interface AttributeGuard {
  readonly name: string;
  readonly value: WireValue | null;
}

/**
 * What is to become of an item that is there, and nothing else of it: on condition that it has what was `seen` of
 * each change and of each guard.
 */
export interface ItemChange {
  readonly changes: readonly AttributeChange[];
  readonly guards: readonly AttributeGuard[];
  /** The whole item is put where there is none; with no changes, that is all. */
  readonly orPut?: boolean;
}
