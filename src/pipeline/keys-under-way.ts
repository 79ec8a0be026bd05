/** Slots to begin with: a thousand keys, of the default 16 batches of 25 items two and a half times as many. */
const FIRST_SLOTS = 2_048;

/**
 * A set of the keys that are under way: few at a time, and each for some milliseconds only. A key comes with its hash, of
 * 32 bits, the same each time.
 *
 * A `Set` would be a chain to V8: after so many changes it replaces its table, the old table points to the new one, and
 * once a dead table lies in the old generation it keeps its successor alive, which is promoted with all its keys, and
 * so on, until the old generation is collected: every second. Here one table is written over and over, by open
 * addressing; figures are in docs/performance.md.
 */
export class KeysUnderWay {
  #keys: (string | undefined)[];
  #hashes: Int32Array;
  #size = 0;

  constructor(slots = FIRST_SLOTS) {
    this.#keys = emptySlots(slots);
    this.#hashes = new Int32Array(slots);
  }

  get size(): number {
    return this.#size;
  }

  /** False where the key is there already. */
  add(key: string, hash: number): boolean {
    const slot = this.#slotOf(key, hash);
    if (this.#keys[slot] !== undefined) return false;
    this.#keys[slot] = key;
    this.#hashes[slot] = hash;
    this.#size += 1;
    if (this.#size * 2 > this.#keys.length) this.#grow();
    return true;
  }

  delete(key: string, hash: number): void {
    const free = this.#slotOf(key, hash);
    if (this.#keys[free] === undefined) return;
    this.#size -= 1;
    this.#close(free);
  }

  /** Where the key is, or where it would be put: at the slot of its hash or behind it, with none free between. */
  #slotOf(key: string, hash: number): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    let slot = hash & last;
    for (;;) {
      const there = keys[slot];
      if (there === undefined || (this.#hashes[slot] === hash && there === key)) return slot;
      slot = (slot + 1) & last;
    }
  }

  /** Frees a slot: of those that follow it without a gap, each that is sought from there or before moves up. */
  #close(free: number): void {
    const keys = this.#keys;
    const hashes = this.#hashes;
    const last = keys.length - 1;
    let gap = free;
    for (let slot = (gap + 1) & last; keys[slot] !== undefined; slot = (slot + 1) & last) {
      const hash = hashes[slot] as number; // slot < length
      const way = (slot - (hash & last)) & last;
      if (way < ((slot - gap) & last)) continue;
      keys[gap] = keys[slot];
      hashes[gap] = hash;
      gap = slot;
    }
    keys[gap] = undefined;
  }

  #grow(): void {
    const keys = this.#keys;
    const hashes = this.#hashes;
    this.#keys = emptySlots(keys.length * 2);
    this.#hashes = new Int32Array(keys.length * 2);
    this.#size = 0;
    for (const [slot, key] of keys.entries()) if (key !== undefined) this.add(key, hashes[slot] as number);
  }
}

/** A power of two. */
function emptySlots(slots: number): (string | undefined)[] {
  return Array.from<undefined>({ length: slots }).fill(undefined);
}
