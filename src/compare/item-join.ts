import { digestOf } from './digest.js';
import { Spill } from './spill.js';
import type { KeptFile } from './spill-file.js';

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

export interface ItemJoinOptions {
  /** For a temporary file. */
  readonly folder: string;
  readonly memoryBytes?: number | undefined;
  /** Instead of a temporary file: what it holds was added before. Closed by who opened it. */
  readonly kept?: KeptFile | undefined;
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

  constructor({ folder, memoryBytes = MEMORY_BYTES, kept }: ItemJoinOptions) {
    this.#spill = new Spill({ folder, memoryBytes, kept });
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

  /** Writes to the file what is in memory, however little. */
  flush(): void {
    this.#spill.flush();
  }

  /** Every key once, bucket by bucket: all digests of a bucket are less than those of the next. */
  *buckets(): Generator<Iterable<Joined>, void, undefined> {
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
      yield joinedOf(sides);
    }
  }

  [Symbol.dispose](): void {
    this.#spill[Symbol.dispose]();
  }

  #add(record: Record): void {
    this.#spill.add(digestOf(record[1]), JSON.stringify(record));
  }
}

function* joinedOf(sides: ReadonlyMap<string, Omit<Joined, 'key'>>): Generator<Joined, void, undefined> {
  for (const [key, both] of sides) yield { key, ...both };
}

/** Of a bucket: then all keys of all buckets are in an order that depends on nothing but themselves. */
export function inDigestOrder(bucket: Iterable<Joined>): readonly Joined[] {
  return Array.from(bucket, (joined) => ({ joined, digest: digestOf(joined.key) }))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
    .map(({ joined }) => joined);
}
