import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DigestOf, digestOf as sha } from '../compare/digest.js';
import { type Bucket, Spill } from '../compare/spill.js';
import { runInProcess } from '../executor/in-process.js';
import type { KeyMapper } from '../mapping/keys-only.js';
import { lineageText } from '../mapping/lineage.js';
import { type Mapped, nothingMapped } from '../mapping/mapper.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import type { Chunk, RowTree, Snapshot } from '../source/source.js';
import type { Collision } from './collision.js';
import { DigestFilter } from './digest-filter.js';
import { groupByKey, recordText } from './group-by-key.js';

export interface CollisionPass {
  readonly snapshot: Snapshot;
  readonly keys: readonly KeyMapper[];
  readonly rowsPerChunk: number;
  /** Chunks read at once. */
  readonly concurrency: number;
  /** For temporary files. */
  readonly folder: string;
  /** Bytes of digests kept in memory before they go to disk; default 32 MB. Besides it the pass takes about as much again. */
  readonly memoryBytes?: number | undefined;
  readonly digestOf?: DigestOf | undefined;
  /** Told of rows as they are read. */
  readonly onRows?: ((rows: number) => void) | undefined;
  readonly signal: AbortSignal;
}

/** What the pass has looked at so far. */
export interface PassCounts {
  rows: number;
  keys: number;
  spilledBytes: number;
}

const MEMORY_BYTES = 32 * 1024 * 1024;

interface Work {
  readonly at: number;
  readonly of: KeyMapper;
  readonly chunk: Chunk;
}

/**
 * Every key that more than one item has, exactly: none is missed, and none is in it by chance.
 *
 * 1. Each chunk is read once, with no cells but those that make keys; of each key 16 bytes and the number of
 *    its chunk are kept, dealt into buckets by digest, in memory or on disk.
 * 2. In each bucket the digests are found that occur twice, and the chunks that hold them.
 * 3. Those chunks are read again, and of the rows that such a digest may be of, the whole key and the source are
 *    kept, dealt in the same way. Rows are compared by their keys now, so a digest that two keys share is found out.
 *
 * Memory is bounded whatever the number of rows: by `memoryBytes`, one bucket, and 8 MB for a filter of digests.
 * The order of what is yielded, and what is in it, do not depend on the order in which rows are read.
 */
export async function* findCollisions(
  pass: CollisionPass,
  counts: PassCounts,
): AsyncGenerator<Collision, void, undefined> {
  const { keys, folder, signal, digestOf = sha, memoryBytes = MEMORY_BYTES } = pass;
  const bucketBytes = Math.max(256, Math.floor(memoryBytes / 4));
  const chunks: Work[] = [];
  const repeated = new DigestFilter();
  const chunksOfRepeated = new Set<number>();

  {
    using digests = new Spill({ folder, memoryBytes });
    const read = (work: Work) =>
      readKeys(
        pass,
        work,
        (key) => {
          counts.keys += 1;
          digests.add(digestOf(key), String(work.at));
        },
        counts,
      );
    await runInProcess(planned(pass, chunks), pass.concurrency, read);
    counts.spilledBytes += digests.spilledBytes;
    for (const bucket of digests.buckets(bucketBytes)) {
      await nextTurn();
      signal.throwIfAborted();
      for (const { digest, payload } of repeatedIn(bucket)) {
        repeated.add(digest);
        chunksOfRepeated.add(Number(payload));
      }
    }
  }
  if (chunksOfRepeated.size === 0) return;

  using rows = new Spill({ folder, memoryBytes });
  const copies = keys.flatMap(({ mapper }) => mapper.copies.map((copy) => ({ entity: mapper.entity, copy })));
  const again = async function* () {
    for (const at of [...chunksOfRepeated].sort((a, b) => a - b)) {
      const work = chunks[at];
      if (work !== undefined) yield work;
    }
  };
  await runInProcess(again(), pass.concurrency, (work) =>
    readKeys(pass, work, (key, tree, copy, made) => {
      const digest = digestOf(key);
      if (!repeated.mayHold(digest)) return;
      const { mapper, sourceOrder, lastBy } = work.of;
      rows.add(
        digest,
        recordText({
          key,
          copy: copies.findIndex((known) => known.entity === mapper.entity && known.copy === copy),
          source: lineageText(made),
          order: sourceOrder(tree),
          lastBy: lastBy.get(copy)?.(tree),
        }),
      );
    }),
  );
  counts.spilledBytes += rows.spilledBytes;
  for (const bucket of rows.buckets(bucketBytes)) {
    await nextTurn();
    signal.throwIfAborted();
    yield* groupByKey(bucket.records(), copies);
  }
}

async function* planned({ snapshot, keys, rowsPerChunk }: CollisionPass, into: Work[]): AsyncGenerator<Work> {
  for (const of of keys) {
    for await (const chunk of snapshot.planChunks(of.mapper.query, { rowsPerChunk })) {
      const work = { at: into.length, of, chunk };
      into.push(work);
      yield work;
    }
  }
}

type OnKey = (key: string, tree: RowTree, copy: string, origin: Mapped['items'][number]['origin']) => void;

async function readKeys(
  { snapshot, onRows, signal }: CollisionPass,
  { of: { mapper }, chunk }: Work,
  onKey: OnKey,
  counts?: PassCounts,
): Promise<void> {
  for await (const page of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
    const made = nothingMapped();
    for (const tree of page.rows) {
      mapper.map(tree, made);
      for (const { key, copy, origin } of made.items) onKey(key, tree, copy, origin);
      made.items.length = 0;
      made.rejects.length = 0;
    }
    if (counts !== undefined) counts.rows += page.rows.length;
    onRows?.(page.rows.length);
    signal.throwIfAborted();
  }
}

/** The records of the digests that occur more than once. */
function* repeatedIn(bucket: Bucket) {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { digest } of bucket.records()) {
    if (seen.has(digest)) twice.add(digest);
    else seen.add(digest);
  }
  if (twice.size === 0) return;
  for (const record of bucket.records()) if (twice.has(record.digest)) yield record;
}
