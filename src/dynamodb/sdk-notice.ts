/** A user of the CLI can do nothing about the SDK's notice of its Node version; it is read when a client is made. */
export function hideSdkNotice(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}
