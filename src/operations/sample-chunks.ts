import type { EntityMapper } from '../mapping/mapper.js';
import type { Chunk } from '../source/source.js';
import { hashOf } from '../statistics/key-sample.js';
import { randomFrom } from '../support/random.js';
import { usageError } from './errors.js';

/** A part of the rows, chosen by chance: all rows of some chunks. */
export interface Sample {
  /** Of the chunks of each entity: above 0, at most 100. */
  readonly percent: number;
  /** The same number chooses the same chunks of the same rows. */
  readonly seed: number;
}

/** The fewest chunks that say something of how far they are from each other. */
const FEWEST = 30;
/** Chunks to be read of each entity: many small ones say more than a few large ones. */
const AIMED_AT = 200;
const SMALLEST = 10;

/** `1%`, `0.5 %`. Throws `USAGE_VALUE`. */
export function parsePercent(text: string): number {
  const [, number = ''] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
  const percent = Number(number);
  if (percent > 0 && percent <= 100) return percent;
  throw usageError('USAGE_VALUE', `${JSON.stringify(text)} is no share of the rows`, {
    hint: 'Write a percentage above 0, such as 1% or 0.1%.',
  });
}

/** Rows of a chunk, so that `percent` of the chunks are some hundreds. */
export function rowsPerSampledChunk(estimatedRows: number, { percent }: Sample, most: number): number {
  const rows = Math.round((estimatedRows * percent) / 100 / AIMED_AT);
  return Math.min(most, Math.max(SMALLEST, rows));
}

export interface SampledChunks {
  /** In the order of the keys. */
  readonly chosen: readonly Chunk[];
  /** How many there are. */
  readonly of: number;
  /** The last, which is smaller than the others and stands for none of them: it is always among them. */
  readonly last: Chunk | null;
}

/** Walks over all chunks, which reads keys alone, and draws some of them without putting back. */
export async function sampleChunks(
  chunks: AsyncIterable<Chunk>,
  { entity }: Pick<EntityMapper, 'entity'>,
  { percent, seed }: Sample,
): Promise<SampledChunks> {
  const all: Chunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  const last = all.at(-1) ?? null;
  const size = Math.min(all.length, Math.max(FEWEST, Math.ceil((all.length * percent) / 100)));
  const places = all.slice(0, -1).map((_, place) => place);
  const random = randomFrom(hashOf(`${entity}/${seed}`));
  for (let at = 0; at < size - 1; at += 1) {
    const other = at + Math.floor(random() * (places.length - at));
    [places[at], places[other]] = [places[other] ?? at, places[at] ?? other];
  }
  const drawn = new Set([...places.slice(0, size - 1), all.length - 1]);
  return { chosen: all.filter((_, place) => drawn.has(place)), of: all.length, last };
}
