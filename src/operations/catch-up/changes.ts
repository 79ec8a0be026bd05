import type { EntityMapper } from '../../mapping/mapper.js';
import { sameTable } from '../../mapping/resolve/foreign-keys.js';
import type { ChangedRows, ChangedWay, EntityQuery } from '../../source/row-query.js';
import { type Column, type SourceSchema, type TableName, tableLabel } from '../../source/source-schema.js';
import { waysOf } from '../../source/ways.js';
import { nearest } from '../../support/nearest.js';
import { usageError } from '../errors.js';
import type { Prepared } from '../prepare.js';
import { boundOf, type Watermark } from './watermark.js';

/** Which rows changed: those behind a watermark, or those named by their keys. */
export type Changes =
  | { readonly kind: 'since'; readonly watermark: Watermark; readonly overlapMs: number | undefined }
  /** `keys`: values of the identity of the entity's root. */
  | { readonly kind: 'keys'; readonly entity: string; readonly keys: readonly (readonly string[])[] };

/** The ways from each entity to the rows that changed; entities that hold nothing of such a table are not in it. */
export type ChangedEntities = { readonly [entity: string]: readonly ChangedWay[] };

export interface Reach {
  readonly entities: ChangedEntities;
  /** Tables whose changes are seen, with the column that tells; none where rows are named by their keys. */
  readonly watched: readonly WatchedTable[];
  /** Labels of tables that the entities read and whose changes are not seen. */
  readonly unwatched: readonly string[];
}

export interface WatchedTable {
  readonly label: string;
  readonly table: TableName;
  readonly column: Column;
  /** The first value that counts as changed: the watermark less the overlap. */
  readonly from: string;
  /** Without an index that begins with the column, each statement reads the whole table. */
  readonly indexed: boolean;
}

/** Only the rows that the changes reach, of the entities that they reach at all. */
export function onlyChanged(
  mappers: readonly EntityMapper[],
  entities: ChangedEntities,
): readonly EntityMapper[] {
  return mappers.flatMap((mapper) => {
    const changed = entities[mapper.entity];
    return changed === undefined ? [] : [{ ...mapper, query: { ...mapper.query, changed } }];
  });
}

/** Follows the mapping's joins and embeds from the tables that changed to every entity. Throws `USAGE_*`. */
export function reachOf(changes: Changes, { mappers, schema }: Pick<Prepared, 'mappers' | 'schema'>): Reach {
  if (changes.kind === 'since') return reachSince(changes, mappers, schema);
  const root = mappers.find(({ entity }) => entity === changes.entity);
  if (root === undefined) throw new TypeError(`${changes.entity} was prepared and has no mapper`);
  const { query } = root;
  const rows: ChangedRows = { kind: 'keys', columns: query.identity, keys: changes.keys };
  const entities = waysTo(mappers, (table) => (sameTable(table, query.table) ? rows : null));
  return { entities, watched: [], unwatched: [] };
}

function reachSince(
  { watermark, overlapMs }: Extract<Changes, { kind: 'since' }>,
  mappers: readonly EntityMapper[],
  schema: SourceSchema,
): Reach {
  const watched = new Map<string, WatchedTable>();
  const unwatched = new Set<string>();
  const columns = new Set<string>();
  const entities = waysTo(mappers, (name) => {
    const label = tableLabel(name, schema.defaultSchema);
    const table = schema.tables.find((one) => sameTable(one, name));
    for (const column of table?.columns ?? []) columns.add(column.name);
    const column = table?.columns.find((one) => one.name === watermark.column);
    if (table === undefined || column === undefined) {
      unwatched.add(label);
      return null;
    }
    const indexed = table.kind === 'view' || table.indexes.some(([first]) => first === column.name);
    const from = boundOf(watermark, column, `${label}.${column.name}`, overlapMs);
    watched.set(label, { label, table: { schema: name.schema, name: name.name }, column, from, indexed });
    return { kind: 'since', column, value: from };
  });
  if (watched.size === 0) {
    const near = nearest(watermark.column, [...columns]);
    throw usageError(
      'USAGE_VALUE',
      `--changed-since: none of the tables ${[...unwatched].join(', ')} has a column ${watermark.column}`,
      {
        hint:
          near === null
            ? 'Name a column that every change raises; or name rows with --keys FILE.'
            : `Did you mean ${near}?`,
      },
    );
  }
  return { entities, watched: [...watched.values()], unwatched: [...unwatched].sort() };
}

function waysTo(
  mappers: readonly EntityMapper[],
  rowsOf: (table: TableName) => ChangedRows | null,
): ChangedEntities {
  const ways = (query: EntityQuery) =>
    waysOf(query).flatMap(({ table, steps }): readonly ChangedWay[] => {
      const rows = rowsOf(table);
      return rows === null ? [] : [{ steps, rows }];
    });
  const all = mappers.map(({ entity, query }) => [entity, ways(query)] as const);
  return Object.fromEntries(all.filter(([, changed]) => changed.length > 0));
}
