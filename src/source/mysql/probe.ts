import { embedPaths } from '../embed-paths.js';
import { WHOLE } from '../key-range.js';
import type { EntityQuery } from '../row-query.js';
import type { Ask } from './ask.js';
import { embedStatement, rootStatement, type Statement } from './sql.js';
import { complaintOf } from './translate-error.js';

interface Part {
  /** For people, before the complaint. */
  readonly name: string;
  readonly statement: Statement;
}

/**
 * Has the server plan the statements of an entity and start them for no row, which checks names and
 * privileges: its complaint in one line, or null.
 */
export async function probe(query: EntityQuery, ask: Ask): Promise<string | null> {
  const parts: readonly Part[] = [
    { name: '', statement: rootStatement(query, [WHOLE], null) },
    ...embedPaths(query).map((path) => ({
      name: `embed ${path.name}: `,
      statement: embedStatement(query, path, [WHOLE]),
    })),
  ];
  for (const { name, statement } of parts) {
    try {
      await ask({ ...statement, text: `${statement.text}\nLIMIT 0` });
    } catch (error) {
      const complaint = complaintOf(error);
      if (complaint === null) throw error;
      return `${name}${complaint.message}`.replace(/\s+/g, ' ');
    }
  }
  return null;
}
