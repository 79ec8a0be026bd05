import { LRUCache } from 'lru-cache';
import type { WireItem } from '../../item/attribute-value.js';
import { type ItemDecoder, type ItemScanner, LOOKUP_BYTES } from '../item-decoder.js';
import { wholeItems } from './whole-items.js';

/** Items of parents by their keys: asked for by the page, those asked for last are kept. */
export class Parents {
  readonly #scanner: ItemScanner;
  readonly #decoder: Pick<ItemDecoder, 'partsOf'>;
  readonly #cache: LRUCache<string, { readonly item: WireItem | null }>;

  constructor(scanner: ItemScanner, decoder: Pick<ItemDecoder, 'partsOf'>, maxBytes: number = LOOKUP_BYTES) {
    this.#scanner = scanner;
    this.#decoder = decoder;
    this.#cache = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ item }, key) => key.length + (item === null ? 8 : JSON.stringify(item).length),
    });
  }

  /** Those that are there. Throws `SINK_*`, `SOURCE_ITEM`. */
  async get(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, WireItem>> {
    const found = new Map<string, WireItem>();
    const unknown = new Set<string>();
    for (const key of keys) {
      const cached = this.#cache.get(key);
      if (cached === undefined) unknown.add(key);
      else if (cached.item !== null) found.set(key, cached.item);
    }
    if (unknown.size === 0) return found;
    const heads = await this.#scanner.get([...unknown], signal);
    const whole = await wholeItems([...heads.values()], this.#decoder, this.#scanner, signal);
    const read = new Map([...heads.keys()].map((key, at) => [key, whole[at]]));
    for (const key of unknown) {
      const item = read.get(key) ?? null;
      this.#cache.set(key, { item });
      if (item !== null) found.set(key, item);
    }
    return found;
  }
}
