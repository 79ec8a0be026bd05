/** Whether one of the shared files has the profile; the SDK goes on without one that is not there. */
export async function hasProfile(profile: string): Promise<boolean> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  return Object.hasOwn(configFile, profile) || Object.hasOwn(credentialsFile, profile);
}

/**
 * The `endpoint_url` of a profile that is named by option. The SDK reads it only for `AWS_PROFILE`
 * (`@smithy/core` 3.41, `getEndpointFromConfig` passes no profile): without this, `--profile lab` of a
 * profile that points to an emulator would go to AWS itself. Same order as in the SDK: variables first,
 * then the profile's services section, then the profile. Undefined where none names one.
 * docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function endpointOfProfile(profile: string): Promise<string | undefined> {
  const { loadConfig } = await import('@smithy/core/config');
  const ignored = await loadConfig<string | undefined>(
    {
      environmentVariableSelector: (env) => env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'],
      configFileSelector: (section) => section['ignore_configured_endpoint_urls'],
      default: undefined,
    },
    { profile },
  )();
  if (ignored === 'true') return undefined;
  return await loadConfig<string | undefined>(
    {
      environmentVariableSelector: (env) => env['AWS_ENDPOINT_URL_DYNAMODB'] ?? env['AWS_ENDPOINT_URL'],
      configFileSelector: (section, file) => {
        const { services, endpoint_url: general } = section;
        const own =
          services === undefined ? undefined : file?.[`services.${services}`]?.['dynamodb.endpoint_url'];
        return own ?? general;
      },
      default: undefined,
    },
    { profile },
  )();
}
