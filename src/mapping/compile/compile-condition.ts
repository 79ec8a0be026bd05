import type { Row } from '../../source/source.js';
import type { Bound } from '../mapping.js';
import type { ResolvedCondition } from '../resolved-mapping.js';
import { canonicalText, cellText } from '../value/canonical-text.js';
import { valueOrder } from '../value/value-order.js';

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
    case 'range':
      return inRange(condition);
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

/** Two bounds, each read once. */
function inRange({ column, bounds }: Extract<ResolvedCondition, { kind: 'range' }>): Test {
  const { cell: at, column: compared } = column;
  const order = valueOrder(compared.type);
  if (order === null) throw new TypeError(`${compared.name} was resolved and has no order`);
  const tests = bounds.map(([bound, value]) => {
    const compare = order(String(value));
    const holds = HOLDS[bound];
    return (raw: string) => holds(compare(raw));
  });
  return (row) => {
    const cell = row[at] ?? null;
    if (cell === null) return null;
    const raw = cellText(cell);
    return tests.every((test) => test(raw));
  };
}

const HOLDS: Readonly<Record<Bound, (order: number) => boolean>> = {
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

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
