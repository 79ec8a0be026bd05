import type { Item } from '../../src/item/item.js';
import { loadMapping } from '../../src/mapping/load-mapping.js';
import { type EntityMapper, nothingMapped } from '../../src/mapping/mapper.js';
import { prepare } from '../../src/operations/prepare.js';
import { PAGE_BYTES } from '../../src/pipeline/pipeline.js';
import { openSource } from '../../src/source/open-source.js';
import type { Chunk, Snapshot } from '../../src/source/source.js';
import { httpReply } from '../support/bare-http.js';

/** A table as a migration leaves it: of which rows, by which mapping. */
export interface ScannedTable {
  readonly sourceUrl: string;
  readonly mappingFile: string;
}

/** A page of a Scan. */
export interface ScanPage {
  readonly items: readonly Item[];
  readonly bytes: number;
}

interface Work {
  readonly mapper: EntityMapper;
  readonly chunk: Chunk;
}

const ROWS_PER_CHUNK = 10_000;
/** Of a page of a Scan, and of a read unit of it with consistent reads. */
const SCAN_BYTES = 1_048_576;
const UNIT_BYTES = 4_096;

/** What there is to read; it stays open as long as the process. */
export async function openScannedRows(
  { sourceUrl, mappingFile }: ScannedTable,
  signal: AbortSignal,
): Promise<{ readonly snapshot: Snapshot; readonly work: readonly Work[] }> {
  const mapping = await loadMapping(mappingFile);
  const source = await openSource(sourceUrl);
  const { mappers } = await prepare({ mapping, source, signal });
  const snapshot = await source.openSnapshot({ concurrency: 8, signal });
  const work: Work[] = [];
  for (const mapper of mappers) {
    const chunks = snapshot.planChunks(mapper.query, { rowsPerChunk: ROWS_PER_CHUNK });
    for await (const chunk of chunks) work.push({ mapper, chunk });
  }
  return { snapshot, work };
}

/** The items of these chunks, in pages as large as those of a Scan. */
export async function* pagesOf(
  snapshot: Snapshot,
  work: readonly Work[],
  signal: AbortSignal,
): AsyncGenerator<ScanPage, void, undefined> {
  let page: Item[] = [];
  let bytes = 0;
  for (const { mapper, chunk } of work) {
    for await (const { rows } of snapshot.readChunk(mapper.query, chunk, { pageBytes: PAGE_BYTES, signal })) {
      const made = nothingMapped();
      for (const row of rows) mapper.map(row, made);
      for (const item of made.items) {
        page.push(item);
        bytes += item.bytes;
        if (bytes < SCAN_BYTES) continue;
        yield { items: page, bytes };
        page = [];
        bytes = 0;
      }
    }
  }
  if (page.length > 0) yield { items: page, bytes };
}

/** `next`: the key that the following page begins behind, as JSON; null at the end. */
export function replyOf({ items, bytes }: ScanPage, next: string | null): Buffer {
  const last = next === null ? '' : `,"LastEvaluatedKey":${next}`;
  const units = Math.ceil(bytes / UNIT_BYTES);
  return httpReply(
    `{"Items":[${items.map(({ json }) => json).join(',')}],"Count":${items.length},"ScannedCount":${items.length}${last},"ConsumedCapacity":{"TableName":"bench","CapacityUnits":${units}}}`,
  );
}
