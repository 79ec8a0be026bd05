import { formatProblems } from '../mapping/format-problems.js';
import type { CheckReport } from '../operations/check.js';
import { plural, table } from './table.js';

export function renderCheck(report: CheckReport): string {
  const problems = report.problems.length === 0 ? '' : `${formatProblems(report.problems)}\n`;
  const entities = table(
    ['entity', 'table', 'rows (estimate)', 'copies'],
    report.entities.map(({ entity, table: from, estimatedRows, copies }) => [
      entity,
      from,
      estimatedRows ?? 'unknown',
      copies.join(', '),
    ]),
  );
  const ignored = report.ignored === 0 ? '' : ` (${report.ignored} more ignored)`;
  const verdict = `${plural(report.errors, 'error')}, ${plural(report.warnings, 'warning')}${ignored} in ${report.mapping}`;
  const next =
    report.errors > 0
      ? 'Mend the errors and check again.'
      : `Next: tablefold plan --mapping ${report.mapping} shows what would be written.`;
  return `${problems}${entities}\n${renderRisks(report)}${verdict}\n${next}\n`;
}

/**
 * The columns of an entity that can hold the same, in one line; once for an attribute and the keys that have the same
 * risk. That a column may make an item too large is true of every text, and several spellings lose nothing: only JSON
 * and `plan` say these.
 */
function renderRisks({ risks }: CheckReport): string {
  const lines = new Map<string, { readonly line: readonly string[]; readonly columns: Set<string> }>();
  const said = new Set<string>();
  for (const { entity, target, table: from, column, type, hazards, canHold, policies } of risks) {
    const named = canHold.filter((words, position) => {
      const id = JSON.stringify([entity, from, column, words]);
      const isNew = !said.has(id);
      said.add(id);
      return isNew && !['large', 'spellings'].includes(hazards[position] ?? '');
    });
    if (named.length === 0) continue;
    const line = [named.join(', '), policies.join(' or ') || '-'];
    const id = JSON.stringify([entity, ...line]);
    const known = lines.get(id) ?? { line: [entity, ...line], columns: new Set() };
    known.columns.add(`${target.includes('.') ? `${target}: ${column}` : target} (${type})`);
    lines.set(id, known);
  }
  if (lines.size === 0) return '';
  const rows = [...lines.values()].map(({ line: [entity = '', holds = '', policy = ''], columns }) => [
    entity,
    [...columns].join(', '),
    holds,
    policy,
  ]);
  const head = ['entity', 'columns', 'can hold', 'kept or left out by'];
  return `Would be rejected, should a row hold it (plan counts how many do)\n${table(head, rows)}\n`;
}
