import { LIMITS } from '../../item/limits.js';
import type { DocumentProblem } from '../problem.js';
import type { ResolvedEntity } from '../resolved-mapping.js';
import { itemBytes } from './item-bytes.js';
import { count, type Estimates } from './statistics-of.js';

/** The average item, as a share of the limit, from which on some are probably over it. */
const LARGE_SHARE = 0.1;

/** Entities some of whose items are probably over 400 KB: by their average, or by what their columns declare. */
export function weighItems(entity: ResolvedEntity, estimates: Estimates): readonly DocumentProblem[] {
  const [primary] = entity.copies;
  if (primary === undefined || primary.oversize !== 'reject') return [];
  const average = itemBytes(entity, primary, estimates);
  if (average >= LIMITS.itemBytes * LARGE_SHARE) {
    const message = `an average item of ${entity.name} has about ${count(average / 1024)} KB; 400 are allowed`;
    return [warning(entity, message)];
  }
  const declared = entity.attributes.flatMap(({ value }) => {
    if (value.kind !== 'column') return [];
    const { name, nativeType, type } = value.column.column;
    const chosen = /char|binary/i.test(nativeType); // MySQL's text types have a width that nobody chose
    if (!chosen || (type.kind !== 'text' && type.kind !== 'bytes') || type.maxLength === null) return [];
    return [{ name, nativeType, length: type.maxLength }];
  });
  const total = declared.reduce((sum, { length }) => sum + length, 0);
  if (total <= LIMITS.itemBytes) return [];
  const widest = declared.reduce((most, each) => (each.length > most.length ? each : most));
  const others = declared.length > 1 ? ' with the other columns' : '';
  return [
    warning(
      entity,
      `${widest.name} (${widest.nativeType})${others} may hold more than the 400 KB of an item`,
    ),
  ];
}

function warning(entity: ResolvedEntity, message: string): DocumentProblem {
  return {
    severity: 'warning',
    code: 'ITEM_LARGE',
    message,
    fix: 'Such rows are rejects; plan measures the longest. Write oversize: gzip or split, or leave columns out.',
    path: ['entities', entity.name],
    spot: 'key',
  };
}
