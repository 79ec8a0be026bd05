import type { WireItem } from '../item/attribute-value.js';
import type { AttributeChange } from '../item/item-change.js';

export type RepairOutcome =
  | { readonly kind: 'done'; readonly units: number | null }
  /** The item is not any more what was seen: it was left as it is. */
  | { readonly kind: 'changed' }
  /** The sink does not take it, whatever is tried. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Mends single items, each on condition that it still is what was seen, so that nothing that somebody else wrote
 * meanwhile is lost. Calls may run in parallel, never two for one key. A lost reply is looked into before another
 * attempt. Throws `SINK_*` for what ends the run.
 */
export interface ItemRepairer extends AsyncDisposable {
  /** Puts an item where its key is free. One that is there and equal counts as done. */
  create(item: WireItem, signal: AbortSignal): Promise<RepairOutcome>;
  /** Changes these attributes of an item that is there, and leaves its others alone. */
  update(key: WireItem, changes: readonly AttributeChange[], signal: AbortSignal): Promise<RepairOutcome>;
  /**
   * Deletes an item that still is `item`, whole. Conditions hold 140 of its attributes still; one that was changed
   * beyond them, or was given more, in the moment between is put back as it was and counts as changed.
   */
  remove(item: WireItem, signal: AbortSignal): Promise<RepairOutcome>;
}
