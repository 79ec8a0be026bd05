import { MigrationError, messageOf } from '../support/error.js';

/** Where DynamoDB is, as the AWS SDK's own configuration says. */
export interface Address {
  readonly endpoint: URL;
  readonly region: string;
}

/** What the SDK resolves everything else from; each is found in the environment or a shared file if absent. */
export interface AddressOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
}

/** Loopback: no confirmation, no real credentials needed. */
export function isLocal(endpoint: URL): boolean {
  const host = endpoint.hostname;
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(host)
  );
}

/** A region that serves for emulators, which need one and ignore it. */
const LOCAL_REGION = 'us-east-1';

/**
 * Asks the SDK where it would send a request (`AWS_ENDPOINT_URL*`, profiles, FIPS, dual stack, partitions)
 * without sending one. A loopback endpoint needs no region. Throws `SINK_CONNECT`.
 */
export async function resolveAddress(options: AddressOptions): Promise<Address> {
  try {
    return await askSdk(options);
  } catch (error) {
    if (/region is missing/i.test(messageOf(error))) {
      const address = await askSdk({ ...options, region: LOCAL_REGION });
      if (isLocal(address.endpoint)) return address;
      throw new MigrationError('SINK_CONNECT', 'no AWS region is configured', {
        cause: error,
        hint: 'Pass --region, set AWS_REGION, or name a profile that has one with --profile.',
      });
    }
    const given = options.endpoint === undefined ? '' : ` of ${options.endpoint}`;
    throw new MigrationError('SINK_CONNECT', `the address${given} cannot be resolved: ${messageOf(error)}`, {
      cause: error,
      hint: 'Check --endpoint-url, --region and --profile; an endpoint looks like http://127.0.0.1:8000.',
    });
  }
}

async function askSdk(options: AddressOptions): Promise<Address> {
  const { DynamoDBClient, ListTablesCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({
    ...options,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  let endpoint: URL | null = null;
  // Behind the SDK's own endpoint resolution and before signing: the request is complete and goes nowhere.
  client.middlewareStack.add(
    () => async (call) => {
      const { protocol, hostname, port, path } = call.request as SdkRequest;
      endpoint = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'build', priority: 'high', name: 'tablefoldAddress' },
  );
  try {
    await client.send(new ListTablesCommand({}));
    if (endpoint === null) throw new Error('the AWS SDK named no endpoint');
    return { endpoint, region: await client.config.region() };
  } finally {
    client.destroy();
  }
}

interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
}
