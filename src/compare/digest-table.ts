import { DIGEST_LENGTH } from './digest.js';

const WORDS = 4;
const FIRST_CAPACITY = 1024;

/**
 * Digests with a digest for each, in flat memory: 32 bytes an entry at a load of one half, where a Map of
 * strings takes four times that and gives the garbage collector something to walk.
 */
export class DigestTable {
  readonly #scratch = Buffer.alloc(DIGEST_LENGTH);
  readonly #words = new Uint32Array(this.#scratch.buffer, this.#scratch.byteOffset, WORDS);
  #keys = new Uint32Array(FIRST_CAPACITY * WORDS);
  #values = new Uint32Array(FIRST_CAPACITY * WORDS);
  #taken = new Uint8Array(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  set(digest: string, value: string): void {
    if (this.#size * 2 >= this.#taken.length) this.#grow();
    this.#load(digest);
    const slot = this.#slotOf(this.#words);
    if (this.#taken[slot] === 0) this.#size += 1;
    this.#taken[slot] = 1;
    this.#keys.set(this.#words, slot * WORDS);
    this.#load(value);
    this.#values.set(this.#words, slot * WORDS);
  }

  /** Null when it is not there. */
  get(digest: string): string | null {
    this.#load(digest);
    const slot = this.#slotOf(this.#words);
    if (this.#taken[slot] === 0) return null;
    this.#words.set(this.#values.subarray(slot * WORDS, (slot + 1) * WORDS));
    return this.#scratch.toString('latin1', 0, DIGEST_LENGTH);
  }

  #load(digest: string): void {
    this.#scratch.write(digest, 0, DIGEST_LENGTH, 'latin1');
  }

  /** Where the digest is, or would be: digests are random, so their first word is their place. */
  #slotOf(words: Uint32Array): number {
    const capacity = this.#taken.length;
    const keys = this.#keys;
    for (let slot = (words[0] ?? 0) % capacity; ; slot = (slot + 1) % capacity) {
      if (this.#taken[slot] === 0) return slot;
      const at = slot * WORDS;
      if (
        keys[at] === words[0] &&
        keys[at + 1] === words[1] &&
        keys[at + 2] === words[2] &&
        keys[at + 3] === words[3]
      ) {
        return slot;
      }
    }
  }

  #grow(): void {
    const [keys, values, taken] = [this.#keys, this.#values, this.#taken];
    const capacity = taken.length * 2;
    this.#keys = new Uint32Array(capacity * WORDS);
    this.#values = new Uint32Array(capacity * WORDS);
    this.#taken = new Uint8Array(capacity);
    for (const [slot, is] of taken.entries()) {
      if (is === 0) continue;
      const key = keys.subarray(slot * WORDS, (slot + 1) * WORDS);
      const to = this.#slotOf(key);
      this.#taken[to] = 1;
      this.#keys.set(key, to * WORDS);
      this.#values.set(values.subarray(slot * WORDS, (slot + 1) * WORDS), to * WORDS);
    }
  }
}
