import { digestOf } from '../compare/digest.js';
import { DigestTable } from '../compare/digest-table.js';
import type { RowName } from './made-items.js';

/** Rows by entity and lineage, in 64 to 128 bytes each. */
export class RowSet {
  readonly #digests = new DigestTable();

  add(row: RowName): void {
    const digest = digestOfRow(row);
    this.#digests.set(digest, digest);
  }

  has(row: RowName): boolean {
    return this.#digests.get(digestOfRow(row)) !== null;
  }
}

function digestOfRow({ entity, source }: RowName): string {
  return digestOf(JSON.stringify([entity, source]));
}
