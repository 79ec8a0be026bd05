import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MigrationError } from '../support/error.js';
import { type Logger, silentLogger } from '../support/log.js';
import { type CredentialProvider, orLocal } from './credentials.js';
import { type AddressOptions, isLocal, resolveAddress } from './endpoint.js';
import { endpointOfProfile, hasProfile } from './profile-endpoint.js';
import { hideSdkNotice } from './sdk-notice.js';
import type { Wire } from './wire.js';

export interface DynamoDbOptions {
  /** Region, profile and endpoint: default as the AWS SDK finds them (environment, shared config files). */
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** The most data-plane requests under way at once. Default 32. */
  readonly connections?: number | undefined;
  /** Milliseconds from sending a request to the end of its reply. Default 20,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** Milliseconds that a write without a reply stays unsettled. Default 5,000. */
  readonly graceMs?: number | undefined;
  readonly log?: Logger | undefined;
}

/** One way to DynamoDB: the SDK for the control plane, the wire for what has volume. */
export interface DynamoDb extends AsyncDisposable {
  readonly endpoint: URL;
  readonly region: string;
  /** The endpoint is a loopback address. */
  readonly local: boolean;
  readonly control: DynamoDBClient;
  readonly wire: Wire;
}

const CONNECT_TIMEOUT_MS = 5_000;
const CONTROL_TIMEOUT_MS = 20_000;

/**
 * Finds out where DynamoDB is, and sends nothing yet. Credentials are asked for with the first request.
 * Throws `SINK_CONNECT` when there is no region or the endpoint is no URL.
 */
export async function openDynamoDb(options: DynamoDbOptions = {}): Promise<DynamoDb> {
  hideSdkNotice();
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const { openWire } = await import('./wire.js');

  const { profile, connections, requestTimeoutMs, graceMs, log } = options;
  if (profile !== undefined && !(await hasProfile(profile))) {
    throw new MigrationError('SINK_CONNECT', `there is no AWS profile ${profile}`, {
      hint: 'See `aws configure list-profiles`, and AWS_CONFIG_FILE where the files are elsewhere.',
    });
  }
  const named = options.endpointUrl ?? (profile === undefined ? undefined : await endpointOfProfile(profile));
  const sdk: AddressOptions = {
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(profile === undefined ? {} : { profile }),
    ...(named === undefined ? {} : { endpoint: named }),
  };
  const { endpoint, region } = await resolveAddress(sdk);
  const local = isLocal(endpoint);
  const chain = new DynamoDBClient({ ...sdk, region, logger: sdkLogger(log) }).config.credentials;
  const credentials: CredentialProvider = local ? orLocal(chain) : chain;
  const control = new DynamoDBClient({
    ...sdk,
    region,
    credentials,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: CONTROL_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  const wire = openWire({ endpoint, region, credentials, connections, requestTimeoutMs, graceMs, log });
  return {
    endpoint,
    region,
    local,
    control,
    wire,
    async [Symbol.asyncDispose]() {
      control.destroy();
      await wire[Symbol.asyncDispose]();
    },
  };
}

/** What the SDK warns of goes where everything else goes, instead of to the console. */
function sdkLogger(log: Logger = silentLogger) {
  const drop = () => undefined;
  return {
    trace: drop,
    debug: drop,
    info: drop,
    warn: (...said: readonly unknown[]) =>
      log.warn(said.map(String).join(' ').replaceAll(/\s+/g, ' ').trim()),
    error: drop,
  };
}
