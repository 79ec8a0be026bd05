import { digestOf } from './digest.js';
import type { ExpectedItem } from './item-join.js';

/**
 * So many of the items that were expected, each as likely as any other (bottom-k sampling: those whose keys have the
 * least digests under the seed). Which they are depends on the keys and the seed alone, not on the order they came in.
 * Memory is that of twice as many.
 */
export class ItemSample {
  readonly #size: number;
  readonly #seed: number;
  #kept: { readonly rank: string; readonly item: ExpectedItem }[] = [];
  /** None at or over it belongs to the sample any more. */
  #bound: string | null = null;
  #of = 0;

  constructor({ size, seed }: { readonly size: number; readonly seed: number }) {
    this.#size = size;
    this.#seed = seed;
  }

  /** Items that were expected in all. */
  get of(): number {
    return this.#of;
  }

  expect(item: ExpectedItem): void {
    this.#of += 1;
    const rank = digestOf(`${this.#seed}/${item.key}`);
    if (this.#bound !== null && rank >= this.#bound) return;
    this.#kept.push({ rank, item });
    if (this.#kept.length >= 2 * this.#size) this.#cut();
  }

  /** The sample: all items where they are no more than asked for. */
  items(): readonly ExpectedItem[] {
    this.#cut();
    return this.#kept.map(({ item }) => item);
  }

  #cut(): void {
    this.#kept.sort((a, b) => (a.rank < b.rank ? -1 : 1));
    if (this.#kept.length <= this.#size) return;
    this.#bound = this.#kept[this.#size]?.rank ?? null;
    this.#kept = this.#kept.slice(0, this.#size);
  }
}
