import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { httpReply, type Identity, serveBare } from './bare-http.js';
import { serveAlone, startAlone } from './own-process.js';

export interface SinkCounts {
  /** BatchWriteItem requests. */
  readonly requests: number;
  /** Puts in them. */
  readonly items: number;
  /** Bytes of their bodies. */
  readonly bytes: number;
}

export interface CountingSink extends AsyncDisposable {
  readonly url: string;
  counts(): Promise<SinkCounts>;
  stop(): Promise<void>;
}

export interface CountingSinkOptions {
  /** Then its `url` is HTTPS. */
  readonly identity?: Identity | undefined;
  /** Milliseconds from a write to its reply; default none. */
  readonly latencyMs?: number | undefined;
  /** Once so many writes have come, all replies wait until this many milliseconds are over. */
  readonly stall?: { readonly afterRequests: number; readonly ms: number } | undefined;
}

/** A counting sink in a process of its own. It ends with `stop()`, and with this process. */
export async function startCountingSink(options: CountingSinkOptions = {}): Promise<CountingSink> {
  const alone = await startAlone<Ports>(import.meta.url, options);
  const { port, securePort } = alone.said;
  const plain = `http://127.0.0.1:${port}`;
  const url = securePort === undefined ? plain : `https://127.0.0.1:${securePort}`;
  const stop = () => alone[Symbol.asyncDispose]();
  return {
    url,
    counts: async () => (await fetch(plain)).json() as Promise<SinkCounts>,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Ports {
  readonly port: number;
  readonly securePort?: number;
}

/**
 * The least that can stand for DynamoDB: bytes in, one ready-made reply out. It parses no JSON and counts
 * puts by searching for their name, on a bare socket: node:http would cost more than the client it measures.
 * GET answers the counts. Keys and values must not hold the text `"PutRequest"`. With an identity there is a
 * second port, for HTTPS.
 */
export async function serveCounting({
  identity,
  latencyMs,
  stall,
}: CountingSinkOptions = {}): Promise<Ports & { readonly server: Server }> {
  const counts = { requests: 0, items: 0, bytes: 0 };

  let stalled: Promise<void> | null = null;

  function answer(operation: string, body: Buffer): Buffer | Promise<Buffer> {
    if (operation === '') return jsonReply(counts);
    if (operation === 'DescribeTable') return jsonReply(tableOf(body));
    if (operation === 'Scan') return jsonReply({ Items: [], Count: 0, ScannedCount: 0 });
    if (operation !== 'BatchWriteItem')
      return jsonReply({ __type: 'UnknownOperationException' }, '400 Bad Request');
    const items = countPuts(body);
    counts.requests += 1;
    counts.items += items;
    counts.bytes += body.length;
    const reply = tell(body, items);
    if (stall !== undefined && counts.requests === stall.afterRequests) stalled = delay(stall.ms);
    if (latencyMs === undefined && stalled === null) return reply;
    return Promise.all([stalled, latencyMs === undefined ? null : delay(latencyMs)]).then(() => reply);
  }

  const told = new Map<string, Buffer>();

  function tell(body: Buffer, items: number): Buffer {
    if (body.indexOf(CONSUMED) === -1) return PLAIN;
    const start = body.indexOf(TABLES) + TABLES.length;
    const TableName = body.toString('utf8', start, body.indexOf(QUOTE, start));
    const id = `${items} ${TableName}`;
    let reply = told.get(id);
    if (reply === undefined) {
      reply = jsonReply({ UnprocessedItems: {}, ConsumedCapacity: [{ TableName, CapacityUnits: items }] });
      told.set(id, reply);
    }
    return reply;
  }

  const plain = await serveBare(answer);
  if (identity === undefined) return plain;
  return { ...plain, securePort: (await serveBare(answer, identity)).port };
}

const PLAIN = jsonReply({ UnprocessedItems: {} });
// As bytes: a text would be encoded for each search.
const PUT = Buffer.from('"PutRequest"');
const CONSUMED = Buffer.from('"ReturnConsumedCapacity"');
// As the SDK and tablefold write it: no spaces, the name first.
const TABLES = Buffer.from('"RequestItems":{"');
const QUOTE = '"'.charCodeAt(0);

export function jsonReply(body: unknown, status?: string): Buffer {
  return httpReply(JSON.stringify(body), status);
}

function countPuts(body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(PUT); at !== -1; at = body.indexOf(PUT, at + PUT.length)) count += 1;
  return count;
}

/** An empty table with keys `pk` and `sk`, for clients that look before they write. */
export function tableOf(body: Buffer): unknown {
  const { TableName } = JSON.parse(body.toString('utf8'));
  return {
    Table: {
      TableName,
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:local:000000000000:table/${TableName}`,
      ItemCount: 0,
      TableSizeBytes: 0,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    },
  };
}

await serveAlone(import.meta.url, async (options: CountingSinkOptions): Promise<Ports> => {
  const { port, securePort } = await serveCounting(options);
  return securePort === undefined ? { port } : { port, securePort };
});
