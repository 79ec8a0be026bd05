import { type ErrorDetail, MigrationError } from '../support/error.js';

export type StateErrorCode =
  /** Another process holds the run. */
  | 'STATE_LOCKED'
  /** The record cannot be read and is not a torn tail: somebody changed it, or the disk did. */
  | 'STATE_CORRUPT'
  /** Written by another version of tablefold. */
  | 'STATE_FORMAT'
  /** The disk is full, the folder is not writable. */
  | 'STATE_IO'
  /** The place or the name given for a run's state is none. */
  | 'STATE_LOCATION'
  /** A checkpoint exists and neither `--resume` nor `--restart` was given. */
  | 'STATE_EXISTS'
  /** `--resume` without a checkpoint. */
  | 'STATE_MISSING'
  /** The checkpoint is of another mapping, schema, source, sink or selection. */
  | 'STATE_OTHER_RUN';

export function stateError(
  code: StateErrorCode,
  message: string,
  detail?: ErrorDetail,
): MigrationError<StateErrorCode> {
  return new MigrationError(code, message, detail);
}
