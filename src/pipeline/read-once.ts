import type { EntityQuery } from '../source/row-query.js';
import type { Chunk, ReadOptions, RowTree, Sequence } from '../source/source.js';
import type { SnapshotKeeper } from './snapshot-keeper.js';

/**
 * Hands over the rows of a chunk, each once, though the source may be lost in the middle and the chunk be read again:
 * as many as were handed over are passed by then, for rows come in the order of their keys. Rows that were changed
 * between two snapshots may so be left out or come twice; `keeper` says when there were two. `taken`: rows that were
 * handed over before.
 */
export async function readOnce(
  keeper: Pick<SnapshotKeeper, 'run'>,
  query: EntityQuery,
  chunk: Chunk,
  { taken: before = 0, ...options }: ReadOptions & { readonly taken?: number },
  take: (rows: Sequence<RowTree>) => void,
): Promise<void> {
  let taken = before;
  await keeper.run(chunk.id, async (snapshot) => {
    let seen = 0;
    for await (const { rows } of snapshot.readChunk(query, chunk, options)) {
      const passed = Math.max(0, taken - seen);
      const fresh = passed === 0 ? rows : [...rows].slice(passed);
      seen += rows.length;
      if (fresh.length === 0) continue;
      taken += fresh.length;
      take(fresh);
    }
  });
}
