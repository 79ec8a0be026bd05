import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tokenCredentials } from '../../../../src/source/credentials/rds-token.js';

const HOST = 'shop.cluster-abc.eu-central-1.rds.amazonaws.com';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-31T09:30:00Z') });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'signing');
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
  vi.stubEnv('AWS_REGION', undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const login = { host: HOST, port: 5432, user: 'reader@x' };
const parse = (token: string) => new URL(`https://${token}`);

test('a token is signed for host, port and user, in the region of the host, for 15 minutes', async () => {
  const token = parse(await tokenCredentials({}).passwordsFor(login).current());
  expect(token.host).toBe(`${HOST}:5432`);
  expect(Object.fromEntries(token.searchParams)).toEqual({
    Action: 'connect',
    DBUser: 'reader@x',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIAEXAMPLE/20260131/eu-central-1/rds-db/aws4_request',
    'X-Amz-Date': '20260131T093000Z',
    'X-Amz-Expires': '900',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('each connection gets a token of its own', async () => {
  const passwords = tokenCredentials({}).passwordsFor(login);
  const first = await passwords.current();
  expect(await passwords.current()).toBe(first);
  vi.setSystemTime(new Date('2026-01-31T09:45:01Z'));
  const later = parse(await passwords.current()).searchParams;
  expect(later.get('X-Amz-Date')).toBe('20260131T094501Z');
});

test.each([
  [{ region: 'us-west-2', defaultRegion: 'us-east-1' }, HOST, 'us-west-2'],
  [{ defaultRegion: 'us-east-1' }, HOST, 'eu-central-1'],
  [{ defaultRegion: 'us-east-1' }, 'db.example', 'us-east-1'],
  [{}, 'shop.cdef.rds.cn-north-1.rds.amazonaws.com.cn', 'cn-north-1'],
])('%j and the host %s: signed for %s', async (aws, host, region) => {
  const token = parse(
    await tokenCredentials(aws)
      .passwordsFor({ ...login, host })
      .current(),
  );
  expect(token.searchParams.get('X-Amz-Credential')).toContain(`/${region}/`);
});

test('without a region, or without credentials, the error says what to name', async () => {
  const passwords = (aws: object) => tokenCredentials(aws).passwordsFor({ ...login, host: 'db.example' });
  await expect(passwords({}).current()).rejects.toMatchObject({
    code: 'SOURCE_CREDENTIALS',
    hint: expect.stringContaining('aws_region'),
  });
  vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
  await expect(passwords({ region: 'eu-west-1', profile: 'none' }).current()).rejects.toMatchObject({
    code: 'SOURCE_CREDENTIALS',
    message: expect.stringContaining('no token can be signed for reader@x at db.example:5432'),
    hint: expect.stringContaining('profile'),
  });
});
