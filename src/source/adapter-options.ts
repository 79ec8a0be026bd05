import type { Logger } from '../support/log.js';

/** What `openSource` hands to every adapter, defaults filled in. */
export interface AdapterOptions {
  readonly log: Logger;
  readonly applicationName: string;
  readonly signal: AbortSignal;
}
