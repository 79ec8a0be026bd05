import { type ErrorDetail, MigrationError } from '../support/error.js';

export type SourceErrorCode =
  /** The URL has no adapter, or is not a URL. */
  | 'SOURCE_URL'
  /** Host unreachable, refused, name not found, TLS. */
  | 'SOURCE_CONNECT'
  /** Wrong user or password, or no right to connect. */
  | 'SOURCE_ACCESS_DENIED'
  /** AWS gives no password: no such secret, no right to it, no credentials to sign a token. */
  | 'SOURCE_CREDENTIALS'
  /** The database does not exist. */
  | 'SOURCE_DATABASE_MISSING'
  /** The session ended in the middle of the work. */
  | 'SOURCE_LOST'
  /** Locked by somebody else, or no connection is free: passes by itself. */
  | 'SOURCE_BUSY'
  /** A query failed. */
  | 'SOURCE_QUERY'
  /** The source refuses the query that says when reading has to pause. */
  | 'SOURCE_THROTTLE'
  /** The source cannot tell how far a replica is behind. */
  | 'SOURCE_LAG'
  /** A key that the caller gave is no value of the identity columns. */
  | 'SOURCE_KEY'
  /** The snapshot cannot be taken or is gone. */
  | 'SOURCE_SNAPSHOT'
  /** The tables are not those any more that the mapping was compiled against. */
  | 'SOURCE_CHANGED'
  /** An item of a table that is read as a source is none that a row makes. */
  | 'SOURCE_ITEM'
  /** A child row matches no root row: the snapshot is not what it claims to be. */
  | 'SOURCE_STRAY_CHILD';

export function sourceError(
  code: SourceErrorCode,
  message: string,
  detail?: ErrorDetail,
): MigrationError<SourceErrorCode> {
  return new MigrationError(code, message, detail);
}

/** For a hint, behind what is to be looked at first: the adapters do not know which command reads. */
export const RUN_AGAIN = 'run the same command again (migrate and backfill: with --resume)';

const PASSING: readonly string[] = ['SOURCE_LOST', 'SOURCE_CONNECT', 'SOURCE_BUSY', 'SOURCE_SNAPSHOT'];

/** What may work when it is tried again: a restart, a failover, a lock. The same at the start of a run is no such thing. */
export function isPassing(error: unknown): error is MigrationError {
  return error instanceof MigrationError && PASSING.includes(error.code);
}
