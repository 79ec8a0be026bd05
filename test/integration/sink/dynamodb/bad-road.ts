import type { Item } from '../../../../src/item/item.js';
import { openSink } from '../../../../src/sink/open-sink.js';
import type { ItemReader, ItemWriter, Sink, WriteOutcome } from '../../../../src/sink/sink.js';
import type { DynamoDbSinkOptions, SinkTable } from '../../../../src/sink/sink-options.js';
import { type Answer, type Received, scriptedServer } from '../../../unit/dynamodb/scripted-server.js';
import { createShopTable } from '../shop-table.js';

/** What happens to data-plane requests on their way to DynamoDB Local; null lets one through. */
export type Fault = (request: Received, number: number) => Answer | null | Promise<Answer | null>;

/** The DynamoDB sink and its table, with a proxy between them that does as a test says. */
export interface BadRoad extends AsyncDisposable {
  readonly table: SinkTable;
  readonly sink: Sink;
  readonly writer: ItemWriter;
  readonly reader: ItemReader;
  /** The data-plane requests since the last `through`. */
  readonly sent: readonly Received[];
  /** Sets what happens to requests from now on. */
  through(fault: Fault): void;
  /** One write under a fault. */
  write(items: readonly Item[], fault?: Fault, by?: ItemWriter): Promise<WriteOutcome>;
  /** Which of the items are in the table. */
  stored(items: readonly Item[]): Promise<boolean[]>;
  /** Sends the request on, with another body if one is given, and answers what DynamoDB Local says. */
  forward(
    request: Received,
    body?: string,
  ): Promise<Answer & { readonly kind: 'reply'; readonly body: string }>;
  /** Another sink on the same road. */
  open(options?: Partial<DynamoDbSinkOptions>): Promise<Sink>;
}

const signal = new AbortController().signal;

export async function openBadRoad(engineUrl: string): Promise<BadRoad> {
  const table = await createShopTable(engineUrl);
  let fault: Fault = () => null;
  let sent: Received[] = [];
  const proxy = await scriptedServer(async (request) => {
    if (request.operation === 'DescribeTable') return forward(request);
    sent.push(request);
    return (await fault(request, sent.length - 1)) ?? forward(request);
  });
  const forward: BadRoad['forward'] = async ({ headers, operation, body: unchanged }, body = unchanged) => {
    const reply = await fetch(engineUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        authorization: String(headers.authorization),
      },
      body,
    });
    return { kind: 'reply', status: reply.status, body: await reply.text() };
  };
  const open: BadRoad['open'] = (options) =>
    openSink('dynamodb', {
      table,
      region: 'eu-west-1',
      endpointUrl: proxy.endpoint.href,
      requestTimeoutMs: 2_000,
      graceMs: 200,
      ...options,
    });
  const sink = await open();
  const writer = await sink.openWriter('overwrite');
  const reader = (await sink.openReader()) as ItemReader;
  const through = (next: Fault) => {
    sent = [];
    fault = next;
  };
  return {
    table,
    sink,
    writer,
    reader,
    get sent() {
      return sent;
    },
    through,
    async write(items, next = () => null, by = writer) {
      through(next);
      try {
        return await by.write(items, signal);
      } finally {
        fault = () => null;
      }
    },
    async stored(items) {
      const keys = items.map((item) => item.key);
      const found = await reader.get(keys, signal);
      return keys.map((key) => found.has(key));
    },
    forward,
    open,
    async [Symbol.asyncDispose]() {
      await sink[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}
