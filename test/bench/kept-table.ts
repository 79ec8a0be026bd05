import { serveBare } from '../support/bare-http.js';
import { jsonReply, tableOf } from '../support/counting-sink.js';
import { serveAlone, startAlone } from '../support/own-process.js';
import { openScannedRows, pagesOf, replyOf, type ScannedTable, type ScanPage } from './scan-pages.js';

export interface KeptTable extends AsyncDisposable {
  readonly url: string;
}

/**
 * A table as a migration leaves it, in the memory of a process of its own: scanning it costs that process little but
 * sending. It answers DescribeTable and Scan alone, any number of times.
 */
export async function startKeptTable(of: ScannedTable): Promise<KeptTable> {
  const alone = await startAlone<string>(import.meta.url, of);
  return { url: alone.said, [Symbol.asyncDispose]: () => alone[Symbol.asyncDispose]() };
}

async function serve(of: ScannedTable): Promise<string> {
  const { signal } = new AbortController();
  const { snapshot, work } = await openScannedRows(of, signal);
  const pages: ScanPage[] = [];
  for await (const page of pagesOf(snapshot, work, signal)) pages.push(page);
  const { port } = await serveBare((operation, body) => {
    if (operation === 'DescribeTable') return jsonReply(tableOf(body));
    if (operation !== 'Scan') return jsonReply({ __type: 'UnknownOperationException' }, '400 Bad Request');
    const { Segment, TotalSegments, ExclusiveStartKey } = JSON.parse(body.toString('utf8'));
    const at = ExclusiveStartKey === undefined ? Segment : Number(ExclusiveStartKey.sk.S) + TotalSegments;
    const more = at + TotalSegments < pages.length;
    const page = pages[at] ?? { items: [], bytes: 0 };
    return replyOf(page, more ? `{"pk":{"S":"page"},"sk":{"S":"${at}"}}` : null);
  });
  return `http://127.0.0.1:${port}`;
}

await serveAlone(import.meta.url, serve);
