import type { EntityMapper } from '../mapping/mapper.js';
import type { CollisionSet, Verdict } from './collision-set.js';

/** The mapper without the items that must not be written: rejected, or counted as left out, as the set says. */
export function withoutCollisions(mapper: EntityMapper, set: CollisionSet): EntityMapper {
  if (set.counts.collidingKeys === 0) return mapper;
  return {
    ...mapper,
    map(tree, into) {
      const before = into.items.length;
      mapper.map(tree, into);
      let kept = before;
      let copy: string | null = null;
      let verdict: Verdict = 'alone';
      for (let at = before; at < into.items.length; at += 1) {
        const item = into.items[at];
        if (item === undefined) continue;
        // An item that was split is followed by its parts, whose keys are made of its own: they share its fate.
        const isPart = item.copy === copy;
        if (!isPart) {
          copy = item.copy;
          verdict = set.verdict(item);
        }
        if (verdict === 'alone' || verdict === 'kept') {
          into.items[kept] = item;
          kept += 1;
        } else if (isPart) continue;
        else if (verdict === 'leftOut') into.skipped += 1;
        else {
          const { entity, copy: of, origin, key } = item;
          into.rejects.push({
            entity,
            copy: of,
            origin,
            key,
            code: 'KEY_COLLISION',
            reason: set.reason(key),
          });
        }
      }
      into.items.length = kept;
    },
  };
}
