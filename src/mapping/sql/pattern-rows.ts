import type { SourceSchema } from '../../source/source-schema.js';
import type { CompiledPattern, ServingCopy } from '../access/compile-pattern.js';
import { isList } from '../access/pattern-keys.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import type { AccessPattern } from '../mapping.js';
import type { ResolvedEntity } from '../resolved-mapping.js';

/** The entity whose rows a pattern answers with; null where it is several, or none. */
export function entityOf({ serving }: Pick<CompiledPattern, 'serving'>): ResolvedEntity | null {
  const entities = new Set(serving.map(({ entity }) => entity));
  const [only = null] = entities;
  return entities.size === 1 ? only : null;
}

/** Columns of the root that have one value in all rows of an answer: those that its equal keys are made of. */
export function fixedColumns({ sk }: AccessPattern, { partition, sort }: ServingCopy): readonly string[] {
  const conditions = sk === undefined ? [] : isList(sk) ? sk : [sk];
  const equals = conditions.every((condition) => typeof condition === 'string');
  return [...partition, ...(equals ? sort : [])].flatMap(([, { from }]) => {
    if (from === null || from.column.path !== '') return [];
    const chain = chainTransforms(from.column.keyType, from.transforms);
    return isChain(chain) && chain.injective ? [from.column.column.name] : [];
  });
}

/** Whether rows that agree in these columns of an entity's root are one row. */
export function isUnique(
  columns: ReadonlySet<string>,
  { query }: ResolvedEntity,
  { tables }: SourceSchema,
): boolean {
  const { table, identity } = query;
  const found = tables.find(({ schema, name }) => schema === table.schema && name === table.name);
  const keys = [
    identity.map(({ name }) => name),
    found?.primaryKey ?? [],
    ...(found?.uniqueKeys ?? []).map((key) => key.columns),
  ];
  return keys.some((key) => key.length > 0 && key.every((name) => columns.has(name)));
}
