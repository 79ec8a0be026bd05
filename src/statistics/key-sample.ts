import { textHash } from '../support/text-hash.js';
import type { KeyWeight } from './heavy-keys.js';

/** Keys that are kept at most; between this and half of it once there are more. */
const KEPT = 4_096;

/**
 * How many keys there are and how their weights are spread, in bounded memory and one pass: all items of a part of the
 * keys, chosen by their hash (Gibbons, "Distinct Sampling", 2001). A key is in or out for good, whatever it weighs, so
 * that what is kept is exact for each and even-handed for all. Where more than 4,096 keys would be kept, half of them
 * are dropped; the number of keys is then 5 % off at most, 19 times of 20.
 */
export class KeySample {
  readonly #kept = new Map<string, KeyWeight>();
  readonly #most: number;
  /** Keys whose hash is below 2^32 / `#oneOf` are kept. */
  #oneOf = 1;

  constructor(kept = KEPT) {
    this.#most = kept;
  }

  /** All keys are kept. */
  get exact(): boolean {
    return this.#oneOf === 1;
  }

  /** How many keys there are, about. */
  get keys(): number {
    return this.#kept.size * this.#oneOf;
  }

  weights(): readonly Readonly<KeyWeight>[] {
    return [...this.#kept.values()];
  }

  add(key: string, bytes: number, units: number): void {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      kept.items += 1;
      kept.bytes += bytes;
      kept.units += units;
    } else if (this.#belongs(key)) {
      this.#kept.set(key, { items: 1, bytes, units });
      if (this.#kept.size > this.#most) this.#drop();
    }
  }

  #belongs(key: string): boolean {
    return hashOf(key) * this.#oneOf < 2 ** 32;
  }

  #drop(): void {
    while (this.#kept.size > this.#most) {
      this.#oneOf *= 2;
      for (const key of this.#kept.keys()) if (!this.#belongs(key)) this.#kept.delete(key);
    }
  }
}

/** The text's hash with its bits mixed as MurmurHash3 ends: keys that differ in their last digits are far apart. */
export function hashOf(text: string): number {
  let hash = textHash(text);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
