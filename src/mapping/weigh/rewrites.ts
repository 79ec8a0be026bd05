import type { DocumentProblem } from '../problem.js';
import type { AttributeSource, ResolvedEntity } from '../resolved-mapping.js';
import { count, type Estimates } from './statistics-of.js';

/** Items that one change of a parent rewrites, from which on it is said. */
const MANY_ITEMS = 100;

/** Columns of parents that copies hold: when the parent changes, the application has to write all of them. */
export function weighRewrites(entity: ResolvedEntity, estimates: Estimates): readonly DocumentProblem[] {
  const rows = estimates.rows(entity.query.table);
  if (rows === null) return [];
  return entity.query.joins.flatMap(({ path, table }): readonly DocumentProblem[] => {
    const parents = estimates.rows(table);
    if (parents === null || parents < 1) return [];
    const holding = new Set(
      entity.attributes.flatMap(({ value }, at) => (pathsOf(value).includes(path) ? [at] : [])),
    );
    const copies = entity.copies.filter(({ attributes }) => attributes.some((at) => holding.has(at)));
    const items = (rows / parents) * copies.length;
    if (items < MANY_ITEMS) return [];
    const names = copies.map(({ name }) => name).join(', ');
    return [
      {
        severity: 'warning',
        code: 'PARENT_FAN_OUT',
        message:
          `a change of one row of ${table.name} rewrites about ${count(items)} items of ${entity.name}: ` +
          `${count(rows)} rows for ${count(parents)}, in ${names}`,
        fix: 'Keep only what never changes, or leave the attributes out of the copies that do not need them.',
        path: ['entities', entity.name, 'join', ...path.split('.').slice(-1)],
        spot: 'key',
      },
    ];
  });
}

function pathsOf(value: AttributeSource): readonly string[] {
  if (value.kind === 'column') return [value.column.path];
  if (value.kind !== 'template') return [];
  return value.template.parts.flatMap((part) => (part.kind === 'column' ? [part.column.path] : []));
}
