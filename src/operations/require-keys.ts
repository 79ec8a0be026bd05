import type { EntityMapper } from '../mapping/mapper.js';
import { PAGE_BYTES } from '../pipeline/pipeline.js';
import type { ChunkPlan, Snapshot } from '../source/source.js';
import { runError } from './errors.js';

/**
 * Refuses rows that `--where-key` names and nobody finds: a canary of nothing would look like one that went
 * well. Reads each of them once. Throws `RUN_KEY_MISSING` with all that are missing, `SOURCE_KEY` for a value
 * that is none of its column, `SOURCE_*`.
 */
export async function requireKeys(
  snapshot: Snapshot,
  mappers: readonly EntityMapper[],
  plan: Omit<ChunkPlan, 'after'>,
  signal: AbortSignal,
): Promise<void> {
  const [mapper] = mappers; // keys are of one entity: `planOf`
  if (plan.keys === undefined || mapper === undefined) return;
  const missing: string[] = [];
  for (const key of plan.keys) {
    if (!(await isThere(snapshot, mapper, { ...plan, keys: [key] }, signal))) missing.push(key.join('#'));
  }
  if (missing.length === 0) return;
  const { query, entity } = mapper;
  const filtered = query.where === null ? '' : `, or \`where\` of ${entity} leaves it out`;
  throw runError(
    'RUN_KEY_MISSING',
    `${missing.map((key) => `${query.table.name}#${key}`).join(', ')}: no such row in the source; nothing was written`,
    { hint: `Look the key up in ${query.table.name}: the row is not there${filtered}.` },
  );
}

async function isThere(
  snapshot: Snapshot,
  { query }: EntityMapper,
  plan: ChunkPlan,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const chunk of snapshot.planChunks(query, plan)) {
    for await (const page of snapshot.readChunk(query, chunk, { pageBytes: PAGE_BYTES, signal })) {
      if (page.rows.length > 0) return true;
    }
  }
  return false;
}
