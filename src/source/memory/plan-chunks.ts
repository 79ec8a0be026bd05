import { nullIdentity, refusedKey } from '../key-errors.js';
import { chunkNumber, type Key, type KeyRange, keyRangeChunk, keyRangeOf } from '../key-range.js';
import type { EntityQuery } from '../row-query.js';
import type { Chunk, ChunkPlan } from '../source.js';
import { isCellOf } from './compare-cells.js';
import { compareKeys, isInRange } from './evaluate.js';

/** Cuts keys, which are in their order, into chunks. */
export function* planChunks(
  query: EntityQuery,
  plan: ChunkPlan,
  sorted: readonly Key[],
): Generator<Chunk, void, undefined> {
  const after = plan.after === undefined ? null : keyRangeOf(plan.after, query.identity.length);
  let number = plan.after === undefined ? 0 : chunkNumber(plan.after) + 1;
  const end = endOf(after);
  if (after?.kind === 'span' && end === null) return;
  let keys = sorted.filter((key) => end === null || compareKeys(query, key, end) > 0);
  if (plan.keys !== undefined) keys = givenKeys(query, plan.keys, keys);
  let taken = after?.kind === 'span' ? (after.taken ?? 0) : 0;
  if (plan.limit !== undefined) keys = keys.slice(0, Math.max(plan.limit - taken, 0));
  let lower = end;
  for (let start = 0; start < keys.length; start += plan.rowsPerChunk) {
    const part = keys.slice(start, start + plan.rowsPerChunk);
    const last = part.at(-1) ?? null;
    taken += part.length;
    const limited = plan.limit !== undefined;
    const open = !limited && start + plan.rowsPerChunk >= keys.length;
    const range: KeyRange =
      plan.keys !== undefined
        ? { kind: 'keys', keys: part }
        : { kind: 'span', after: lower, upTo: open ? null : last, taken: limited ? taken : null };
    yield keyRangeChunk(query.entity, number, range);
    lower = last;
    number += 1;
  }
}

/** Throws where a row's identity holds NULL, which no key finds. */
export function refuseNullIdentity(query: EntityQuery, rows: readonly (readonly unknown[])[]): void {
  if (rows.some((cells) => cells.includes(null))) throw nullIdentity(query);
}

function givenKeys(query: EntityQuery, given: readonly Key[], keys: readonly Key[]): Key[] {
  for (const key of given) {
    const fits = (cell: string, index: number) =>
      isCellOf(query.identity[index]?.type ?? { kind: 'textual' }, cell);
    if (key.length !== query.identity.length || !key.every(fits))
      throw refusedKey(query, `(${key.join(', ')})`);
  }
  return keys.filter((key) => isInRange(query, { kind: 'keys', keys: given }, key));
}

function endOf(range: KeyRange | null): Key | null {
  if (range?.kind === 'keys') return range.keys.at(-1) ?? null;
  return range?.upTo ?? null;
}
