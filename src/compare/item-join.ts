import { digestOf } from './digest.js';
import { Spill } from './spill.js';

/** An item that a row makes. */
export interface ExpectedItem {
  /** Canonical, as that of the found item. */
  readonly key: string;
  /** Stands for what the mapping owns of it. */
  readonly value: string;
  readonly entity: string;
  readonly copy: string;
  /** Lineage. */
  readonly source: string;
  /** Its time to live is over: DynamoDB may have deleted it. */
  readonly expired: boolean;
}

/** An item that the table holds. */
export interface FoundItem {
  readonly key: string;
  readonly value: string;
  /** Null where the item does not say. */
  readonly entity: string | null;
  /** Lineage; null for items of the application's own. */
  readonly source: string | null;
}

/** The items of one key, on one side or on both. */
export interface Joined {
  readonly key: string;
  readonly expected: ExpectedItem | null;
  readonly found: FoundItem | null;
}

type Record =
  | ['e', string, string, string, string, string, boolean]
  | ['f', string, string, string | null, string | null];

const MEMORY_BYTES = 32 * 1024 * 1024;

/**
 * Both sides of a comparison, each added once and in any order, then joined by key: dealt into buckets by the
 * key's digest, in memory or on disk. Keys are compared whole, so that no two are taken for one. Memory is
 * bounded by `memoryBytes` and one bucket; on disk an item takes its key, its lineage and some 50 bytes.
 */
export class ItemJoin implements Disposable {
  readonly #spill: Spill;
  readonly #bucketBytes: number;

  constructor({ folder, memoryBytes = MEMORY_BYTES }: { folder: string; memoryBytes?: number | undefined }) {
    this.#spill = new Spill({ folder, memoryBytes });
    this.#bucketBytes = Math.max(256, Math.floor(memoryBytes / 4));
  }

  get spilledBytes(): number {
    return this.#spill.spilledBytes;
  }

  expect({ key, value, entity, copy, source, expired }: ExpectedItem): void {
    this.#add(['e', key, value, entity, copy, source, expired]);
  }

  find({ key, value, entity, source }: FoundItem): void {
    this.#add(['f', key, value, entity, source]);
  }

  /** Every key once, bucket by bucket. */
  *joined(): Generator<Joined, void, undefined> {
    for (const bucket of this.#spill.buckets(this.#bucketBytes)) {
      const sides = new Map<string, { expected: ExpectedItem | null; found: FoundItem | null }>();
      for (const { payload } of bucket.records()) {
        const record = JSON.parse(payload) as Record;
        const key = record[1];
        const both = sides.get(key) ?? { expected: null, found: null };
        if (record[0] === 'f') {
          const [, , value, entity, source] = record;
          both.found = { key, value, entity, source };
        } else {
          const [, , value, entity, copy, source, expired] = record;
          both.expected = { key, value, entity, copy, source, expired };
        }
        sides.set(key, both);
      }
      for (const [key, both] of sides) yield { key, ...both };
    }
  }

  [Symbol.dispose](): void {
    this.#spill[Symbol.dispose]();
  }

  #add(record: Record): void {
    this.#spill.add(digestOf(record[1]), JSON.stringify(record));
  }
}
