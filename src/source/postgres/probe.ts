import type pg from 'pg';
import { embedPaths, lastOf } from '../embed-paths.js';
import { WHOLE } from '../key-range.js';
import type { EntityQuery } from '../row-query.js';
import type { Ask } from './ask.js';
import { embedStatement, rootStatement, type Statement } from './sql.js';
import { complaintOf } from './translate-error.js';

interface Part {
  /** For people, before the complaint. */
  readonly name: string;
  readonly statement: Statement;
  readonly where: string | null;
}

/**
 * Has Postgres plan the statements of an entity and start them for no row, which checks names, types and
 * privileges: its complaint in one line, or null. Leaves the transaction aborted after a complaint.
 */
export async function probe(query: EntityQuery, ask: Ask): Promise<string | null> {
  const parts: readonly Part[] = [
    { name: '', statement: rootStatement(query, WHOLE), where: query.where },
    ...embedPaths(query).map((path) => ({
      name: `embed ${path.name}: `,
      statement: embedStatement(query, path, WHOLE),
      where: lastOf(path.embeds).where,
    })),
  ];
  for (const part of parts) {
    try {
      await ask({ text: `${part.statement.text}\nLIMIT 0`, values: part.statement.values });
    } catch (error) {
      const complaint = complaintOf(error);
      if (complaint === null) throw error;
      return `${part.name}${describe(complaint, part)}`;
    }
  }
  return null;
}

function describe(complaint: pg.DatabaseError, { statement, where }: Part): string {
  const place = where === null ? null : placeIn(where, statement.text, Number(complaint.position));
  const hint = complaint.hint === undefined ? '' : ` (${complaint.hint})`;
  return `${complaint.message}${place === null ? '' : ` at character ${place} of where`}${hint}`.replace(
    /\s+/g,
    ' ',
  );
}

/** Position in `where` of a position (in characters, from 1) in the statement, or null where it is elsewhere. */
function placeIn(where: string, text: string, position: number): number | null {
  const start = [...text.slice(0, text.indexOf(` WHERE (${where}\n)`))].length + ' WHERE ('.length;
  const place = position - start;
  return place >= 1 && place <= [...where].length + 1 ? place : null;
}
