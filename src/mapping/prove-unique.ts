import type { ResolvedEntity } from './resolved-mapping.js';

/** A copy whose keys are not proved to be unique in the table. */
export interface UniquenessFinding {
  readonly entity: string;
  readonly copy: string;
  /** The copy whose keys may be the same; null when two rows of this very copy may make one key. */
  readonly other: { readonly entity: string; readonly copy: string } | null;
  readonly message: string;
  readonly fix: string;
}

/** Column lists of the root table that are unique besides the entity's identity. */
export type UniqueKeysOf = (entity: ResolvedEntity) => readonly (readonly string[])[];

/**
 * What cannot be proved: a copy is unique when its key holds every column of the identity (or of a unique
 * key) without loss, and by its literals can never equal a key of another copy.
 */
export function proveUnique(
  _entities: readonly ResolvedEntity[],
  _uniqueKeysOf: UniqueKeysOf = () => [],
): readonly UniquenessFinding[] {
  return [];
}
