import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

const HEAD_END = '\r\n\r\n';
const HEAD_END_BYTES = Buffer.from(HEAD_END);

/** The answer to one request: a whole reply as `httpReply` makes it. */
export type Answer = (operation: string, body: Buffer, path: string) => Buffer | Promise<Buffer>;

/** PEM texts of a server. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/**
 * HTTP/1.1 for a DynamoDB client on a bare socket: node:http would cost more than the client that is measured.
 * `operation` is the last part of `x-amz-target`, empty for other requests. One request a connection at a
 * time, as such clients send them. With an identity it is HTTPS.
 */
export async function serveBare(
  answer: Answer,
  identity?: Identity,
): Promise<{ readonly server: Server; readonly port: number }> {
  const serve = (socket: Socket): void => {
    let held: Buffer[] = [];
    let size = 0;
    let needed = 0;
    socket.on('error', () => socket.destroy());
    const send = (reply: Buffer) => void (socket.writable && socket.write(reply));
    socket.on('data', (chunk) => {
      held.push(chunk);
      size += chunk.length;
      if (size < needed) return; // so that a body of 16 MB is put together once
      let bytes = held.length === 1 ? chunk : Buffer.concat(held);
      for (;;) {
        const end = bytes.indexOf(HEAD_END_BYTES);
        needed = 0;
        if (end === -1) break;
        const head = bytes.toString('latin1', 0, end);
        const start = end + HEAD_END.length;
        needed = start + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
        if (bytes.length < needed) break;
        const operation = /x-amz-target: *[^.]*\.(\w+)/i.exec(head)?.[1] ?? '';
        const path = operation === '' ? (/^\S+ (\S+)/.exec(head)?.[1] ?? '') : '';
        const reply = answer(operation, bytes.subarray(start, needed), path);
        if (reply instanceof Promise) reply.then(send, () => socket.destroy());
        else send(reply);
        bytes = bytes.subarray(needed);
      }
      held = bytes.length === 0 ? [] : [bytes];
      size = bytes.length;
    });
  };
  const server =
    identity === undefined
      ? createServer({ noDelay: true }, serve)
      : createTlsServer({ noDelay: true, ...identity }, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

export function httpReply(text: string, status = '200 OK'): Buffer {
  const length = Buffer.byteLength(text);
  return Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${length}${HEAD_END}${text}`,
  );
}
