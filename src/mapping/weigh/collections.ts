import { LIMITS } from '../../item/limits.js';
import type { DocumentProblem } from '../problem.js';
import type { ResolvedEntity, ResolvedTable } from '../resolved-mapping.js';
import { itemBytes } from './item-bytes.js';
import { commonest } from './partition-values.js';
import { count, type Estimates } from './statistics-of.js';

/**
 * With a local index, all items of one partition key are at most 10 GB, and a write beyond is refused
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/LSI.html#LSI.ItemCollections).
 */
export function weighCollections(
  entity: ResolvedEntity,
  table: ResolvedTable,
  estimates: Estimates,
): readonly DocumentProblem[] {
  const local = table.indexes.find((index) => index.local === true);
  const rows = estimates.rows(entity.query.table);
  if (local === undefined || rows === null) return [];
  return entity.copies.flatMap((copy): readonly DocumentProblem[] => {
    if (copy.when !== null) return [];
    const one = copy.pk.parts.every(({ kind }) => kind === 'literal');
    const [share, column] = one ? [1, ''] : commonest(copy.pk, entity, estimates);
    const bytes = share * rows * itemBytes(entity, copy, estimates);
    if (bytes <= LIMITS.collectionBytes) return [];
    const whose = one ? 'one partition key' : `one value of ${column}`;
    return [
      {
        severity: 'warning',
        code: 'COLLECTION_TOO_LARGE',
        message:
          `the items of ${whose} come to about ${count(bytes / 1024 ** 3)} GB; ` +
          `with the local index ${local.name}, 10 are allowed`,
        fix: 'Spread them with shard(n), or make the index a global one.',
        path: ['entities', entity.name, 'items', copy.name, 'key', 'pk'],
        spot: 'value',
      },
    ];
  });
}
