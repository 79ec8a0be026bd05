/** A statement that the source counted, its values already taken out (`$1`, `?`). */
export interface ObservedQuery {
  readonly sql: string;
  readonly calls: number;
  /** Milliseconds over all calls. */
  readonly totalMs: number;
}

/** What a source was asked since its counters began. */
export interface ObservedQueries {
  /** Where they were counted: `pg_stat_statements`. */
  readonly from: string;
  /** SELECTs of the session's database, the most frequent first, at most `MOST_QUERIES`. */
  readonly queries: readonly ObservedQuery[];
  /** Why all or some of them cannot be read, and what would let them be; null where all can. Plain JSON. */
  readonly unreadable: { readonly why: string; readonly hint: string } | null;
}

/** A draft has room for no more questions than an application has. */
export const MOST_QUERIES = 500;
