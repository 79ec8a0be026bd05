import type { Row } from '../../source/source.js';
import type { ResolvedCondition } from '../resolved-mapping.js';
import { canonicalText, cellText } from '../value/canonical-text.js';

/** True, false, or null for unknown: what SQL says of a comparison with NULL. */
export type Test = (row: Row) => boolean | null;

/**
 * Compiles `when`. A row has the copy only when the answer is true. Both sides are compared in canonical
 * form: numbers by value, `true` as `t` and `1`, text exactly.
 */
export function compileCondition(condition: ResolvedCondition): Test {
  switch (condition.kind) {
    case 'in': {
      const { cell: at, column } = condition.column;
      const canonical = canonicalText(column.type);
      const wanted = new Set(condition.values.map((value) => canonical(String(value))));
      return (row) => {
        const cell = row[at] ?? null;
        return cell === null ? null : wanted.has(canonical(cellText(cell)));
      };
    }
    case 'isNull': {
      const { column, isNull } = condition;
      return (row) => ((row[column.cell] ?? null) === null) === isNull;
    }
    case 'all':
      return combine(condition.conditions.map(compileCondition), false);
    case 'any':
      return combine(condition.conditions.map(compileCondition), true);
    case 'not': {
      const test = compileCondition(condition.condition);
      return (row) => {
        const answer = test(row);
        return answer === null ? null : !answer;
      };
    }
  }
}

/** `decisive` from one decides; otherwise unknown if one is unknown. */
function combine(tests: readonly Test[], decisive: boolean): Test {
  return (row) => {
    let result: boolean | null = !decisive;
    for (const test of tests) {
      const answer = test(row);
      if (answer === decisive) return decisive;
      if (answer === null) result = null;
    }
    return result;
  };
}
