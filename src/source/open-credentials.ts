import type { Credentials } from './passwords.js';
import { refusedUrl, type SourceUrl } from './source-url.js';

/** Who answers for the login where AWS does: all of it may stand in the URL instead. */
export interface CredentialOptions {
  /** ARN or name of a Secrets Manager secret. */
  readonly secret?: string | undefined;
  /** For the secret or the token; default as the AWS SDK finds them. */
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

const OWN_PARAMETERS = ['auth', 'secret', 'aws_region', 'aws_profile'];

/**
 * Takes `auth`, `secret`, `aws_region` and `aws_profile` out of the URL, and reads the secret. Throws
 * `SOURCE_URL`, `SOURCE_CREDENTIALS`.
 */
export async function openCredentials(
  url: SourceUrl,
  options: CredentialOptions,
): Promise<{ readonly address: SourceUrl; readonly credentials: Credentials | null }> {
  const { parameters } = url;
  const address: SourceUrl = {
    ...url,
    parameters: new Map([...parameters].filter(([name]) => !OWN_PARAMETERS.includes(name))),
  };
  const auth = parameters.get('auth') ?? 'password';
  if (auth !== 'password' && auth !== 'iam')
    throw refusedUrl('an unknown auth', 'Known are password and iam.');
  const secret = parameters.get('secret') || options.secret || '';
  const aws = {
    region: parameters.get('aws_region') || undefined,
    defaultRegion: options.region,
    profile: parameters.get('aws_profile') || options.profile,
  };
  if (auth !== 'iam' && secret === '') return { address, credentials: null };
  const own = url.password !== '' || parameters.has('password');
  if (own || (auth === 'iam' && secret !== '')) {
    const all = [own ? 'a password' : '', auth === 'iam' ? 'auth=iam' : '', secret === '' ? '' : 'a secret'];
    throw refusedUrl(all.filter(Boolean).join(' and '), 'One of them is enough: leave the others out.');
  }
  if (auth === 'iam') {
    const { tokenCredentials } = await import('./credentials/rds-token.js');
    return { address, credentials: tokenCredentials(aws) };
  }
  const { secretCredentials } = await import('./credentials/secret.js');
  return { address, credentials: await secretCredentials(secret, aws) };
}
