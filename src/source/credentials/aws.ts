import { hideSdkNotice } from '../../dynamodb/sdk-notice.js';
import { messageOf } from '../../support/error.js';
import { sourceError } from '../errors.js';

/** What the SDK is told; the rest it finds as the AWS CLI does. */
export interface AwsOptions {
  /** Said for the source alone: wins over what its host or ARN tells. */
  readonly region?: string | undefined;
  /** Said for all of AWS: where host and ARN tell nothing. */
  readonly defaultRegion?: string | undefined;
  readonly profile?: string | undefined;
}

/** For the constructor of any client; `found` is the region that a host or an ARN names. */
export function sdkOptions(
  { region, defaultRegion, profile }: AwsOptions,
  found: string | undefined,
): { readonly region?: string; readonly profile?: string } {
  hideSdkNotice();
  const known = region ?? found ?? defaultRegion;
  return { ...(known === undefined ? {} : { region: known }), ...(profile === undefined ? {} : { profile }) };
}

export function refusedByAws(what: string, error: unknown, hint: string) {
  const name = error instanceof Error && error.name !== 'Error' ? ` (${error.name})` : '';
  const own = /region is missing/i.test(messageOf(error))
    ? 'Add aws_region=REGION to the source URL, pass --region, or set AWS_REGION.'
    : hint;
  return sourceError('SOURCE_CREDENTIALS', `${what}: ${messageOf(error)}${name}`, {
    cause: error,
    hint: own,
  });
}
