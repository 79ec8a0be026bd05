import type { ResolvedCondition } from './resolved-mapping.js';
import type { ResolvedColumn, ResolvedTemplate } from './template.js';

/** Says where a column stands in another query. */
export type Move = (column: ResolvedColumn) => ResolvedColumn;

export function moveTemplate(template: ResolvedTemplate, move: Move): ResolvedTemplate {
  return {
    ...template,
    parts: template.parts.map((part) =>
      part.kind === 'column' ? { ...part, column: move(part.column) } : part,
    ),
  };
}

export function moveCondition(condition: ResolvedCondition, move: Move): ResolvedCondition {
  switch (condition.kind) {
    case 'in':
    case 'range':
    case 'isNull':
      return { ...condition, column: move(condition.column) };
    case 'all':
    case 'any':
      return { ...condition, conditions: condition.conditions.map((inner) => moveCondition(inner, move)) };
    case 'not':
      return { ...condition, condition: moveCondition(condition.condition, move) };
  }
}
