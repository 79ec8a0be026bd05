import type { Credentials } from '../passwords.js';
import { type AwsOptions, refusedByAws, sdkOptions } from './aws.js';

/** Hosts of RDS, of Aurora's clusters and of its proxies name their region; China has a suffix of its own. */
const RDS_HOST = /\.([a-z0-9-]+)\.rds\.amazonaws\.com(?:\.cn)?\.?$/i;

/**
 * Tokens signed for host, port and user (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html).
 * Each is good for opening connections for 15 minutes, so that every connection gets one of its own. Signing
 * asks nobody but where credentials are fetched.
 */
export function tokenCredentials(aws: AwsOptions): Credentials {
  return {
    needsTls: true,
    passwordsFor: ({ host, port, user }) => ({
      async current() {
        const { Signer } = await import('@aws-sdk/rds-signer');
        const options = sdkOptions(aws, RDS_HOST.exec(host)?.[1]);
        try {
          return await new Signer({ hostname: host, port, username: user, ...options }).getAuthToken();
        } catch (error) {
          throw refusedByAws(
            `no token can be signed for ${user} at ${host}:${port}`,
            error,
            'Check the credentials (`aws sts get-caller-identity`), and --profile or aws_profile.',
          );
        }
      },
      renewed: () => Promise.resolve(null),
    }),
  };
}
