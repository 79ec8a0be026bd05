import { sourceError } from './errors.js';
import type { EntityQuery } from './row-query.js';

/** Rows whose identity holds NULL lie in no range of keys: they would be lost silently. */
export function nullIdentity(query: EntityQuery) {
  const columns = query.identity.map((column) => column.name).join(', ');
  return sourceError(
    'SOURCE_QUERY',
    `${query.entity}: ${query.table.name} has rows where one of (${columns}) is NULL, which identifies nothing`,
    { hint: 'Name other columns in identifiedBy, or leave those rows out by `where`.' },
  );
}

/** A key that a user typed is no value of the identity columns; `why` names it. */
export function refusedKey(query: EntityQuery, why: string, cause?: unknown) {
  const columns = query.identity.map((column) => `${column.name} ${column.nativeType}`).join(', ');
  return sourceError('SOURCE_KEY', `${query.entity}: a given key is not (${columns}): ${why}`, {
    cause,
    hint: 'Give one value for each of these columns, spelled as the source spells them.',
  });
}

/** Two rows with one identity: their items and children could not be told apart. */
export function sharedIdentity(query: EntityQuery, key: readonly unknown[]) {
  const columns = query.identity.map((column) => column.name).join(', ');
  return sourceError(
    'SOURCE_QUERY',
    `${query.entity}: two rows of ${query.table.name} have the same (${columns}): (${key.join(', ')})`,
    { hint: 'Name columns in identifiedBy that tell every two rows apart.' },
  );
}
