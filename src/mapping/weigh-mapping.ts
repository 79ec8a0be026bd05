import type { SourceSchema } from '../source/source-schema.js';
import type { ColumnStatistics } from '../source/source-statistics.js';
import type { DocumentProblem } from './problem.js';
import type { ResolvedEntity, ResolvedMapping } from './resolved-mapping.js';
import { weighAttributeIndexes } from './weigh/attribute-indexes.js';
import { weighCollections } from './weigh/collections.js';
import { weighItems } from './weigh/items.js';
import { weighPartitions } from './weigh/partition-values.js';
import { weighRewrites } from './weigh/rewrites.js';
import { weighSizes } from './weigh/sizes.js';
import { estimatesOf } from './weigh/statistics-of.js';

/** Warnings about what this many rows with these values will be like in DynamoDB, with the numbers behind them. */
export function weighMapping(
  mapping: ResolvedMapping,
  schema: SourceSchema,
  statistics: readonly ColumnStatistics[],
): readonly DocumentProblem[] {
  const estimates = estimatesOf(schema, statistics);
  // How many groups there are, the statistics of the rows do not say.
  const counted = mapping.entities.filter(({ query }) => query.groups === undefined);
  return counted.flatMap((entity) => [
    ...weighPartitions(entity, estimates),
    ...weighAttributeIndexes(entity, mapping.table, estimates),
    ...weighRewrites(entity, estimates),
    ...weighBytes(entity),
    ...weighCollections(entity, mapping.table, estimates),
  ]);

  /** Children that are too large already say why the item is. */
  function weighBytes(entity: ResolvedEntity): readonly DocumentProblem[] {
    const sizes = weighSizes(entity, estimates);
    const said = sizes.some(({ code }) => code === 'EMBED_TOO_LARGE');
    return said ? sizes : [...sizes, ...weighItems(entity, estimates)];
  }
}
