import type { Logger } from '../support/log.js';
import type { Credentials } from './passwords.js';

/** What `openSource` hands to every adapter, defaults filled in. */
export interface AdapterOptions {
  readonly log: Logger;
  readonly applicationName: string;
  /** Null where the URL, or the environment, has all. */
  readonly credentials: Credentials | null;
  /** Milliseconds that a statement may take, whatever the URL says; null: as the URL says. */
  readonly statementTimeoutMs: number | null;
  readonly signal: AbortSignal;
}
