import type { Item } from '../../src/item/item.js';
import { loadMapping } from '../../src/mapping/load-mapping.js';
import { type EntityMapper, nothingMapped } from '../../src/mapping/mapper.js';
import { prepare } from '../../src/operations/prepare.js';
import { PAGE_BYTES } from '../../src/pipeline/pipeline.js';
import { openSource } from '../../src/source/open-source.js';
import type { Chunk, Snapshot } from '../../src/source/source.js';
import { httpReply, serveBare } from '../support/bare-http.js';
import { jsonReply, tableOf } from '../support/counting-sink.js';
import { serveAlone, startAlone } from '../support/own-process.js';

export interface ScannedTable {
  readonly sourceUrl: string;
  readonly mappingFile: string;
}

const ROWS_PER_CHUNK = 10_000;
/** Of a page of a Scan, and of a read unit of it with consistent reads. */
const SCAN_BYTES = 1_048_576;
const UNIT_BYTES = 4_096;

/**
 * A table as a migration leaves it, made up from the rows while it is scanned: ten million items need no memory. In a
 * process of its own; it answers DescribeTable and Scan alone.
 */
export async function startScanServer(of: ScannedTable): Promise<AsyncDisposable & { readonly url: string }> {
  const alone = await startAlone<string>(import.meta.url, of);
  return { url: alone.said, [Symbol.asyncDispose]: () => alone[Symbol.asyncDispose]() };
}

async function serve({ sourceUrl, mappingFile }: ScannedTable): Promise<string> {
  const { signal } = new AbortController();
  const mapping = await loadMapping(mappingFile);
  const source = await openSource(sourceUrl);
  const { mappers } = await prepare({ mapping, source, signal });
  const snapshot = await source.openSnapshot({ concurrency: 8, signal });
  const work: { readonly mapper: EntityMapper; readonly chunk: Chunk }[] = [];
  for (const mapper of mappers) {
    const chunks = snapshot.planChunks(mapper.query, { rowsPerChunk: ROWS_PER_CHUNK });
    for await (const chunk of chunks) work.push({ mapper, chunk });
  }
  const segments = new Map<number, AsyncGenerator<string, void, undefined>>();
  const { port } = await serveBare(async (operation, body) => {
    if (operation === 'DescribeTable') return jsonReply(tableOf(body));
    if (operation !== 'Scan') return jsonReply({ __type: 'UnknownOperationException' }, '400 Bad Request');
    const { Segment, TotalSegments } = JSON.parse(body.toString('utf8'));
    const own = work.filter((_, at) => at % TotalSegments === Segment);
    const pages = segments.get(Segment) ?? pagesOf(snapshot, own, signal);
    segments.set(Segment, pages);
    const { value } = await pages.next();
    return httpReply(typeof value === 'string' ? value : '{"Items":[],"Count":0,"ScannedCount":0}');
  });
  return `http://127.0.0.1:${port}`;
}

/** The replies of one segment, in turn; after the last there are no items, and no key to go on from. */
async function* pagesOf(
  snapshot: Snapshot,
  work: readonly { readonly mapper: EntityMapper; readonly chunk: Chunk }[],
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
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
        yield replyOf(page, bytes, item);
        page = [];
        bytes = 0;
      }
    }
  }
  if (page.length > 0) yield replyOf(page, bytes, null);
}

function replyOf(items: readonly Item[], bytes: number, last: Item | null): string {
  const next = last === null ? '' : `,"LastEvaluatedKey":${last.key}`;
  const units = Math.ceil(bytes / UNIT_BYTES);
  return `{"Items":[${items.map(({ json }) => json).join(',')}],"Count":${items.length},"ScannedCount":${items.length}${next},"ConsumedCapacity":{"TableName":"bench","CapacityUnits":${units}}}`;
}

await serveAlone(import.meta.url, serve);
