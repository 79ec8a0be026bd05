import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  basicFormat,
  clockSkew,
  type ErrorReply,
  EXPIRED_TOKEN,
  INTERNAL_ERROR,
  provisionedThroughputExceeded,
  type ThrottlingReason,
  throttling,
  UNAVAILABLE,
} from './error-replies.js';
import { splitBatch } from './split-batch.js';

/** What becomes of one request. `null`, no fault, forwards it. */
export type Fault =
  /** A throttling error; `capacity` is the mode of the table that answers so. Nothing is forwarded. */
  | {
      readonly kind: 'throttled';
      readonly capacity: 'provisioned' | 'on-demand';
      readonly reasons?: readonly ThrottlingReason[];
    }
  /**
   * BatchWriteItem and BatchGetItem: forwards what `accept` takes, in the order of the request, and answers
   * that the rest is unprocessed. Where it takes none, the reply is a throttling error, as DynamoDB's is.
   */
  | { readonly kind: 'unprocessed'; accept(entry: unknown, position: number): boolean }
  | { readonly kind: 'status'; readonly status: 500 | 503 }
  /** The connection is reset; the server never sees the request. */
  | { readonly kind: 'reset' }
  /** The server does it, and the connection is reset instead of the reply. */
  | { readonly kind: 'replyLost' }
  /** Waits before forwarding (a write that lands late, whether or not the client still waits) or before the reply. */
  | { readonly kind: 'delay'; readonly ms: number; readonly at: 'request' | 'reply' }
  | { readonly kind: 'expiredToken' }
  /** The server's clock is ahead by this much: refuses a request dated more than 15 minutes off, forwards the others. */
  | { readonly kind: 'skewedClock'; readonly aheadMs: number };

export interface ProxiedRequest {
  /** From 1, over all operations. */
  readonly number: number;
  /** `BatchWriteItem` */
  readonly operation: string;
  /** From 1, of this operation. */
  readonly nth: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Script = (request: ProxiedRequest) => Fault | null;

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Takes effect with the next request. */
  follow(script: Script): void;
  /** Requests seen, by operation. */
  readonly counts: Readonly<Record<string, number>>;
  /** Ends when nothing is under way any more, late writes included. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const SKEW_LIMIT_MS = 15 * 60_000;

/** Stands in front of a local DynamoDB endpoint and misbehaves as the script says, one decision a request. */
export async function openFaultProxy(endpoint: string, script: Script = () => null): Promise<FaultProxy> {
  const upstream = new Agent({ keepAlive: true });
  const counts: Record<string, number> = {};
  const underWay = new Set<Promise<void>>();
  let current = script;
  let number = 0;

  const server = createServer((incoming, reply) => {
    const work = serve(incoming, reply).catch(() => {
      incoming.socket.resetAndDestroy();
    });
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  });

  async function serve(incoming: IncomingMessage, reply: ServerResponse): Promise<void> {
    const text = await readAll(incoming);
    const operation = String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const nth = (counts[operation] ?? 0) + 1;
    counts[operation] = nth;
    number += 1;
    const body: ProxiedRequest['body'] = text === '' ? {} : JSON.parse(text);
    const { headers } = incoming;
    const fault = current({ number, operation, nth, headers, body });
    const forward = (payload: string) => send(endpoint, upstream, incoming, payload);

    switch (fault?.kind) {
      case undefined:
        return answer(reply, await forward(text));
      case 'throttled':
        return refuse(reply, throttledReply(fault));
      case 'status':
        return refuse(reply, fault.status === 500 ? INTERNAL_ERROR : UNAVAILABLE);
      case 'expiredToken':
        return refuse(reply, EXPIRED_TOKEN);
      case 'reset':
        incoming.socket.resetAndDestroy();
        return;
      case 'replyLost':
        await forward(text);
        incoming.socket.resetAndDestroy();
        return;
      case 'delay': {
        if (fault.at === 'request') await delay(fault.ms);
        const forwarded = await forward(text);
        if (fault.at === 'reply') await delay(fault.ms);
        return answer(reply, forwarded);
      }
      case 'skewedClock': {
        const serverDate = new Date(Date.now() + fault.aheadMs);
        const requestDate = String(headers['x-amz-date']);
        reply.setHeader('date', serverDate.toUTCString());
        const accepted = [-SKEW_LIMIT_MS, SKEW_LIMIT_MS].map((by) => basicFormat(new Date(+serverDate + by)));
        if (requestDate < accepted[0]! || requestDate > accepted[1]!) {
          return refuse(reply, clockSkew(requestDate, serverDate));
        }
        return answer(reply, await forward(text));
      }
      case 'unprocessed': {
        const { taken, finish } = splitBatch(body, fault.accept);
        if (taken === null) return refuse(reply, provisionedThroughputExceeded([]));
        const forwarded = await forward(JSON.stringify(taken));
        const merged = forwarded.status === 200 ? finish(forwarded.text) : forwarded.text;
        return answer(reply, { ...forwarded, text: merged });
      }
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await idle();
    upstream.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    follow: (next) => {
      current = next;
    },
    counts,
    idle,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function throttledReply(fault: Extract<Fault, { kind: 'throttled' }>): ErrorReply {
  const reasons = fault.reasons ?? [];
  return fault.capacity === 'provisioned' ? provisionedThroughputExceeded(reasons) : throttling(reasons);
}

interface Forwarded {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

async function send(
  endpoint: string,
  agent: Agent,
  incoming: IncomingMessage,
  payload: string,
): Promise<Forwarded> {
  const { host: _, connection: __, 'transfer-encoding': ___, ...headers } = incoming.headers;
  const outgoing = request(endpoint, {
    agent,
    method: incoming.method,
    headers: { ...headers, 'content-length': Buffer.byteLength(payload) },
  });
  outgoing.end(payload);
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: reply.statusCode ?? 502, text: await readAll(reply), headers: reply.headers };
}

function answer(reply: ServerResponse, { status, text, headers }: Forwarded): void {
  for (const name of ['content-type', 'x-amzn-requestid']) {
    const value = headers[name];
    if (value !== undefined) reply.setHeader(name, value);
  }
  reply.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text);
}

function refuse(reply: ServerResponse, { status, body }: ErrorReply): void {
  reply.setHeader('content-type', 'application/x-amz-json-1.0');
  reply.setHeader('x-amzn-requestid', 'FAULTPROXY');
  const text = JSON.stringify(body);
  reply.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text);
}

async function readAll(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
