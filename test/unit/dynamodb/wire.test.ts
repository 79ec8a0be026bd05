import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, vi } from 'vitest';
import type { Credentials } from '../../../src/dynamodb/sign.js';
import { openWire, type Wire, type WireOptions } from '../../../src/dynamodb/wire.js';
import { type Answer, failure, ok, type Received, scriptedServer } from './scripted-server.js';
import { SELF_SIGNED } from './self-signed.js';

const STATIC: Credentials = { accessKeyId: 'A', secretAccessKey: 'secret' };
const READ = { writes: false };
const WRITE = { writes: true };

function wireTo(endpoint: URL, options: Partial<WireOptions> = {}): Wire {
  return openWire({
    endpoint,
    region: 'eu-west-1',
    credentials: async () => STATIC,
    requestTimeoutMs: 5_000,
    graceMs: 0,
    ...options,
  });
}

/** One call to a server that answers it (and what follows) so. */
async function callWith(answer: Answer, json = '{}'): Promise<unknown> {
  await using server = await scriptedServer(() => answer);
  await using wire = wireTo(server.endpoint);
  return await wire.call('BatchWriteItem', json, WRITE);
}

describe('a request', () => {
  it('is signed JSON, sent over a connection that is kept', async () => {
    await using server = await scriptedServer(() => ok({ UnprocessedItems: {} }));
    await using wire = wireTo(server.endpoint, { connections: 1 });
    const reply = await wire.call('BatchWriteItem', '{"é":1}', WRITE);
    await wire.call('Scan', '{}', READ);
    expect(reply).toEqual({ kind: 'ok', body: { UnprocessedItems: {} } });
    const [first, second] = server.received as [Received, Received];
    expect(first).toMatchObject({ operation: 'BatchWriteItem', body: '{"é":1}' });
    expect(first.headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'content-length': '8',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=A\/\d{8}\/eu-west-1\/dynamodb\/aws4_request/,
      ),
    });
    expect(second.socket).toBe(first.socket);
  });

  it('waits in line when every connection is busy', async () => {
    let open = 0;
    let most = 0;
    await using server = await scriptedServer(async () => {
      open += 1;
      most = Math.max(most, open);
      await delay(5);
      open -= 1;
      return ok();
    });
    await using wire = wireTo(server.endpoint, { connections: 3 });
    const replies = await Promise.all(Array.from({ length: 20 }, () => wire.call('Scan', '{}', READ)));
    expect(replies.every((reply) => reply.kind === 'ok')).toBe(true);
    expect(most).toBe(3);
  });

  it('goes over TLS, and resumes its session on the next connection', async () => {
    const resumed: boolean[] = [];
    await using server = await scriptedServer(({ socket }) => {
      resumed.push((socket as TLSSocket).isSessionReused());
      return { kind: 'reply', body: {}, headers: { connection: 'close' } };
    }, SELF_SIGNED);
    await using wire = wireTo(server.endpoint, { ca: SELF_SIGNED.cert, connections: 1 });
    for (let n = 0; n < 3; n += 1) expect((await wire.call('Scan', '{}', READ)).kind).toBe('ok');
    expect(resumed).toEqual([false, true, true]);
  });

  it('does not go to a server whose certificate nobody vouches for', async () => {
    await using server = await scriptedServer(() => ok(), SELF_SIGNED);
    await using wire = wireTo(server.endpoint);
    expect(await wire.call('Scan', '{}', READ)).toMatchObject({
      kind: 'retry',
      connect: true,
      sent: false,
      trouble: expect.stringMatching(/self.signed/i),
    });
    expect(server.received).toEqual([]);
  });
});

describe('a failure', () => {
  it.each([
    [400, 'ProvisionedThroughputExceededException', 'throttled'],
    [400, 'ThrottlingException', 'throttled'],
    [400, 'RequestLimitExceeded', 'throttled'],
    [429, 'Anything', 'throttled'],
    [400, 'ValidationException', 'validation'],
    [400, 'SerializationException', 'validation'],
    [400, 'ItemCollectionSizeLimitExceededException', 'validation'],
    [413, 'RequestEntityTooLarge', 'tooLarge'],
    [400, 'ConditionalCheckFailedException', 'condition'],
    [400, 'ResourceNotFoundException', 'tableMissing'],
    [400, 'AccessDeniedException', 'denied'],
    [400, 'UnrecognizedClientException', 'denied'],
    [403, 'MissingAuthenticationTokenException', 'denied'],
    [500, 'InternalServerError', 'retry'],
    [503, 'ServiceUnavailable', 'retry'],
    [400, 'ReplicatedWriteConflictException', 'retry'],
    [400, 'SomethingNewException', 'refused'],
  ])('%i %s is %s', async (status, name, kind) => {
    expect(await callWith(failure(status, name))).toMatchObject({ kind });
  });

  it('tells why the server throttles, where it says so', async () => {
    const ThrottlingReasons = [
      { reason: 'TableWriteKeyRangeThroughputExceeded', resource: 'arn:aws:dynamodb:eu-west-1:1:table/shop' },
      { reason: 'IndexWriteProvisionedThroughputExceeded' },
    ];
    expect(await callWith(failure(400, 'ThrottlingException', '', { ThrottlingReasons }))).toEqual({
      kind: 'throttled',
      reasons: [
        {
          reason: 'TableWriteKeyRangeThroughputExceeded',
          resource: 'arn:aws:dynamodb:eu-west-1:1:table/shop',
        },
        { reason: 'IndexWriteProvisionedThroughputExceeded', resource: null },
      ],
    });
    expect(await callWith(failure(400, 'ThrottlingException'))).toEqual({
      kind: 'throttled',
      reasons: [{ reason: 'unknown', resource: null }],
    });
  });

  it.each([
    ['an error that is no JSON', { kind: 'reply', status: 502, body: '<html>Bad Gateway</html>' }],
    ['a reply that is no JSON', { kind: 'reply', status: 200, body: '{"Unproc' }],
    ['a connection that is reset', { kind: 'reset' }],
  ] as const)('%s is worth another attempt', async (_, answer) => {
    expect(await callWith(answer)).toMatchObject({ kind: 'retry', sent: true });
  });

  it('of a server that is not there names the endpoint, and that nothing was sent', async () => {
    const { endpoint, ...server } = await scriptedServer(() => ok());
    await server[Symbol.asyncDispose]();
    await using wire = wireTo(endpoint, { graceMs: 60_000 });
    expect(await wire.call('BatchWriteItem', '{}', WRITE)).toMatchObject({
      kind: 'retry',
      sent: false,
      connect: true,
      trouble: expect.stringMatching(`${endpoint.host}.*ECONNREFUSED`),
    });
  });
});

describe('a request without a reply', () => {
  it('takes its connection with it when its time is over', async () => {
    let closed: Promise<unknown> = Promise.reject(new Error('never asked'));
    closed.catch(() => {});
    await using server = await scriptedServer(({ socket }, number) => {
      if (number > 0) return ok();
      closed = once(socket, 'close');
      return { kind: 'silence' };
    });
    await using wire = wireTo(server.endpoint, { requestTimeoutMs: 20, connections: 1 });
    expect(await wire.call('BatchWriteItem', '{}', WRITE)).toMatchObject({
      kind: 'retry',
      sent: true,
      trouble: expect.stringContaining('no reply within 20 ms'),
    });
    await closed;
    expect((await wire.call('BatchWriteItem', '{}', WRITE)).kind).toBe('ok');
    expect(server.received[1]?.socket).not.toBe(server.received[0]?.socket);
  });

  it('stays unsettled for the grace time when it writes, so that a late write lands before it settles', async () => {
    const events: string[] = [];
    await using server = await scriptedServer(async ({ operation, socket }) => {
      await once(socket, 'close');
      await delay(20);
      events.push(`late ${operation}`);
      return { kind: 'silence' };
    });
    await using wire = wireTo(server.endpoint, { requestTimeoutMs: 20, graceMs: 400 });
    await wire.call('BatchWriteItem', '{}', WRITE);
    events.push('settled');
    expect(events).toEqual(['late BatchWriteItem', 'settled']);
  });

  it.each([READ, WRITE])(
    'stops at once when it is told to, whether sent or waiting in line (%j)',
    async (kind) => {
      const stop = new AbortController();
      const closed: Promise<unknown>[] = [];
      await using server = await scriptedServer(({ socket, operation }) => {
        if (operation === 'Scan') return ok();
        closed.push(once(socket, 'close'));
        if (closed.length === 2) stop.abort(new Error('stopped by the user'));
        return { kind: 'silence' };
      });
      await using wire = wireTo(server.endpoint, { connections: 2, graceMs: 60_000 });
      const options = { ...kind, signal: stop.signal };
      const calls = Array.from({ length: 15 }, () => wire.call('BatchWriteItem', '{}', options));
      const ends = await Promise.allSettled(calls);
      expect(ends.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(
        calls.map(() => 'Error: stopped by the user'),
      );
      await Promise.all(closed);
      // What waited in line is behind us once this one is answered.
      await wire.call('Scan', '{}', READ);
      expect(server.received.map((one) => one.operation)).toEqual([
        'BatchWriteItem',
        'BatchWriteItem',
        'Scan',
      ]);
    },
  );
});

describe('credentials', () => {
  const token = (n: number): Credentials => ({ ...STATIC, sessionToken: `token${n}` });

  it('are asked for again once, by one for all, when the session token has expired', async () => {
    await using server = await scriptedServer(({ headers }) =>
      headers['x-amz-security-token'] === 'token1' ? failure(400, 'ExpiredTokenException') : ok(),
    );
    let issued = 1;
    const credentials = vi.fn(async (options?: { readonly forceRefresh?: boolean }) => {
      if (options?.forceRefresh === true) {
        await delay(5);
        issued += 1;
      }
      return token(issued);
    });
    await using wire = wireTo(server.endpoint, { credentials });
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => wire.call('BatchWriteItem', '{}', WRITE)),
    );
    expect(replies.map((reply) => reply.kind)).toEqual(replies.map(() => 'ok'));
    expect(credentials.mock.calls.filter(([options]) => options?.forceRefresh === true)).toHaveLength(1);
  });

  it('that stay expired deny access', async () => {
    await using server = await scriptedServer(() => failure(400, 'ExpiredTokenException'));
    await using wire = wireTo(server.endpoint, { credentials: async () => token(1) });
    expect(await wire.call('BatchWriteItem', '{}', WRITE)).toMatchObject({
      kind: 'denied',
      name: 'ExpiredTokenException',
    });
    expect(server.received).toHaveLength(2);
  });

  it('that are not there deny access; that do not come again are worth another attempt', async () => {
    await using server = await scriptedServer(() => ok());
    let found = false;
    const credentials = async () => {
      if (!found) throw new Error('Could not load credentials from any providers');
      return STATIC;
    };
    await using wire = wireTo(server.endpoint, { credentials });
    const missing = { message: 'Could not load credentials from any providers', name: 'no credentials' };
    expect(await wire.call('Scan', '{}', READ)).toEqual({ kind: 'denied', ...missing });
    found = true;
    expect((await wire.call('Scan', '{}', READ)).kind).toBe('ok');
    found = false;
    expect(await wire.call('Scan', '{}', READ)).toMatchObject({ kind: 'retry', sent: false });
  });

  it('that hold a line break are not sent: what follows it would be a header of its own', async () => {
    await using server = await scriptedServer(() => ok());
    const credentials = async () => ({ ...STATIC, sessionToken: 'token\r\nx-amz-target: other' });
    await using wire = wireTo(server.endpoint, { credentials });
    expect(await wire.call('Scan', '{}', READ)).toMatchObject({
      kind: 'denied',
      message: 'the credentials hold a line break',
    });
    expect(server.received).toEqual([]);
  });

  it('of a wrong secret deny access at the first attempt', async () => {
    const message = 'The request signature we calculated does not match the signature you provided.';
    await using server = await scriptedServer(() => failure(400, 'InvalidSignatureException', message));
    await using wire = wireTo(server.endpoint);
    expect(await wire.call('Scan', '{}', READ)).toEqual({
      kind: 'denied',
      name: 'InvalidSignatureException',
      message,
    });
    expect(server.received).toHaveLength(1);
  });
});

describe('a wrong clock', () => {
  const HOUR = 3_600_000;
  const serverTime = () => Date.now() + HOUR;
  const amzTime = ({ headers }: Received) =>
    Date.parse(String(headers['x-amz-date']).replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));

  it.each([
    ['RequestTimeTooSkewed', 'said the server'],
    ['RequestExpired', 'said the server'],
    ['InvalidSignatureException', 'Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z'],
    ['InvalidSignatureException', 'Signature not yet current: 20260101T000000Z is still later than …'],
  ])('is put right by the Date of a %s, for this and all further requests', async (name, message) => {
    await using server = await scriptedServer((request): Answer => {
      const right = Math.abs(amzTime(request) - serverTime()) < 300_000;
      const answer = right ? ok() : failure(403, name, message);
      return { ...answer, headers: { date: new Date(serverTime()).toUTCString() } } as Answer;
    });
    await using wire = wireTo(server.endpoint);
    expect((await wire.call('Scan', '{}', READ)).kind).toBe('ok');
    expect((await wire.call('Scan', '{}', READ)).kind).toBe('ok');
    expect(server.received).toHaveLength(3);
  });

  it('is not to blame when the Date of the server is ours', async () => {
    await using server = await scriptedServer(() => failure(403, 'RequestTimeTooSkewed'));
    await using wire = wireTo(server.endpoint);
    expect(await wire.call('Scan', '{}', READ)).toMatchObject({
      kind: 'denied',
      name: 'RequestTimeTooSkewed',
    });
    expect(server.received).toHaveLength(1);
  });
});
