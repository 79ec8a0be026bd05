import { type ErrorDetail, MigrationError } from '../support/error.js';
import type { Problem } from './problem.js';

export type MappingErrorCode =
  /** The file does not exist or cannot be read. */
  | 'MAPPING_UNREADABLE'
  /** Not YAML, or the TypeScript module throws or exports no mapping. */
  | 'MAPPING_SYNTAX'
  /** The document has problems, or does not fit the source: `problems` lists them all. */
  | 'MAPPING_INVALID'
  /** A function of the mapping returned different values for one row. */
  | 'MAPPING_IMPURE'
  /** Rows or expected items kept beside a mapping cannot be read, or do not fit its tables. */
  | 'MAPPING_EXAMPLES';

export function mappingError(
  code: MappingErrorCode,
  message: string,
  detail?: ErrorDetail,
): MigrationError<MappingErrorCode> {
  return new MigrationError(code, message, detail);
}

/** A mapping that cannot run, with everything that is wrong with it. */
export class MappingInvalid extends MigrationError<'MAPPING_INVALID'> {
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[], detail?: ErrorDetail) {
    super('MAPPING_INVALID', message, detail);
    this.problems = problems;
  }
}
