import { serveBare } from '../support/bare-http.js';
import { jsonReply, tableOf } from '../support/counting-sink.js';
import { serveAlone, startAlone } from '../support/own-process.js';
import { openScannedRows, pagesOf, replyOf, type ScannedTable, type ScanPage } from './scan-pages.js';

/**
 * A table as a migration leaves it, made up from the rows while it is scanned: ten million items need no memory. In a
 * process of its own; it answers DescribeTable and Scan alone.
 */
export async function startScanServer(of: ScannedTable): Promise<AsyncDisposable & { readonly url: string }> {
  const alone = await startAlone<string>(import.meta.url, of);
  return { url: alone.said, [Symbol.asyncDispose]: () => alone[Symbol.asyncDispose]() };
}

const NOTHING = jsonReply({ Items: [], Count: 0, ScannedCount: 0 });

async function serve(of: ScannedTable): Promise<string> {
  const { signal } = new AbortController();
  const { snapshot, work } = await openScannedRows(of, signal);
  const segments = new Map<number, AsyncGenerator<ScanPage, void, undefined>>();
  const { port } = await serveBare(async (operation, body) => {
    if (operation === 'DescribeTable') return jsonReply(tableOf(body));
    if (operation !== 'Scan') return jsonReply({ __type: 'UnknownOperationException' }, '400 Bad Request');
    const { Segment, TotalSegments } = JSON.parse(body.toString('utf8'));
    const own = work.filter((_, at) => at % TotalSegments === Segment);
    const pages = segments.get(Segment) ?? pagesOf(snapshot, own, signal);
    segments.set(Segment, pages);
    const { value: page } = await pages.next();
    // Behind the last page comes one of nothing.
    return page === undefined ? NOTHING : replyOf(page, page.items.at(-1)?.key ?? null);
  });
  return `http://127.0.0.1:${port}`;
}

await serveAlone(import.meta.url, serve);
