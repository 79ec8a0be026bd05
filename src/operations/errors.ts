import { type ErrorDetail, MigrationError } from '../support/error.js';

export type RunErrorCode =
  /** The caller's signal was aborted; the checkpoint is saved. */
  | 'RUN_INTERRUPTED'
  /** More rejects than `maxRejects` allows. */
  | 'RUN_TOO_MANY_REJECTS'
  /** The totals do not add up: a bug, never a user's fault. */
  | 'RUN_ACCOUNT'
  /** A thread has died. */
  | 'RUN_THREAD'
  /** The mapping's file was changed while threads began to read it. */
  | 'RUN_MAPPING'
  /** A row that was asked for by its key is not in the source. */
  | 'RUN_KEY_MISSING'
  /** `control` was asked of a run that nobody runs. */
  | 'RUN_NOT_LIVE'
  /** The run could not do what `control` asked. */
  | 'RUN_CONTROL'
  /** The load costs more than the user allows, or it cannot be said. */
  | 'RUN_COST'
  /** The user said no. */
  | 'RUN_DECLINED'
  /** `init` found no draft that passes `check`: a bug. */
  | 'RUN_DRAFT'
  /** stdout, or a file that was asked for, takes no result: a full disk. */
  | 'RUN_OUTPUT'
  /** What a diff has written cannot be read back, or is not of a diff that may be acted on. */
  | 'RUN_DIFFERENCES'
  /** More orphans than may be deleted at once. */
  | 'RUN_FUSE'
  /** What would be deleted could not be had back by a restore of the table. */
  | 'RUN_UNPROTECTED';

export function runError(
  code: RunErrorCode,
  message: string,
  detail?: ErrorDetail,
): MigrationError<RunErrorCode> {
  return new MigrationError(code, message, detail);
}

export type UsageErrorCode =
  /** There is no such command. */
  | 'USAGE_COMMAND'
  /** A flag's value is none of those that are possible. */
  | 'USAGE_VALUE'
  /** Flags that exclude each other, or one that needs another. */
  | 'USAGE_COMBINATION'
  /** A needed flag or environment variable is missing. */
  | 'USAGE_MISSING';

export function usageError(
  code: UsageErrorCode,
  message: string,
  detail?: ErrorDetail,
): MigrationError<UsageErrorCode> {
  return new MigrationError(code, message, detail);
}
