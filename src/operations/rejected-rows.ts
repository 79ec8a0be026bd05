import { digestOf } from '../compare/digest.js';
import { DigestTable } from '../compare/digest-table.js';
import { Spill } from '../compare/spill.js';
import type { KeptFile } from '../compare/spill-file.js';

/** Of what is written before the next checkpoint. */
const MEMORY_BYTES = 1024 * 1024;

/** Lineages of rejected rows, in 64 to 128 bytes each: what the table holds of them is no orphan. */
export class RejectedRows {
  readonly #digests = new DigestTable();
  readonly #spill: Spill | null;

  /** `kept`: those that it holds are known, and others are added to it; null: they are in memory alone. */
  constructor(kept: KeptFile | null) {
    this.#spill = kept === null ? null : new Spill({ folder: '', memoryBytes: MEMORY_BYTES, kept });
    for (const bucket of this.#spill?.buckets(Number.POSITIVE_INFINITY) ?? []) {
      for (const { digest } of bucket.records()) this.#digests.set(digest, digest);
    }
  }

  add(entity: string, source: string): void {
    const digest = digestOf(JSON.stringify([entity, source]));
    this.#digests.set(digest, digest);
    this.#spill?.add(digest, '');
  }

  has(entity: string, source: string): boolean {
    return this.#digests.get(digestOf(JSON.stringify([entity, source]))) !== null;
  }

  /** Writes to its file what is in memory. */
  flush(): void {
    this.#spill?.flush();
  }
}
