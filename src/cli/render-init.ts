import { formatProblems } from '../mapping/format-problems.js';
import type { DraftedEntity, InitReport } from '../operations/init.js';
import { table } from './table.js';

const ROLES: { readonly [role in DraftedEntity['role']]: string } = {
  strong: 'entity',
  lookup: 'lookup, joined in',
  weak: "in its parent's partition",
  extension: "in its parent's partition",
  link: 'link, two copies',
};

/** What was drafted, and the next command to type. */
export function renderInit(report: InitReport): string {
  const entities = table(
    ['entity', 'table', 'rows', 'drafted as', 'also asked by'],
    report.entities.map(({ entity, table: from, rows, role, askedBy }) => [
      entity,
      from,
      rows ?? 'unknown',
      ROLES[role],
      askedBy.map((columns) => columns.join(' + ')).join(', ') || '-',
    ]),
  );
  const leftOut = report.leftOut.map(({ table: name, why }) => `Left out: ${name}: ${why}.\n`).join('');
  const problems = report.problems.length === 0 ? '' : `${formatProblems(report.problems)}\n`;
  const seen = seenText(report.queries);
  const verdict = `${report.mapping}: ${counted(report.entities.length, 'entity', 'entities')}, ${counted(report.accessPatterns, 'access pattern', 'access patterns')}; check finds ${counted(report.errors, 'error', 'errors')}, ${counted(report.warnings, 'warning', 'warnings')}.\n`;
  const next = `Next: read its DECIDE lines, then tablefold check --mapping ${report.mapping}\n`;
  return `${problems}${entities}\n${leftOut}${seen}${verdict}${next}`;
}

function seenText({ from, drafted, listed, unread, unreadable }: InitReport['queries']): string {
  const why =
    unreadable === null ? '' : `Queries not read in full: ${unreadable.why}.\n  ${unreadable.hint}\n`;
  if (drafted + listed.length + unread === 0) return why;
  const others = listed.length > 0 ? `; ${listed.length} listed at its end to decide` : '';
  const rest = unread > 0 ? `; ${unread} could not be read` : '';
  return `${why}Seen in ${from}: ${counted(drafted, 'query', 'queries')} drafted as access patterns${others}${rest}.\n`;
}

function counted(value: number, one: string, many: string): string {
  return `${value} ${value === 1 ? one : many}`;
}
