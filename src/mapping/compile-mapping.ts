import type { Mapper } from './mapper.js';
import type { ResolvedMapping } from './resolved-mapping.js';

/** Compiles a resolved mapping to functions from rows to finished DynamoDB JSON. */
export function compileMapping(resolved: ResolvedMapping): Mapper {
  return {
    entities: resolved.entities.map((entity) => ({
      entity: entity.name,
      copies: [],
      query: entity.query,
      map: () => {},
    })),
  };
}
