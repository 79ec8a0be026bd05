import { refusedKey } from '../key-errors.js';
import { chunkNumber, type Key, type KeyRange, keyRangeChunk, keyRangeOf } from '../key-range.js';
import type { EntityQuery } from '../row-query.js';
import type { Chunk, ChunkPlan } from '../source.js';
import type { Ask } from './ask.js';
import { plainText } from './cell-readers.js';
import { filteredRoot, walkedRoot } from './filtered-root.js';
import { refuseNullIdentity, refuseSharedIdentity } from './identity-checks.js';
import { isValueOf, keyOf, quote } from './literals.js';
import { type WriteKey, whereRange } from './range-sql.js';
import { identityCells, identityOrder, identityReaders, type Statement } from './sql.js';

/** The chunks of an entity, found one boundary at a time: a consumer that stops asking stops the walk. */
export async function* planChunks(
  query: EntityQuery,
  plan: ChunkPlan,
  ask: Ask,
): AsyncGenerator<Chunk, void, undefined> {
  await refuseNullIdentity(query, ask);
  await refuseSharedIdentity(query, ask);
  const after = plan.after === undefined ? null : keyRangeOf(plan.after, query.identity.length);
  let number = plan.after === undefined ? 0 : chunkNumber(plan.after) + 1;
  const ranges =
    plan.keys !== undefined
      ? givenKeys(query, plan.keys, plan.rowsPerChunk, after, ask)
      : plan.limit !== undefined
        ? limited(query, plan.limit, plan.rowsPerChunk, after, ask)
        : walked(query, plan.rowsPerChunk, after, ask);
  for await (const range of ranges) {
    yield keyRangeChunk(query.entity, number, range);
    number += 1;
  }
}

/** Walks the index of the root itself, whatever `where` says: each boundary costs one index range. */
async function* walked(
  query: EntityQuery,
  rowsPerChunk: number,
  former: KeyRange | null,
  ask: Ask,
): AsyncGenerator<KeyRange, void, undefined> {
  let after = endOf(former);
  if (former !== null && after === null) return;
  let known = false;
  for (;;) {
    const boundary = await ask(boundaryStatement(query, after, rowsPerChunk - 1, 2));
    // The row behind the boundary decides whether this chunk is the last, which is open: rows that a
    // later snapshot has behind all others belong to it.
    if (boundary.length === 2) {
      const upTo = keyOf(boundary[0], query.identity.length);
      yield { kind: 'span', after, upTo, taken: null };
      after = upTo;
      known = true;
      continue;
    }
    const some =
      known || boundary.length > 0 || (await ask(boundaryStatement(query, after, 0, 1))).length > 0;
    if (some) yield { kind: 'span', after, upTo: null, taken: null };
    return;
  }
}

/** Counts rows that `where` lets through, so that the chunks hold exactly `limit` of them. */
async function* limited(
  query: EntityQuery,
  limit: number,
  rowsPerChunk: number,
  former: KeyRange | null,
  ask: Ask,
): AsyncGenerator<KeyRange, void, undefined> {
  let after = endOf(former);
  let taken = former?.kind === 'span' ? (former.taken ?? 0) : 0;
  while (taken < limit) {
    const wanted = Math.min(rowsPerChunk, limit - taken);
    const [last] = await ask(lastOfStatement(query, after, wanted));
    if (last === undefined) return;
    const upTo = keyOf(last, query.identity.length);
    const found = Number(last[query.identity.length]);
    taken += found;
    yield { kind: 'span', after, upTo, taken };
    if (found < wanted) return;
    after = upTo;
  }
}

/** Only keys that exist, in key order and as the source spells them. */
async function* givenKeys(
  query: EntityQuery,
  keys: readonly Key[],
  rowsPerChunk: number,
  former: KeyRange | null,
  ask: Ask,
): AsyncGenerator<KeyRange, void, undefined> {
  for (const key of keys) refuseWrongKey(query, key);
  const after = former?.kind === 'keys' ? (former.keys.at(-1) ?? null) : null;
  if (keys.length === 0) return;
  const found = await ask(givenKeysStatement(query, keys, after));
  const existing = found.map((row) => keyOf(row, query.identity.length));
  for (let start = 0; start < existing.length; start += rowsPerChunk) {
    yield { kind: 'keys', keys: existing.slice(start, start + rowsPerChunk) };
  }
}

/** Those of the keys that exist, behind one of them. */
export function givenKeysStatement(query: EntityQuery, keys: readonly Key[], after: Key | null): Statement {
  const lines = [
    `SELECT ${identityCells(query)} FROM ${filteredRoot(query)}`,
    ...whereRange(query.identity, [{ kind: 'keys', keys }, behind(after)]),
    `ORDER BY ${identityOrder(query)}`,
  ];
  return { text: lines.join('\n'), readers: identityReaders(query) };
}

/** Keys of some rows behind `after`, whatever `where` says. */
export function boundaryStatement(
  query: EntityQuery,
  after: Key | null,
  offset: number,
  limit: number,
  write?: WriteKey,
): Statement {
  const lines = [
    `SELECT ${identityCells(query)} FROM ${walkedRoot(query)}`,
    ...whereRange(query.identity, [behind(after)], write),
    `ORDER BY ${identityOrder(query)} LIMIT ${limit} OFFSET ${offset}`,
  ];
  return { text: lines.join('\n'), readers: identityReaders(query) };
}

/** Key of the last of the next `rows` rows, and how many of them there are. */
export function lastOfStatement(
  query: EntityQuery,
  after: Key | null,
  rows: number,
  write?: WriteKey,
): Statement {
  const descending = query.identity.map((column) => `r.${quote(column.name)} DESC`);
  const lines = [
    `SELECT ${identityCells(query)}, count(*) OVER () FROM (`,
    `SELECT ${identityOrder(query)} FROM ${filteredRoot(query)}`,
    ...whereRange(query.identity, [behind(after)], write),
    `ORDER BY ${identityOrder(query)} LIMIT ${rows}) AS r`,
    `ORDER BY ${descending.join(', ')} LIMIT 1`,
  ];
  return { text: lines.join('\n'), readers: [...identityReaders(query), plainText] };
}

/** MySQL takes any text for some value of any type: what is none is refused here. */
function refuseWrongKey(query: EntityQuery, key: Key): void {
  const right =
    key.length === query.identity.length &&
    query.identity.every((column, index) => isValueOf(column, key[index] ?? ''));
  if (!right) throw refusedKey(query, `(${key.join(', ')})`);
}

function behind(after: Key | null): KeyRange {
  return { kind: 'span', after, upTo: null, taken: null };
}

function endOf(range: KeyRange | null): Key | null {
  return range?.kind === 'span' ? range.upTo : null;
}
