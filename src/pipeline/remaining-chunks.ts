import type { EntityMapper } from '../mapping/mapper.js';
import type { Chunk, ChunkPlan, Snapshot } from '../source/source.js';
import type { RunRecord, RunState } from '../state/state.js';

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
  snapshot: Snapshot,
  state: RunState,
  resumed: RunRecord | null,
  plan: Omit<ChunkPlan, 'after'>,
): AsyncGenerator<Work, void, undefined> {
  for (const mapper of mappers) {
    const progress = resumed?.entities[mapper.entity];
    for (const chunk of progress?.open ?? []) yield { chunk, mapper };
    if (progress?.plannedAll === true) continue;
    const after = progress?.last ?? null;
    for await (const chunk of snapshot.planChunks(mapper.query, after === null ? plan : { ...plan, after })) {
      state.planned(chunk);
      yield { chunk, mapper };
    }
    state.plannedAll(mapper.entity);
  }
}
