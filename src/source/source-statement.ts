import type { EntityQuery } from './row-query.js';

/** A statement as it is sent, with names where it will have values that only the run finds out. */
export interface SourceStatement {
  readonly purpose: /** A connection is made ready. */
    | 'connection'
    /** The moment that all rows are of: begun, shared, its position, ended. */
    | 'snapshot'
    | 'lock'
    /** Nothing stands in the way of reading every row once. */
    | 'check'
    /** Where the chunks begin and end. */
    | 'chunks'
    | 'rows'
    | 'children'
    | 'measure';
  /** When it is sent, and how often: `each chunk`. */
  readonly sent: string;
  readonly sql: string;
  /** What `$1`, `$2` … stand for; empty where the statement holds its values or names itself. */
  readonly values: readonly string[];
}

/** Names in place of a key: `after id`, `up to id`. */
export function namedKey({ identity }: EntityQuery, place: string): readonly string[] {
  return identity.map(({ name }) => `${place} ${name}`);
}
