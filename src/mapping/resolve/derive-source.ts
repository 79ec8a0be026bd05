import type { DerivedAttribute } from '../derive.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemList } from '../problem-list.js';
import type { AttributeSource } from '../resolved-mapping.js';
import type { QueryColumns } from './query-columns.js';
import { requireCell } from './require-cell.js';

/** What a function makes of columns; null after reporting those that are not there. */
export function deriveSource(
  mapping: DerivedAttribute,
  columns: QueryColumns,
  at: DocumentPath,
  problems: ProblemList,
): AttributeSource | null {
  const names = [...new Set(mapping.columns)];
  const found = names.map((name, index) => requireCell(name, columns, [...at, 'columns', index], problems));
  const cells = found.filter((cell) => cell !== null);
  if (cells.length < names.length) return null;
  const as = mapping.as ?? null;
  return {
    kind: 'derive',
    columns: cells,
    names,
    derive: mapping.derive.bind(mapping),
    as,
    whole: false,
    place: at.join('.'),
  };
}
