import { type ErrorDetail, MigrationError } from '../support/error.js';

export type TableErrorCode =
  /** There is no such table. */
  | 'TABLE_MISSING'
  /** AWS does not take the design or the request: a limit, a name, a quota. */
  | 'TABLE_REFUSED'
  /** The table did not become active: somebody deletes it, or it takes longer than anybody waits. */
  | 'TABLE_NOT_ACTIVE'
  /** The table is still being deleted. */
  | 'TABLE_NOT_GONE'
  /** The capacity asked for cannot be had, or not taken back. */
  | 'TABLE_CAPACITY'
  /** The file of `--prices` holds no price list. */
  | 'TABLE_PRICES';

export function tableError(
  code: TableErrorCode,
  message: string,
  detail?: ErrorDetail,
): MigrationError<TableErrorCode> {
  return new MigrationError(code, message, detail);
}
