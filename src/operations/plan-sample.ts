import type { EntityMapper } from '../mapping/mapper.js';
import { plannedChunks } from '../pipeline/remaining-chunks.js';
import type { SnapshotKeeper } from '../pipeline/snapshot-keeper.js';
import type { Chunk, ChunkPlan } from '../source/source.js';
import { ChunkEstimate, type Estimates, type Sums, sumEstimates } from '../statistics/estimate.js';
import { type SampleReport, TOTALS, type Total } from './plan-report.js';
import { estimateOf, type Prepared } from './prepare.js';
import { rowsPerSampledChunk, type Sample, sampleChunks } from './sample-chunks.js';

interface EntitySample {
  readonly entity: string;
  readonly chunksRead: number;
  readonly chunks: number;
  readonly last: Chunk | null;
  readonly estimate: ChunkEstimate<Total>;
}

/** Draws chunks of each entity, and says what they tell of all. */
export class Sampling {
  readonly #sample: Sample;
  readonly #prepared: Prepared;
  readonly #most: number;
  readonly #entities = new Map<string, EntitySample>();

  constructor(sample: Sample, prepared: Prepared, { rowsPerChunk }: Pick<ChunkPlan, 'rowsPerChunk'>) {
    this.#sample = sample;
    this.#prepared = prepared;
    this.#most = rowsPerChunk;
  }

  async *draw(mapper: EntityMapper, keeper: SnapshotKeeper): AsyncGenerator<Chunk> {
    const { entity, query } = mapper;
    const rows = estimateOf(query.table, this.#prepared.schema);
    const rowsPerChunk = rowsPerSampledChunk(rows, this.#sample, this.#most);
    const { chosen, of, last } = await sampleChunks(
      plannedChunks(keeper, query, { rowsPerChunk }),
      mapper,
      this.#sample,
    );
    const estimate = new ChunkEstimate(TOTALS);
    this.#entities.set(entity, { entity, chunksRead: chosen.length, chunks: of, last, estimate });
    yield* chosen;
  }

  add(chunk: Chunk, totals: Sums<Total>): void {
    const of = this.#entities.get(chunk.entity);
    if (chunk.id === of?.last?.id) of.estimate.addCertain(totals);
    else of?.estimate.add(totals);
  }

  /** `seen`: the totals of what was read. */
  report(seen: Sums<Total>): SampleReport {
    const entities = [...this.#entities.values()].map(({ entity, chunksRead, chunks, estimate }) => ({
      entity,
      chunksRead,
      chunks,
      totals: estimate.totals(chunks),
    }));
    const sums = TOTALS.map((key) => [
      key,
      sumEstimates(
        entities.map(({ totals }) => totals[key]),
        seen[key],
      ),
    ]);
    return { ...this.#sample, entities, totals: Object.fromEntries(sums) as Estimates<Total> };
  }
}

/** Of a load that a sample stands for: rather too much than too little. */
export function upperEnds(seen: Sums<Total>, sample: SampleReport | null): Sums<Total> {
  if (sample === null) return seen;
  return Object.fromEntries(TOTALS.map((key) => [key, sample.totals[key].high])) as Sums<Total>;
}
