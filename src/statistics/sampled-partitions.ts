import type { WireItem } from '../item/attribute-value.js';
import type { Item } from '../item/item.js';
import { compareKeyValues } from '../item/key-order.js';
import { hashOf } from './key-sample.js';

/** One partition of the table with its first items, in the order of their sort keys. */
export interface SampledPartition {
  readonly partition: string;
  readonly items: readonly {
    /** Value of the sort key. */
    readonly sort: string;
    readonly entity: string;
    readonly copy: string;
    readonly bytes: number;
    /** Without the keys. */
    readonly attributes: WireItem;
  }[];
  /** Items that it has besides. */
  readonly more: number;
}

interface Kept {
  readonly items: Item[];
  more: number;
}

const PARTITIONS = 200;
const ITEMS = 20;
const BYTES = 4 * 1024 * 1024;

/** All over the keys, some partitions with their items, in bounded memory: those whose hash is below a bound. */
export class SampledPartitions {
  readonly #kept = new Map<string, Kept>();
  #oneOf = 1;
  #bytes = 0;

  add(item: Item): void {
    const kept = this.#kept.get(item.partition);
    if (kept !== undefined) this.#keep(kept, item);
    else if (this.#belongs(item.partition)) {
      const fresh = { items: [], more: 0 };
      this.#kept.set(item.partition, fresh);
      this.#keep(fresh, item);
    }
    while (this.#kept.size > PARTITIONS || (this.#bytes > BYTES && this.#kept.size > 1)) this.#drop();
  }

  report(): readonly SampledPartition[] {
    return [...this.#kept].map(([partition, { items, more }]) => ({
      partition,
      items: items.map(lineOf).sort((a, b) => compareKeyValues('S', a.sort, b.sort)),
      more,
    }));
  }

  #keep(kept: Kept, item: Item): void {
    if (kept.items.length >= ITEMS) {
      kept.more += 1;
      return;
    }
    kept.items.push(item);
    this.#bytes += item.bytes;
  }

  #belongs(partition: string): boolean {
    return hashOf(partition) * this.#oneOf < 2 ** 32;
  }

  #drop(): void {
    this.#oneOf *= 2;
    for (const [partition, { items }] of this.#kept) {
      if (this.#belongs(partition)) continue;
      this.#kept.delete(partition);
      for (const { bytes } of items) this.#bytes -= bytes;
    }
  }
}

function lineOf({ key, json, entity, copy, bytes }: Item): SampledPartition['items'][number] {
  const keys = JSON.parse(key) as WireItem;
  const [, sort] = Object.values(keys);
  const attributes = Object.entries(JSON.parse(json) as WireItem).filter(([name]) => !(name in keys));
  return { sort: String(sort?.['S']), entity, copy, bytes, attributes: Object.fromEntries(attributes) };
}
