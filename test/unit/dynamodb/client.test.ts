import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { type DynamoDbOptions, openDynamoDb } from '../../../src/dynamodb/client.js';
import { isLocal } from '../../../src/dynamodb/endpoint.js';
import { describeTable } from '../../../src/dynamodb/table-description.js';
import { failure, ok, scriptedServer } from './scripted-server.js';

let folder: string;

/** Shared config files of a test alone, and no AWS variable of whoever runs it. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tablefold-aws-'));
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function addressOf(options: DynamoDbOptions): Promise<string> {
  await using dynamo = await openDynamoDb(options);
  return `${dynamo.region} ${dynamo.endpoint.href} ${dynamo.local ? 'local' : 'remote'}`;
}

/** Who signs the requests of the wire and of the SDK. */
async function signersOf(options: DynamoDbOptions): Promise<string[]> {
  await using server = await scriptedServer(() => ok({ Table: {} }));
  await using dynamo = await openDynamoDb({ ...options, endpointUrl: server.endpoint.href });
  await dynamo.wire.call('Scan', '{}', { writes: false });
  await describeTable(dynamo, 'shop');
  return server.received.map(
    ({ headers }) =>
      /Credential=([^/]+)\/\d+\/([^/]+)/.exec(String(headers.authorization))?.slice(1).join(' ') ?? '',
  );
}

test('a profile that is nowhere is refused, also for an emulator', async () => {
  await writeFile(join(folder, 'config'), '[profile lab]\nendpoint_url = http://127.0.0.1:8123\n');
  await expect(openDynamoDb({ profile: 'lob', endpointUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({
    code: 'SINK_CONNECT',
    message: 'there is no AWS profile lob',
  });
});

describe('the address', () => {
  it('is that of the region given', async () => {
    expect(await addressOf({ region: 'eu-west-1' })).toBe(
      'eu-west-1 https://dynamodb.eu-west-1.amazonaws.com/ remote',
    );
    expect(await addressOf({ region: 'cn-north-1' })).toBe(
      'cn-north-1 https://dynamodb.cn-north-1.amazonaws.com.cn/ remote',
    );
  });

  it('comes from the environment', async () => {
    vi.stubEnv('AWS_REGION', 'us-west-2');
    expect(await addressOf({})).toBe('us-west-2 https://dynamodb.us-west-2.amazonaws.com/ remote');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://localhost:4566');
    expect(await addressOf({})).toBe('us-west-2 http://localhost:4566/ local');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'https://proxy.internal:8443/ddb');
    expect(await addressOf({})).toBe('us-west-2 https://proxy.internal:8443/ddb/ remote');
    expect(await addressOf({ endpointUrl: 'http://[::1]:8000' })).toBe('us-west-2 http://[::1]:8000/ local');
  });

  it('comes from a profile of the shared config file', async () => {
    await writeFile(
      join(folder, 'config'),
      [
        '[profile lab]',
        'region = ap-south-1',
        'services = lab-services',
        '[services lab-services]',
        'dynamodb =',
        '  endpoint_url = http://127.0.0.1:8123',
        '[profile plain]',
        'region = eu-north-1',
        'endpoint_url = http://127.0.0.1:8124',
        '[profile fips]',
        'region = us-east-1',
        'use_fips_endpoint = true',
      ].join('\n'),
    );
    expect(await addressOf({ profile: 'lab' })).toBe('ap-south-1 http://127.0.0.1:8123/ local');
    expect(await addressOf({ profile: 'fips' })).toBe(
      'us-east-1 https://dynamodb-fips.us-east-1.amazonaws.com/ remote',
    );
    expect(await addressOf({ profile: 'plain' })).toBe('eu-north-1 http://127.0.0.1:8124/ local');
    vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true');
    expect(await addressOf({ profile: 'plain' })).toBe(
      'eu-north-1 https://dynamodb.eu-north-1.amazonaws.com/ remote',
    );
    vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', undefined);
    vi.stubEnv('AWS_PROFILE', 'lab');
    expect(await addressOf({})).toBe('ap-south-1 http://127.0.0.1:8123/ local');
  });

  it('needs a region, but for a loopback endpoint', async () => {
    await expect(addressOf({})).rejects.toMatchObject({
      code: 'SINK_CONNECT',
      message: 'no AWS region is configured',
      hint: expect.stringContaining('--region'),
    });
    expect(await addressOf({ endpointUrl: 'http://localhost:8000' })).toBe(
      'us-east-1 http://localhost:8000/ local',
    );
  });

  it('that is no URL is refused by name', async () => {
    await expect(addressOf({ region: 'eu-west-1', endpointUrl: 'localhost8000' })).rejects.toMatchObject({
      code: 'SINK_CONNECT',
      message: expect.stringContaining('localhost8000'),
    });
  });

  it.each([
    ['http://localhost:1', true],
    ['http://ddb.localhost', true],
    ['http://127.0.0.1', true],
    ['http://127.8.9.1', true],
    ['http://[::1]:8000', true],
    ['https://localhost.example.com', false],
    ['https://127.0.0.1.example.com', false],
    ['http://10.0.0.1', false],
    ['http://0.0.0.0', false],
  ])('%s is local: %s', (url, local) => {
    expect(isLocal(new URL(url))).toBe(local);
  });
});

describe('credentials', () => {
  it('come from the environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'fromEnvironment');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    expect(await signersOf({ region: 'eu-west-1' })).toEqual([
      'fromEnvironment eu-west-1',
      'fromEnvironment eu-west-1',
    ]);
  });

  it('come from a profile of the shared credentials file', async () => {
    await writeFile(
      join(folder, 'credentials'),
      '[lab]\naws_access_key_id = fromLab\naws_secret_access_key = secret\n',
    );
    expect(await signersOf({ region: 'eu-west-1', profile: 'lab' })).toEqual([
      'fromLab eu-west-1',
      'fromLab eu-west-1',
    ]);
  });

  it('are not needed for a loopback endpoint', async () => {
    expect(await signersOf({})).toEqual(['local us-east-1', 'local us-east-1']);
  });

  it('that are missing elsewhere deny access', async () => {
    await using dynamo = await openDynamoDb({ region: 'eu-west-1' });
    await expect(describeTable(dynamo, 'shop')).rejects.toMatchObject({
      code: 'SINK_ACCESS_DENIED',
      message: expect.stringContaining('Could not load credentials from any providers'),
    });
  });
});

describe('the SDK', () => {
  it('does not tell users of the CLI about its Node versions, unless they want to know', async () => {
    vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', undefined);
    await addressOf({ region: 'eu-west-1' });
    expect(process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED']).toBe('true');
    vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'false');
    await addressOf({ region: 'eu-west-1' });
    expect(process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED']).toBe('false');
  });

  it.each([
    [failure(400, 'ResourceNotFoundException'), null],
    [
      failure(400, 'AccessDeniedException', 'User: x is not authorized to perform: dynamodb:DescribeTable'),
      'SINK_ACCESS_DENIED',
    ],
    [
      failure(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
      'SINK_ACCESS_DENIED',
    ],
    [failure(400, 'ExpiredTokenException'), 'SINK_ACCESS_DENIED'],
    [failure(400, 'ValidationException'), 'SINK_REFUSED'],
  ])('fails in the words of the sink (%#)', async (answer, code) => {
    await using server = await scriptedServer(() => answer);
    await using dynamo = await openDynamoDb({ endpointUrl: server.endpoint.href });
    const described = describeTable(dynamo, 'shop');
    if (code === null) expect(await described).toBeNull();
    else await expect(described).rejects.toMatchObject({ code });
  });

  it('names the endpoint that does not answer', async () => {
    const { endpoint, ...server } = await scriptedServer(() => ok());
    await server[Symbol.asyncDispose]();
    await using dynamo = await openDynamoDb({ endpointUrl: endpoint.href });
    await expect(describeTable(dynamo, 'shop')).rejects.toMatchObject({
      code: 'SINK_CONNECT',
      message: expect.stringMatching(`${endpoint.origin}.*ECONNREFUSED`),
      hint: expect.stringContaining('--endpoint-url'),
    });
  });
});
