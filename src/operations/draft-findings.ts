import { choosePolicy } from '../draft/choose-policies.js';
import type { Draft, DraftFindings } from '../draft/draft.js';
import { LIMITS } from '../item/limits.js';
import { HAZARDS, type Hazard } from '../mapping/hazards.js';
import type { Problem } from '../mapping/problem.js';
import type { RiskMeasure } from './measure-risks.js';

/** What the rows hold that this draft would reject, as findings for the next; null where it rejects nothing. */
export function findingsOfMeasures(
  measures: readonly RiskMeasure[],
  draft: Draft,
  before: DraftFindings,
): DraftFindings | null {
  const policies = new Map(before.policies);
  const unfit = new Map(before.unfit);
  const refused = new Map(before.refused);
  const large = new Set(before.large);
  for (const { entity, target, table, column, found, verdict } of measures) {
    const hazards = Object.entries(found).flatMap(([hazard, count]) => (count > 0 ? [hazard as Hazard] : []));
    if (verdict !== 'rejects' || hazards.length === 0) continue;
    const id = `${table}.${column}`;
    const holds = hazards.map((hazard) => HAZARDS[hazard].says).join(' and ');
    const [copy = '', role, sort] = target.split('.');
    const isCopy = role !== undefined && Object.hasOwn(draft.mapping.entities[entity]?.items ?? {}, copy);
    if (!isCopy) {
      const policy = choosePolicy(hazards);
      if (policy !== null) policies.set(id, policy);
    } else if (sort !== undefined) unfit.set(id, `${column} holds ${holds}`);
    else refused.set(table, `its key ${column} holds ${holds}`);
  }
  for (const label of tablesOverLimit(measures)) large.add(label);
  const counts = (of: DraftFindings) => of.policies.size + of.unfit.size + of.refused.size + of.large.size;
  const after = { policies, unfit, refused, large };
  return counts(after) > counts(before) ? after : null;
}

/** The longest values of a row may meet in one row. */
function tablesOverLimit(measures: readonly RiskMeasure[]): readonly string[] {
  const longest = new Map<string, Map<string, number>>();
  for (const { table, column, extremes } of measures) {
    const columns = longest.get(table) ?? new Map<string, number>();
    columns.set(column, extremes.longest ?? 0);
    longest.set(table, columns);
  }
  return [...longest].flatMap(([table, columns]) =>
    [...columns.values()].reduce((sum, bytes) => sum + bytes, 0) > LIMITS.itemBytes * 0.9 ? [table] : [],
  );
}

/** Tables that `check` has errors of, as findings; null where it has none that leaving out tables mends. */
export function findingsOfProblems(
  problems: readonly Problem[],
  draft: Draft,
  before: DraftFindings,
): DraftFindings | null {
  const refused = new Map(before.refused);
  for (const { severity, message, path } of problems) {
    const [part, entity] = path;
    if (severity !== 'error' || part !== 'entities' || typeof entity !== 'string') continue;
    const table = draft.mapping.entities[entity]?.from;
    if (table !== undefined && !refused.has(table)) refused.set(table, message);
  }
  return refused.size > before.refused.size ? { ...before, refused } : null;
}
