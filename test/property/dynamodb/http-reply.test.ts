import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HttpReply, ReplyReader } from '../../../src/dynamodb/http-reply.js';

const DATE = 'Thu, 26 Nov 2026 21:00:00 GMT';

/** How the body's end is told. */
type Framing = 'length' | 'chunked' | 'close';

interface Told {
  readonly status: number;
  readonly body: string;
  readonly framing: Framing;
  readonly pieces: readonly number[];
  readonly upper: boolean;
  readonly close: boolean;
  readonly interim: number;
}

const told: fc.Arbitrary<Told> = fc.record({
  status: fc.constantFrom(200, 400, 500, 503),
  body: fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 400 })),
  framing: fc.constantFrom<Framing>('length', 'chunked', 'close'),
  pieces: fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 6 }),
  upper: fc.boolean(),
  close: fc.boolean(),
  interim: fc.nat({ max: 2 }),
});

it('reads a reply however it is cut, and however it says where it ends', () => {
  fc.assert(
    fc.property(told, fc.array(fc.nat({ max: 300 }), { maxLength: 12 }), (reply, cuts) => {
      expect(read(bytesOf(reply), cuts)).toEqual({
        status: reply.status,
        date: DATE,
        text: Buffer.from(reply.body).toString(), // lone surrogates are none in UTF-8
        keepAlive: !reply.close && reply.framing !== 'close',
      } satisfies HttpReply);
    }),
  );
});

it('keeps nothing of the buffer that it reads from', () => {
  fc.assert(
    fc.property(told, (reply) => {
      const bytes = bytesOf(reply);
      const reader = new ReplyReader();
      const buffer = Buffer.alloc(1);
      let whole: HttpReply | null = null;
      for (const byte of bytes) {
        buffer[0] = byte;
        whole = reader.take(buffer) ?? whole;
      }
      whole ??= reader.end();
      expect(whole?.text).toBe(Buffer.from(reply.body).toString());
    }),
    { numRuns: 20 },
  );
});

it('has no reply where the connection ends in the middle of one', () => {
  fc.assert(
    fc.property(told, fc.double({ min: 0, max: 0.999, noNaN: true }), (reply, share) => {
      fc.pre(reply.framing !== 'close');
      const bytes = bytesOf(reply);
      const reader = new ReplyReader();
      expect(reader.take(bytes.subarray(0, Math.floor(bytes.length * share)))).toBeNull();
      expect(reader.end()).toBeNull();
    }),
  );
});

describe('refuses', () => {
  const OK = 'HTTP/1.1 200 OK\r\n';
  it.each([
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 'no HTTP: "SSH-2.0-OpenSSH_9.2"'],
    ['another version', 'HTTP/2 200\r\n\r\n', 'no HTTP'],
    ['a length that is none', `${OK}Content-Length: 1e3\r\n\r\n`, 'a length of "1e3"'],
    ['two lengths', `${OK}Content-Length: 2, 2\r\n\r\n`, 'a length of "2, 2"'],
    ['two headers of lengths', `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\n`, 'two lengths'],
    ['an encoding that it did not ask for', `${OK}Transfer-Encoding: gzip\r\n\r\n`, 'encoding of "gzip"'],
    ['bytes behind its length', `${OK}Content-Length: 2\r\n\r\n{}{`, 'more bytes than its length'],
    ['bytes behind its last chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nx`, 'bytes behind'],
    ['a chunk without a length', `${OK}Transfer-Encoding: chunked\r\n\r\nx\r\n`, 'a chunk without a length'],
    [
      'a chunk that is longer',
      `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`,
      'longer than its length',
    ],
    ['a bare line feed', `${OK}Transfer-Encoding: chunked\r\n\r\n1\nab`, 'without its end'],
    [
      'a line of chunks without an end',
      `${OK}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(2_000)}`,
      'no end',
    ],
    ['a head without an end', `${OK}X: ${'x'.repeat(70_000)}`, 'a head of more than'],
  ])('%s', (_, text, message) => {
    expect(() => new ReplyReader().take(Buffer.from(text))).toThrow(message);
  });
});

it('keeps the connection of HTTP/1.0 only where the server says so', () => {
  const reply = (headers: string) =>
    new ReplyReader().take(Buffer.from(`HTTP/1.0 200 OK\r\nContent-Length: 0\r\n${headers}\r\n`));
  expect(reply('')?.keepAlive).toBe(false);
  expect(reply('Connection: Keep-Alive\r\n')?.keepAlive).toBe(true);
});

it('knows that 204 has no body', () => {
  expect(new ReplyReader().take(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'))).toMatchObject({
    status: 204,
    text: '',
    keepAlive: true,
  });
});

function read(bytes: Buffer, cuts: readonly number[]): HttpReply | null {
  const reader = new ReplyReader();
  let at = 0;
  for (const length of [...cuts, bytes.length]) {
    if (at >= bytes.length) break;
    const reply = reader.take(bytes.subarray(at, at + length));
    at += length;
    if (reply !== null) {
      expect(at).toBeGreaterThanOrEqual(bytes.length);
      return reply;
    }
  }
  return reader.end();
}

function bytesOf({ status, body, framing, pieces, upper, close, interim }: Told): Buffer {
  const bytes = Buffer.from(body);
  const headers = [
    `Date: ${DATE}`,
    'X-Amzn-RequestId: 1',
    ...(framing === 'length' ? [`Content-Length: ${bytes.length}`] : []),
    ...(framing === 'chunked' ? ['Transfer-Encoding: chunked'] : []),
    ...(close ? ['Connection: close'] : []),
  ].map((header) => (upper ? header : header.replace(/^[^:]+/, (name) => name.toLowerCase())));
  const head = `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(interim)}HTTP/1.1 ${status} Status\r\n${headers.join('\r\n')}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), framing === 'chunked' ? chunked(bytes, pieces) : bytes]);
}

function chunked(bytes: Buffer, pieces: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const length of [...pieces, bytes.length]) {
    const piece = bytes.subarray(at, at + length);
    at += length;
    if (piece.length > 0)
      parts.push(Buffer.from(`${piece.length.toString(16)};a=b\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nTrailer: x\r\n\r\n')]);
}
