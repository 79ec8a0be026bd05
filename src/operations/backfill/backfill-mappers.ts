import { type BackfillRules, compileBackfill } from '../../mapping/backfill/compile-backfill.js';
import { resolveOrThrow } from '../../mapping/check-mapping.js';
import { compareMappings, type MappingChanges } from '../../mapping/compare/compare-mappings.js';
import type { LoadedMapping } from '../../mapping/load-mapping.js';
import type { EntityMapper } from '../../mapping/mapper.js';
import type { ResolvedMapping } from '../../mapping/resolved-mapping.js';
import type { SourceSchema } from '../../source/source-schema.js';
import { loadUnchanged } from '../load-unchanged.js';

/** From what a thread makes the same mappers as the run: plain data. */
export interface BackfillSetup extends Pick<BackfillRules, 'removeAttributes' | 'guard'> {
  /** The old mapping's file, and its digest when the run began. */
  readonly from: string;
  readonly fromDigest: string;
  /** Indexes of the new mapping that the table need not have yet. */
  readonly pendingIndexes: readonly string[];
  /** Only these entities of the new mapping; null: all. */
  readonly entities: readonly string[] | null;
}

export interface CompiledBackfill {
  readonly old: ResolvedMapping;
  /** Of all entities, whichever were asked for. */
  readonly changes: MappingChanges;
  readonly mappers: readonly EntityMapper[];
}

/** Throws `MAPPING_INVALID` where the old mapping does not fit the source as it is today. */
export function compileBetween(
  former: LoadedMapping,
  next: ResolvedMapping,
  schema: SourceSchema,
  { entities, ...rules }: BackfillRules & Pick<BackfillSetup, 'entities'>,
): CompiledBackfill {
  const old = resolveOrThrow(former, schema);
  const changes = compareMappings(old, next);
  const wanted = changes.copies.filter(({ entity }) => entities === null || entities.includes(entity));
  return { old, changes, mappers: compileBackfill(old, next, { ...changes, copies: wanted }, rules) };
}

/** The mappers of a run, made again in a thread. Throws `RUN_MAPPING` where the old mapping has been changed. */
export async function mappersOf(
  setup: BackfillSetup,
  table: string | undefined,
  next: ResolvedMapping,
  schema: SourceSchema,
): Promise<readonly EntityMapper[]> {
  const former = await loadUnchanged({ file: setup.from, digest: setup.fromDigest, table });
  return compileBetween(former, next, schema, setup).mappers;
}
