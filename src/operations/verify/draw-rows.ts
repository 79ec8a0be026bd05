import type { EntityMapper } from '../../mapping/mapper.js';
import { PAGE_BYTES } from '../../pipeline/pipeline.js';
import type { SnapshotKeeper } from '../../pipeline/snapshot-keeper.js';
import type { Row } from '../../source/source.js';
import { sampleChunks } from '../sample-chunks.js';

/** Chunks that the keys are cut into, about; and what is read of each that is drawn. */
const CHUNKS = 1_000;
const ROWS_OF_CHUNK = 50;
const SMALLEST = 10;

/** Some rows of an entity from all over its keys, drawn by `seed`: the keys are walked over once. */
export async function drawRows(
  mapper: EntityMapper,
  keeper: SnapshotKeeper,
  {
    estimatedRows,
    seed,
    signal,
  }: { readonly estimatedRows: number; readonly seed: number; readonly signal: AbortSignal },
): Promise<readonly Row[]> {
  const rowsPerChunk = Math.max(SMALLEST, Math.ceil(estimatedRows / CHUNKS));
  return keeper.run(null, async (snapshot) => {
    const chunks = snapshot.planChunks(mapper.query, { rowsPerChunk });
    const { chosen } = await sampleChunks(chunks, mapper, { percent: 0.1, seed });
    const rows: Row[] = [];
    for (const chunk of chosen) {
      for await (const page of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
        const trees = [...page.rows].slice(0, ROWS_OF_CHUNK);
        rows.push(...trees.map(({ row }) => row));
        break;
      }
    }
    return rows;
  });
}
