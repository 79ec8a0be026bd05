import type { EntityMapper } from './mapper.js';
import type { ResolvedTable } from './resolved-mapping.js';

/**
 * The mappers without the items whose time to live is past at `moment` (epoch milliseconds), which are counted as left
 * out; as they are where the table does not say `expired: skip`. The moment is one for the whole run: a resume
 * that looked at the clock would make other items than the run began with.
 */
export function withoutExpired(
  mappers: readonly EntityMapper[],
  { expired }: ResolvedTable,
  moment: number,
): readonly EntityMapper[] {
  if (expired !== 'skip') return mappers;
  const seconds = Math.floor(moment / 1000);
  return mappers.map((mapper) => ({
    ...mapper,
    map(tree, into) {
      into.expiredAt = seconds;
      mapper.map(tree, into);
    },
  }));
}
