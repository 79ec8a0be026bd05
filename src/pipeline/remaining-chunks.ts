import type { EntityMapper } from '../mapping/mapper.js';
import type { EntityQuery } from '../source/row-query.js';
import type { Chunk, ChunkPlan, Snapshot } from '../source/source.js';
import type { RunRecord, RunState } from '../state/state.js';
import type { SnapshotKeeper } from './snapshot-keeper.js';

export interface Work {
  readonly chunk: Chunk;
  readonly mapper: EntityMapper;
}

/**
 * The chunks that are not done, entity after entity: first those that were planned and left open by the
 * run that is resumed, then those that nobody has planned yet. Planning is lazy: the source is asked for
 * the next boundary when the next chunk is wanted. `resumed` is the record that the run goes on from, or null.
 */
export async function* remainingChunks(
  mappers: readonly EntityMapper[],
  keeper: SnapshotKeeper,
  state: RunState,
  resumed: RunRecord | null,
  plan: Omit<ChunkPlan, 'after'>,
): AsyncGenerator<Work, void, undefined> {
  for (const mapper of mappers) {
    const progress = resumed?.entities[mapper.entity];
    for (const chunk of progress?.open ?? []) yield { chunk, mapper };
    if (progress?.plannedAll === true) continue;
    const after = progress?.last ?? null;
    for await (const chunk of plannedChunks(
      keeper,
      mapper.query,
      after === null ? plan : { ...plan, after },
    )) {
      state.planned(chunk);
      yield { chunk, mapper };
    }
    state.plannedAll(mapper.entity);
  }
}

/**
 * The chunks of one entity in key order. Each is found on the snapshot of its moment: where the one before it
 * is gone, or a walk was lost with the source, another walk goes on behind the last chunk.
 */
export async function* plannedChunks(
  keeper: SnapshotKeeper,
  query: EntityQuery,
  plan: ChunkPlan,
): AsyncGenerator<Chunk, void, undefined> {
  let last = plan.after;
  let walk: { readonly on: Snapshot; readonly chunks: AsyncIterator<Chunk> } | null = null;
  const next = async (snapshot: Snapshot) => {
    if (walk?.on !== snapshot) {
      const from = last === undefined ? plan : { ...plan, after: last };
      walk = { on: snapshot, chunks: snapshot.planChunks(query, from)[Symbol.asyncIterator]() };
    }
    const { chunks } = walk;
    walk = null; // a walk that throws is over
    const found = await chunks.next();
    walk = { on: snapshot, chunks };
    return found;
  };
  for (;;) {
    const found = await keeper.run(null, next);
    if (found.done === true) return;
    last = found.value;
    yield found.value;
  }
}
