import { childBytes } from '../embed-paths.js';
import { CHILDREN_BYTES } from '../merge-children.js';
import type { Row } from '../source.js';

/**
 * Children of a page of root rows, as they arrive in the order of those. What is kept is bounded: of one root
 * as much as `mergeChildren` needs to call it an overflow, of all together `budget`; the root whose children
 * pass that, and all behind it, are left to the next page.
 */
export class PageChildren {
  readonly #roots: readonly Row[];
  readonly #width: number;
  readonly #budget: number;
  /** Children of each embed path, with the root's identity and the keys of those above in front. */
  readonly #kept: Row[][] = [];
  /** How many of an embed's kept children belong to the roots before the n-th. */
  readonly #starts: number[][] = [];
  /** Bytes that were kept for each root, over all embeds. */
  readonly #bytes: number[];
  #total = 0;
  #complete: number;
  #root = 0;
  #embed = 0;
  #front = 0;

  constructor(roots: readonly Row[], width: number, budget: number) {
    this.#roots = roots;
    this.#width = width;
    this.#budget = budget;
    this.#complete = roots.length;
    this.#bytes = roots.map(() => 0);
  }

  /** How many of the first root rows have all their children. At least one. */
  get complete(): number {
    return this.#complete;
  }

  /** How many are kept, of all embeds. */
  get count(): number {
    return this.#kept.reduce((sum, kept) => sum + kept.length, 0);
  }

  /** The children that follow are those of another embed; `front` cells say whose they are. */
  begin(embed: number, front: number): void {
    this.#embed = embed;
    this.#front = front;
    this.#root = 0;
    this.#kept[embed] = [];
    this.#starts[embed] = [0];
  }

  take(child: Row): void {
    const kept = this.#kept[this.#embed] ?? [];
    const starts = this.#starts[this.#embed] ?? [];
    let root = this.#root;
    while (root < this.#roots.length && !this.#belongs(child, root)) root += 1;
    // One that belongs to nobody is kept where it was met: mergeChildren says so.
    if (root === this.#roots.length) root = this.#root;
    for (; this.#root < root; this.#root += 1) starts.push(kept.length);
    if (root >= this.#complete) return;
    const held = this.#bytes[root] ?? 0;
    if (held > CHILDREN_BYTES) return;
    const bytes = childBytes(child, this.#front); // as mergeChildren counts them
    if (root > 0 && this.#total + bytes > this.#budget) {
      this.#complete = root;
      return;
    }
    kept.push(child);
    this.#bytes[root] = held + bytes;
    this.#total += bytes;
  }

  /** The embed's children of the complete roots. */
  of(embed: number): readonly Row[] {
    const kept = this.#kept[embed] ?? [];
    return kept.slice(0, this.#starts[embed]?.[this.#complete] ?? kept.length);
  }

  #belongs(child: Row, root: number): boolean {
    const row = this.#roots[root] ?? [];
    for (let column = 0; column < this.#width; column += 1) {
      if (!sameCell(child[column] ?? null, row[column] ?? null)) return false;
    }
    return true;
  }
}

function sameCell(one: Row[number], other: Row[number]): boolean {
  return one === other || (Buffer.isBuffer(one) && Buffer.isBuffer(other) && one.equals(other));
}
