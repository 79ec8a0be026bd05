import type { WireItem } from '../item/attribute-value.js';
import type { Item } from '../item/item.js';
import { lineageText } from '../mapping/lineage.js';

export interface BigItem {
  readonly entity: string;
  readonly copy: string;
  readonly key: WireItem;
  readonly bytes: number;
  /** The row it is made of, as lineage has it. */
  readonly source: string;
}

const KEPT = 10;

/** The ten biggest of any number of items. */
export class BiggestItems {
  readonly #items: Item[] = [];
  #least = 0;

  add(item: Item): void {
    if (item.bytes <= this.#least) return;
    this.#items.push(item);
    this.#items.sort((a, b) => b.bytes - a.bytes);
    if (this.#items.length > KEPT) this.#items.pop();
    if (this.#items.length === KEPT) this.#least = this.#items.at(-1)?.bytes ?? 0;
  }

  /** The biggest first. */
  report(): readonly BigItem[] {
    return this.#items.map(({ entity, copy, key, bytes, origin }) => ({
      entity,
      copy,
      key: JSON.parse(key) as WireItem,
      bytes,
      source: lineageText(origin),
    }));
  }
}
