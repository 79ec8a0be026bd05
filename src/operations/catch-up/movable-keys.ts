import type { ResolvedCopy, ResolvedEntity } from '../../mapping/resolved-mapping.js';
import type { ResolvedTemplate } from '../../mapping/template.js';

/**
 * `Order.byStatus`: the copies of these entities that leave an item behind where a row changes: their key holds more
 * than what identifies the row, or a row may come to have no such copy, or fewer parts of it.
 */
export function movableCopies(entities: readonly ResolvedEntity[]): readonly string[] {
  return entities.flatMap((entity) =>
    entity.copies.filter((copy) => isMovable(entity, copy)).map(({ name }) => `${entity.name}.${name}`),
  );
}

function isMovable({ query }: ResolvedEntity, copy: ResolvedCopy): boolean {
  const identity = new Set(query.identity.map(({ name }) => name));
  const moves = ({ parts }: ResolvedTemplate) =>
    parts.some(({ kind, ...part }) => {
      if (kind === 'literal' || !('column' in part)) return false;
      return part.column.path !== '' || !identity.has(part.column.column.name);
    });
  return (
    query.where !== null ||
    copy.when !== null ||
    copy.oversize === 'split' ||
    moves(copy.pk) ||
    moves(copy.sk)
  );
}
