import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ExchangeOptions, type Exchanges, openExchanges } from '../../../src/dynamodb/exchange.js';
import { RequestBuffers } from '../../../src/dynamodb/request-bytes.js';

/** A server of bytes: what a client of HTTP meets that a server of HTTP would not send. */
interface BareServer extends AsyncDisposable {
  readonly url: URL;
  readonly sockets: readonly Socket[];
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const BODY = '{"a":1}';

/** `answer` is told each request once it is whole, its connection, and the number of it. */
async function bareServer(
  answer: (request: string, socket: Socket, number: number) => void,
): Promise<BareServer> {
  const sockets: Socket[] = [];
  let number = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    let text = '';
    socket.on('error', () => undefined); // resets are part of the test
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (;;) {
        const [, head = '', length = ''] =
          /^([\s\S]*?content-length: (\d+)[\s\S]*?\r\n\r\n)/i.exec(text) ?? [];
        const end = head.length + Number(length);
        if (head === '' || text.length < end) return;
        answer(text.slice(0, end), socket, number);
        number += 1;
        text = text.slice(end);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const open = (url: URL, options: Partial<ExchangeOptions> = {}) =>
  openExchanges(url, { connections: 4, timeoutMs: 5_000, ...options });
const post = (exchanges: Exchanges, signal?: AbortSignal) =>
  exchanges.post(['x-amz-target', 'T'], new RequestBuffers(1).take(BODY), signal);

afterEach(() => {
  vi.restoreAllMocks();
});

it('sends head and body, and takes the reply', async () => {
  const requests: string[] = [];
  await using server = await bareServer((request, socket) => {
    requests.push(request);
    socket.write(OK);
  });
  await using exchanges = open(server.url);
  expect(await post(exchanges)).toEqual({
    kind: 'reply',
    status: 200,
    date: null,
    text: '{}',
    reusable: true,
  });
  expect(requests).toEqual([
    `POST / HTTP/1.1\r\nhost: ${server.url.host}\r\nconnection: keep-alive\r\nx-amz-target: T\r\ncontent-length: 7\r\n\r\n{"a":1}`,
  ]);
});

describe('a connection', () => {
  it('is used again, the last one first, and no more are opened than allowed', async () => {
    await using server = await bareServer((_, socket) => void setTimeout(() => socket.write(OK), 5));
    await using exchanges = open(server.url, { connections: 2 });
    const replies = await Promise.all(Array.from({ length: 9 }, () => post(exchanges)));
    expect(replies.every(({ kind }) => kind === 'reply')).toBe(true);
    expect(server.sockets).toHaveLength(2);
  });

  it('is not used again where the server closes it, says so, or lets the body end with it', async () => {
    const replies = [
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
      'HTTP/1.1 200 OK\r\n\r\n{}',
      OK,
    ];
    await using server = await bareServer((_, socket, number) => {
      const text = replies[number] ?? OK;
      if (text === OK) socket.write(text);
      else socket.end(text);
    });
    await using exchanges = open(server.url, { connections: 1 });
    for (const _ of replies) expect(await post(exchanges)).toMatchObject({ kind: 'reply', text: '{}' });
    expect(server.sockets).toHaveLength(3);
  });

  it('that the server closes while it is idle is replaced', async () => {
    await using server = await bareServer((_, socket) => socket.write(OK));
    await using exchanges = open(server.url);
    await post(exchanges);
    const [first] = server.sockets as readonly [Socket];
    first.end();
    await once(first, 'close');
    expect(await post(exchanges)).toMatchObject({ kind: 'reply' });
    expect(server.sockets).toHaveLength(2);
  });

  it('is not trusted when it was idle for as long as a server keeps one', async () => {
    await using server = await bareServer((_, socket) => socket.write(OK));
    await using exchanges = open(server.url);
    await post(exchanges);
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(now + 20_001);
    expect(await post(exchanges)).toMatchObject({ kind: 'reply' });
    expect(server.sockets).toHaveLength(2);
  });

  it('is not used again when the reply came before all of the request was sent', async () => {
    await using server = await bareServer(() => undefined);
    await using exchanges = open(server.url, { connections: 1 });
    const long = exchanges.post([], new RequestBuffers(1).take(' '.repeat(16 * 1024 * 1024)), undefined);
    while (server.sockets.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const [first] = server.sockets as readonly [Socket];
    first.pause(); // the kernel's buffers are full long before the request is
    first.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
    expect(await long).toMatchObject({ kind: 'reply', status: 413, reusable: false });
    void post(exchanges);
    while (server.sockets.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

describe('a request is lost', () => {
  it.each([
    [
      'in the middle of a reply',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{',
      'the server closed the connection',
    ],
    ['before a reply', '', 'the server closed the connection'],
    ['with what is no reply', 'hello\r\n\r\n', 'a reply that cannot be read: no HTTP: "hello"'],
    ['with more than the reply', `${OK}${OK}`, 'a reply that cannot be read: more bytes than its length'],
  ])('%s, and the next goes over another connection', async (_, text, trouble) => {
    await using server = await bareServer((_, socket, number) => {
      if (number === 0) socket.end(text);
      else socket.write(OK);
    });
    await using exchanges = open(server.url, { connections: 1 });
    const [lost, next] = await Promise.all([post(exchanges), post(exchanges)]);
    expect(lost).toEqual({ kind: 'lost', sent: true, trouble, code: null });
    expect(next).toMatchObject({ kind: 'reply' });
  });

  it('unsent, where nobody listens', async () => {
    const server = await bareServer(() => undefined);
    await server[Symbol.asyncDispose]();
    await using exchanges = open(server.url, { connections: 1 });
    const all = await Promise.all([post(exchanges), post(exchanges)]);
    for (const one of all) expect(one).toMatchObject({ kind: 'lost', sent: false, code: 'ECONNREFUSED' });
  });

  it('when its time is over, and not by the time of the one before it', async () => {
    await using server = await bareServer((_, socket, number) => {
      if (number < 2) setTimeout(() => socket.write(OK), 120);
    });
    await using exchanges = open(server.url, { connections: 1, timeoutMs: 200 });
    expect(await post(exchanges)).toMatchObject({ kind: 'reply' });
    expect(await post(exchanges)).toMatchObject({ kind: 'reply' });
    expect(await post(exchanges)).toMatchObject({
      kind: 'lost',
      sent: true,
      trouble: 'no reply within 200 ms',
    });
  });

  it('with its connection where the server says something unasked', async () => {
    await using server = await bareServer((_, socket) => socket.write(OK));
    await using exchanges = open(server.url);
    await post(exchanges);
    const [first] = server.sockets as readonly [Socket];
    first.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n');
    await once(first, 'close');
    expect(await post(exchanges)).toMatchObject({ kind: 'reply', status: 200 });
  });

  it('when the client is closed: under way and in line', async () => {
    await using server = await bareServer(() => undefined);
    const exchanges = open(server.url, { connections: 1 });
    const all = [post(exchanges), post(exchanges)];
    while (server.sockets.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await exchanges[Symbol.asyncDispose]();
    expect(await Promise.all(all)).toMatchObject([{ kind: 'lost' }, { kind: 'lost', sent: false }]);
  });
});

it('refuses a request once it is closed, and opens no connection for it', async () => {
  await using server = await bareServer((_, socket) => socket.write(OK));
  const exchanges = open(server.url);
  await post(exchanges);
  await exchanges[Symbol.asyncDispose]();
  await expect(post(exchanges)).rejects.toThrow(new TypeError('a request after the client was closed'));
  await expect(post(exchanges, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  expect(server.sockets).toHaveLength(1);
});

describe('an abort', () => {
  it('takes the connection of its own request and no other', async () => {
    const held: Socket[] = [];
    await using server = await bareServer((_, socket) => void held.push(socket));
    await using exchanges = open(server.url);
    const controller = new AbortController();
    const settled = Promise.allSettled([post(exchanges, controller.signal), post(exchanges)]);
    while (held.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('over'));
    for (const socket of held) if (!socket.destroyed) socket.write(OK);
    const [mine, other] = await settled;
    expect(mine).toMatchObject({ status: 'rejected', reason: { message: 'over' } });
    expect(other).toMatchObject({ status: 'fulfilled', value: { kind: 'reply' } });
  });

  it('takes a request out of the line, which is never sent', async () => {
    let requests = 0;
    await using server = await bareServer((_, socket) => {
      requests += 1;
      setTimeout(() => socket.write(OK), 20);
    });
    await using exchanges = open(server.url, { connections: 1 });
    const controller = new AbortController();
    const first = post(exchanges);
    const mine = post(exchanges, controller.signal);
    controller.abort(new Error('over'));
    await expect(mine).rejects.toThrow('over');
    expect(await first).toMatchObject({ kind: 'reply' });
    expect(await post(exchanges)).toMatchObject({ kind: 'reply' });
    expect(requests).toBe(2);
  });
});
