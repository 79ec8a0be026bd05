import { type ErrorDetail, MigrationError } from '../support/error.js';

export type SinkErrorCode =
  /** Endpoint unreachable, name not found, TLS. */
  | 'SINK_CONNECT'
  /** The table does not exist. */
  | 'SINK_TABLE_MISSING'
  /** The table has other keys, or is not in a state that takes writes. */
  | 'SINK_TABLE_SHAPE'
  /** Credentials missing, expired or without the right. */
  | 'SINK_ACCESS_DENIED'
  /** The sink refuses a request that is right by its documentation: a limit or a fault of ours. */
  | 'SINK_REFUSED'
  /** No item was acknowledged for as long as the run is willing to wait. */
  | 'SINK_NO_PROGRESS'
  /** The table already holds items of the entities to be written. */
  | 'SINK_NOT_EMPTY';

export function sinkError(
  code: SinkErrorCode,
  message: string,
  detail?: ErrorDetail,
): MigrationError<SinkErrorCode> {
  return new MigrationError(code, message, detail);
}
