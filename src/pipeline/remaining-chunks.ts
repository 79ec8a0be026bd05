import type { EntityMapper } from '../mapping/mapper.js';
import type { EntityQuery } from '../source/row-query.js';
import type { Chunk, ChunkPlan, Snapshot } from '../source/source.js';
import type { RunRecord, RunState } from '../state/state.js';
import type { SnapshotKeeper } from './snapshot-keeper.js';
import type { Spread } from './spread.js';

export interface Work {
  readonly chunk: Chunk;
  readonly mapper: EntityMapper;
}

/**
 * The chunks that are not done, entity after entity: first those that were planned and left open by the
 * run that is resumed, then those that nobody has planned yet. Planning is lazy: the source is asked for
 * the next boundary when the next chunk is wanted, and `spread` for its size. `resumed` is the record that the run goes on from, or null.
 */
export async function* remainingChunks(
  mappers: readonly EntityMapper[],
  keeper: SnapshotKeeper,
  state: Pick<RunState, 'planned' | 'plannedAll'>,
  resumed: RunRecord | null,
  plan: Omit<ChunkPlan, 'after'>,
  spread: Pick<Spread, 'rowsPerChunk'>,
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
      spread,
    )) {
      state.planned(chunk);
      yield { chunk, mapper };
    }
    state.plannedAll(mapper.entity);
  }
}

interface Walk {
  readonly on: Snapshot;
  readonly rowsPerChunk: number;
  readonly chunks: AsyncIterator<Chunk>;
}

/**
 * The chunks of one entity in key order. Each is found on the snapshot of its moment: where the one before it
 * is gone, a walk was lost with the source, or chunks are to be of another size, another walk goes on behind the last.
 */
export async function* plannedChunks(
  keeper: SnapshotKeeper,
  query: EntityQuery,
  plan: ChunkPlan,
  spread: Pick<Spread, 'rowsPerChunk'> = plan,
): AsyncGenerator<Chunk, void, undefined> {
  let last = plan.after;
  let walk: Walk | null = null;
  const next = async (snapshot: Snapshot) => {
    const { rowsPerChunk } = spread;
    let current = walk;
    walk = null; // a walk that throws is over
    if (current?.on !== snapshot || current.rowsPerChunk !== rowsPerChunk) {
      await current?.chunks.return?.();
      const from = { ...plan, rowsPerChunk, ...(last === undefined ? {} : { after: last }) };
      const chunks = snapshot.planChunks(query, from)[Symbol.asyncIterator]();
      current = { on: snapshot, rowsPerChunk, chunks };
    }
    const found = await current.chunks.next();
    walk = current;
    return found;
  };
  for (;;) {
    const found = await keeper.run(null, next);
    if (found.done === true) return;
    last = found.value;
    yield found.value;
  }
}
