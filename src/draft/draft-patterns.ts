import type { AccessPattern } from '../mapping/mapping.js';
import { callsBy } from './access-paths.js';
import type { AccessPath, DraftTable, KeyParts } from './draft.js';
import { keyText, pathParts, pathSort } from './key-text.js';
import { nameOf, plural, singular } from './names.js';
import type { SimpleQuery } from './read-query.js';
import { sqlOf } from './sql.js';

export interface DraftPattern {
  readonly name: string;
  readonly pattern: AccessPattern;
  readonly lines: readonly string[];
}

/** One row by its key; its whole collection too, where other entities share the partition. */
export function keyPatterns(
  of: DraftTable,
  shared: readonly DraftTable[],
  queries: readonly SimpleQuery[],
  dialect: string,
): readonly DraftPattern[] {
  const { label, entity, identity, partition, sort } = of;
  const pk = asked(partition);
  const one: DraftPattern = {
    name: lowerFirst(entity),
    pattern: {
      query: 'table',
      pk,
      sk: asked(sort),
      returns: entity,
      sql: sqlOf({ label, equals: identity, orderBy: [] }, dialect),
    },
    lines: seen(callsBy(identity, queries)),
  };
  const children = shared.map((child) => `${child.label}`).join(', ');
  const all: DraftPattern = {
    name: `${lowerFirst(entity)}Collection`,
    pattern: { query: 'table', pk },
    lines: [`A row of ${label} with its ${children}, in one Query.`],
  };
  return shared.length > 0 ? [one, all] : [one];
}

/** The rows of one parent, which lie in its partition. */
export function childrenPattern(
  of: DraftTable,
  parent: string,
  queries: readonly SimpleQuery[],
  dialect: string,
): DraftPattern {
  const { label, entity, partition, sort } = of;
  return {
    name: `${rowsName(of)}Of${parent}`,
    pattern: {
      query: 'table',
      pk: asked(partition),
      sk: { beginsWith: `${sort.literal}#` },
      returns: entity,
      sql: sqlOf({ label, equals: partition.columns, orderBy: sort.columns }, dialect),
    },
    lines: seen(callsBy(partition.columns, queries)),
  };
}

/** One side of a link. */
export function sidePattern(
  of: DraftTable,
  {
    name,
    pk,
    sk,
    shards,
  }: { readonly name: string; readonly pk: KeyParts; readonly sk: KeyParts; readonly shards: number },
  queries: readonly SimpleQuery[],
  dialect: string,
): DraftPattern {
  const { label, entity } = of;
  const sql = sqlOf({ label, equals: pk.columns, orderBy: sk.columns }, dialect);
  const pattern = {
    query: 'table',
    pk: asked(pk) + shard(shards),
    sk: { beginsWith: `${sk.literal}#` },
    returns: entity,
    sql,
  };
  return { name, pattern, lines: seen(callsBy(pk.columns, queries)) };
}

/** What an index is asked. */
export function pathPattern(path: AccessPath, index: string, dialect: string): DraftPattern {
  const { of, columns, why, descending, unique, calls, shards } = path;
  const sk = pathSort(path);
  const role = why.kind === 'foreignKey' ? roleOf(columns) : null;
  const name = unique ? lowerFirst(of.entity) : rowsName(of);
  const by =
    role === null ? `By${columns.map((column) => upperFirst(nameOf(column))).join('And')}` : `Of${role}`;
  const { label, entity } = of;
  const sql = sqlOf({ label, equals: columns, orderBy: sk.columns, descending }, dialect);
  return {
    name: name + by,
    pattern: {
      query: index,
      pk: asked(pathParts(path)) + shard(shards),
      sk: sk.columns.length === 0 ? sk.literal : { beginsWith: `${sk.literal}#` },
      ...(descending ? { descending } : {}),
      returns: entity,
      sql,
    },
    lines: seen(calls),
  };
}

function seen(calls: number): readonly string[] {
  return calls > 0 ? [`Seen ${calls.toLocaleString('en-US')} times.`] : [];
}

/** `customer_id` → `Customer`; null where the column does not say of what it is the key. */
export function roleOf(columns: readonly string[]): string | null {
  const last = columns.at(-1) ?? '';
  const role = last.replace(/_?(id|ID|Id|code|no)$/, '');
  return role === last || role === '' ? null : upperFirst(nameOf(role));
}

/** `{order_id}` as a parameter: `{orderId}`. */
function asked({ literal, columns }: KeyParts): string {
  return keyText({ literal, columns: columns.map(nameOf) });
}

function shard(shards: number): string {
  return shards > 1 ? '#{shard}' : '';
}

/** `orders`, whatever the table's number is. */
export function rowsName({ entity }: DraftTable): string {
  return lowerFirst(plural(singular(entity)));
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

export function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
