import { type ColumnLookup, resolveTemplate, type TemplateRole } from '../key/key-template.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemList } from '../problem-list.js';
import type { ResolvedColumn, ResolvedTemplate } from '../template.js';
import type { QueryColumns } from './query-columns.js';

/** The template with its columns found, or null after reporting what is wrong with it. */
export function requireTemplate(
  text: string,
  find: ColumnLookup,
  role: TemplateRole,
  at: DocumentPath,
  problems: ProblemList,
): ResolvedTemplate | null {
  const resolution = resolveTemplate(text, find, role);
  for (const { severity, code, message, fix, offset } of resolution.problems) {
    if (message === '') continue; // reported where the join is
    problems[severity](at, code, message, fix, offset);
  }
  return resolution.template;
}

/** The cell of `column` or `join.column`, or null after reporting that there is none. */
export function requireCell(
  name: string,
  columns: QueryColumns,
  at: DocumentPath,
  problems: ProblemList,
): ResolvedColumn | null {
  const dot = name.lastIndexOf('.');
  const found = columns.find(name.slice(0, Math.max(0, dot)), name.slice(dot + 1));
  if (!('problem' in found)) return found;
  if (found.problem !== '') problems.error(at, 'UNKNOWN_COLUMN', found.problem, found.fix);
  return null;
}
