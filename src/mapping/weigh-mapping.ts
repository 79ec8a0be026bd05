import type { SourceSchema } from '../source/source-schema.js';
import type { ColumnStatistics } from '../source/source-statistics.js';
import type { DocumentProblem } from './problem.js';
import type { ResolvedMapping } from './resolved-mapping.js';
import { weighPartitions } from './weigh/partition-values.js';
import { weighRewrites } from './weigh/rewrites.js';
import { weighSizes } from './weigh/sizes.js';
import { estimatesOf } from './weigh/statistics-of.js';

/** Warnings about what this many rows with these values will be like in DynamoDB, with the numbers behind them. */
export function weighMapping(
  { entities }: ResolvedMapping,
  schema: SourceSchema,
  statistics: readonly ColumnStatistics[],
): readonly DocumentProblem[] {
  const estimates = estimatesOf(schema, statistics);
  return entities.flatMap((entity) => [
    ...weighPartitions(entity, estimates),
    ...weighRewrites(entity, estimates),
    ...weighSizes(entity, estimates),
  ]);
}
