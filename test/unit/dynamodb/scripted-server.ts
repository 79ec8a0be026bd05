import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  /** `BatchWriteItem` */
  readonly operation: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
}

/** What the server does with one request. */
export type Answer =
  | {
      readonly kind: 'reply';
      readonly status?: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Closes the connection without a word. */
  | { readonly kind: 'reset' }
  /** Never answers. */
  | { readonly kind: 'silence' };

export interface ScriptedServer extends AsyncDisposable {
  readonly endpoint: URL;
  readonly received: readonly Received[];
}

/** An HTTP server that answers as it is told: what AWS does on a bad day. Always on a free port of 127.0.0.1. */
export async function scriptedServer(
  answer: (request: Received, number: number) => Answer | Promise<Answer>,
  tls?: { readonly key: string; readonly cert: string },
): Promise<ScriptedServer> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const listener = async (
    request: AsyncIterable<Buffer> & { readonly headers: IncomingHttpHeaders; readonly socket: Socket },
    response: ServerResponse,
  ) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { headers, socket } = request;
    const operation = String(headers['x-amz-target']).replace('DynamoDB_20120810.', '');
    const one = { operation, body: Buffer.concat(chunks).toString(), headers, socket };
    received.push(one);
    const todo = await answer(one, received.length - 1);
    if (todo.kind === 'reset') return void socket.destroy();
    if (todo.kind === 'silence') return;
    response.writeHead(todo.status ?? 200, { 'content-type': 'application/x-amz-json-1.0', ...todo.headers });
    response.end(typeof todo.body === 'string' ? todo.body : JSON.stringify(todo.body));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // resets are part of the script
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: new URL(`${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`),
    received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export function ok(body: unknown = {}): Answer {
  return { kind: 'reply', body };
}

export function failure(
  status: number,
  name: string,
  message = 'said the server',
  more: object = {},
): Answer {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...more };
  return { kind: 'reply', status, body };
}
