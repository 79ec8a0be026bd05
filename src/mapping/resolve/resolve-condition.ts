import { canonicalNumber } from '../../item/number.js';
import type { ColumnType } from '../../source/source-schema.js';
import { nearest } from '../../support/nearest.js';
import { describeType } from '../key/transform-chain.js';
import type { Bound, Condition, Scalar } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemList } from '../problem-list.js';
import type { ResolvedCondition } from '../resolved-mapping.js';
import type { ResolvedColumn } from '../template.js';
import { isDate, parseTime, parseTimestamp } from '../value/temporal.js';
import { valueOrder } from '../value/value-order.js';
import type { QueryColumns } from './query-columns.js';
import { requireCell } from './require-cell.js';

/** Null after reporting why. */
export function resolveCondition(
  condition: Condition,
  columns: QueryColumns,
  at: DocumentPath,
  problems: ProblemList,
): ResolvedCondition | null {
  if ('not' in condition) {
    const inner = resolveCondition(condition.not, columns, [...at, 'not'], problems);
    return inner === null ? null : { kind: 'not', condition: inner };
  }
  if ('all' in condition) return resolveSeveral('all', condition.all, columns, at, problems);
  if ('any' in condition) return resolveSeveral('any', condition.any, columns, at, problems);
  const column = requireCell(condition.column, columns, [...at, 'column'], problems);
  if (column === null) return null;
  if ('isNull' in condition) return { kind: 'isNull', column, isNull: condition.isNull };
  if (!('in' in condition || 'equals' in condition)) return resolveRange(condition, column, at, problems);
  const values = 'in' in condition ? condition.in : [condition.equals];
  const sound = values.map((value, index) => {
    const here = 'in' in condition ? [...at, 'in', index] : [...at, 'equals'];
    return checkValue(value, column, here, problems);
  });
  return sound.includes(false) ? null : { kind: 'in', column, values };
}

const BOUNDS = ['gt', 'gte', 'lt', 'lte'] as const satisfies readonly Bound[];

function resolveRange(
  condition: { readonly [bound in Bound]?: Scalar },
  column: ResolvedColumn,
  at: DocumentPath,
  problems: ProblemList,
): ResolvedCondition | null {
  const bounds = BOUNDS.flatMap((bound) => {
    const value = condition[bound];
    return value === undefined ? [] : [[bound, value] as const];
  });
  const { type, name, nativeType } = column.column;
  if (valueOrder(type) === null) {
    const message = `${name} is ${describeType(type)} (${nativeType}), whose order depends on the database`;
    const fix = 'Numbers, dates, times and enums have ranges here; compare in "where" instead, or use in.';
    problems.error([...at, bounds[0]?.[0] ?? 'gt'], 'CONDITION_RANGE', message, fix, 'key');
    return null;
  }
  const sound = bounds.map(([bound, value]) => checkValue(value, column, [...at, bound], problems));
  return sound.includes(false) ? null : { kind: 'range', column, bounds };
}

function resolveSeveral(
  kind: 'all' | 'any',
  conditions: readonly Condition[],
  columns: QueryColumns,
  at: DocumentPath,
  problems: ProblemList,
): ResolvedCondition | null {
  const resolved = conditions.map((condition, index) =>
    resolveCondition(condition, columns, [...at, kind, index], problems),
  );
  const found = resolved.filter((condition) => condition !== null);
  return found.length < resolved.length ? null : { kind, conditions: found };
}

function checkValue(
  value: Scalar,
  { column }: ResolvedColumn,
  at: DocumentPath,
  problems: ProblemList,
): boolean {
  const { type, name, nativeType } = column;
  if (type.kind === 'enum') {
    if (type.labels.includes(String(value))) return true;
    const near = nearest(String(value), type.labels);
    const fix = near === null ? `Its values are ${type.labels.join(', ')}.` : `Did you mean ${near}?`;
    problems.error(at, 'CONDITION_VALUE', `${String(value)} is no value of ${name} (${nativeType})`, fix);
    return false;
  }
  const wanted = wantedBy(type, value);
  if (wanted === null) return true;
  const message = `${JSON.stringify(value)} cannot be compared with ${name}, which is ${describeType(type)} (${nativeType})`;
  problems.error(at, 'CONDITION_VALUE', message, wanted);
  return false;
}

/** What to write instead, or null where the value can be compared with the type. */
function wantedBy(type: ColumnType, value: Scalar): string | null {
  const text = typeof value === 'string' ? value : null;
  switch (type.kind) {
    case 'integer':
      return isNumber(value) && /^-?\d+$/.test(canonicalNumber(String(value)) ?? '')
        ? null
        : 'Write a whole number.';
    case 'decimal':
    case 'float':
      return isNumber(value) ? null : 'Write a number.';
    case 'boolean':
      return typeof value === 'boolean' ? null : 'Write true or false.';
    case 'uuid':
      return text !== null && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
        ? null
        : "Write a UUID: '01234567-89ab-cdef-0123-456789abcdef'.";
    case 'date':
      return text !== null && isDate(text) ? null : "Write a date: '2024-01-31'.";
    case 'timestamp':
      return text !== null && parseTimestamp(text) !== null
        ? null
        : "Write a point in time, in UTC: '2024-01-31 09:30:00'.";
    case 'time':
      return text !== null && (type.zone || parseTime(text) !== null) ? null : "Write a time: '09:30:00'.";
    case 'year':
      return /^\d{4}$/.test(String(value)) ? null : 'Write a year: 2024.';
    case 'json':
    case 'array':
    case 'bytes':
      return 'Only isNull can be asked of it; compare in "where" instead.';
    default:
      return text === null ? `Put it in quotes: '${String(value)}'.` : null;
  }
}

/** Quoted numbers count: JavaScript would round a long one. */
function isNumber(value: Scalar): boolean {
  return typeof value !== 'boolean' && canonicalNumber(String(value)) !== null;
}
