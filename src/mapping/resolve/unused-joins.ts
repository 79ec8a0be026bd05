import type { ProblemList } from '../problem-list.js';
import type { QueryColumns } from './query-columns.js';
import type { Joins } from './resolve-join.js';

/** A join that nothing reads is left out of the query. */
export function warnUnusedJoins(joins: Joins, columns: QueryColumns, problems: ProblemList): void {
  if (problems.failed) return; // what would read it may be what was reported
  const used = new Set(columns.used);
  for (const join of joins.values()) {
    if (join === null || used.has(join)) continue;
    const message = `nothing takes a column of the join ${join.name}`;
    problems.warning(join.at, 'JOIN_UNUSED', message, 'Name its attributes, or remove it.', 'key');
  }
}
