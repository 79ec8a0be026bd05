import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Credentials, createSigner } from '../../../src/dynamodb/sign.js';

/** The hash that smithy's signer is given: SHA-256, or HMAC with a secret. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', secret as string | NodeJS.ArrayBufferView);
  }
  update(chunk: Uint8Array | string): void {
    this.#hash.update(chunk);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

interface Request {
  readonly endpoint: string;
  readonly region: string;
  readonly target: string;
  readonly body: string;
  readonly credentials: Credentials;
  readonly now: number;
}

async function oracle(request: Request): Promise<string | undefined> {
  const url = new URL(request.endpoint);
  const signer = new SignatureV4({
    credentials: request.credentials,
    region: request.region,
    service: 'dynamodb',
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      query: {},
      headers: {
        host: url.host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': request.target,
      },
      body: request.body,
    },
    { signingDate: new Date(request.now) },
  );
  const { authorization } = signed.headers;
  return authorization;
}

const word = fc.stringMatching(/^[A-Za-z0-9]{1,20}$/);
const request: fc.Arbitrary<Request> = fc.record({
  endpoint: fc.constantFrom(
    'https://dynamodb.eu-west-1.amazonaws.com',
    'https://vpce-0a.dynamodb.us-east-1.vpce.amazonaws.com:443',
    'http://127.0.0.1:8000',
    'http://[::1]:4566',
    'http://localhost:80',
    'https://proxy.internal:8443/dynamo/a b/',
  ),
  region: fc.constantFrom('eu-west-1', 'us-gov-west-1', 'local'),
  target: word.map((name) => `DynamoDB_20120810.${name}`),
  body: fc.string({ unit: 'binary', maxLength: 400 }),
  credentials: fc.record(
    { accessKeyId: word, secretAccessKey: fc.string({ minLength: 1 }), sessionToken: word },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  ),
  now: fc.integer({ min: 0, max: 4_102_444_800_000 }),
});

it('signs as the AWS SDK does, with and without a session token, for odd hosts too', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (given) => {
      const signer = createSigner(new URL(given.endpoint), given.region);
      const headers = signer.sign(given.target, Buffer.from(given.body), given.credentials, given.now);
      expect(headers[headers.indexOf('authorization') + 1]).toBe(await oracle(given));
    }),
    { numRuns: 300 },
  );
});

it('signs right after the credentials, the second or the day have changed', async () => {
  const endpoint = 'http://127.0.0.1:8000';
  const signer = createSigner(new URL(endpoint), 'eu-west-1');
  const day = 86_400_000;
  for (const now of [0, 999, 1000, day - 1, day, day * 400, 0]) {
    for (const secretAccessKey of ['one', 'two', 'one']) {
      const given = {
        endpoint,
        region: 'eu-west-1',
        target: 'DynamoDB_20120810.Scan',
        body: '{}',
        credentials: { accessKeyId: 'A', secretAccessKey },
        now,
      };
      const headers = signer.sign(given.target, Buffer.from(given.body), given.credentials, now);
      expect(headers[headers.indexOf('authorization') + 1]).toBe(await oracle(given));
    }
  }
});
