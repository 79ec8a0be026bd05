import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import { isPart, unzipItem } from '../../item/oversize.js';
import { sourceError } from '../../source/errors.js';
import type { Cell, Row } from '../../source/source.js';
import { compileIdentify } from '../access/identify-item.js';
import { compileTemplate } from '../compile/compile-template.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import { parseLineage } from '../lineage.js';
import type { ResolvedEntity, ResolvedTable } from '../resolved-mapping.js';
import type { ResolvedTemplate } from '../template.js';
import {
  type DecodedRow,
  type FindColumn,
  type HeldColumn,
  type RowDecoder,
  rowDecoder,
} from './decode-row.js';
import { cellKey, columnKey } from './row-keys.js';
import type { Successor } from './successor.js';

/** The primary copies of one entity, read back. */
export interface EntityDecoder {
  readonly entity: ResolvedEntity;
  readonly row: RowDecoder;
  /** Whether it is a primary copy, as far as its key and labels tell; it may be the head of one that is split. */
  claims(item: WireItem): boolean;
  /** The row of a whole item; null for one that is no primary copy. Throws `SOURCE_ITEM`. */
  decode(item: WireItem): (DecodedRow & { readonly identity: readonly string[] }) | null;
  /** Canonical key of the primary copy of a row; null where the key holds more than the identity. */
  readonly keyOf: ((identity: Row) => string | null) | null;
}

/** Null where primary copies do not tell of every row: the first copy has a condition, or rows that lose a collision. */
export function entityDecoder(
  table: ResolvedTable,
  entity: ResolvedEntity,
  find: FindColumn,
  successor: Successor | null = null,
): EntityDecoder | null {
  const { query, attributes, copies, name } = entity;
  const [primary] = copies;
  if (primary === undefined || query.groups !== undefined) return null;
  if (primary.when !== null || primary.whenNull === 'skip' || primary.collisions !== 'reject') return null;
  const identify = compileIdentify({ table, entities: [entity] });
  const held = primary.attributes.flatMap((at) => attributes[at] ?? []);
  const inLineage = query.identity.map(
    (column) => [cellKey([], column.name), { table: query.table, column }] as const,
  );
  const attributesTell = rowDecoder(query, held, new Map(inLineage), find);
  const fromKeys = [primary.pk, primary.sk].flatMap((template) =>
    keyColumns(template, entity).filter(([key]) => !attributesTell.held.has(key)),
  );
  const known = new Map<string, HeldColumn>([
    ...inLineage,
    ...fromKeys.map(([key, column]) => [key, column] as const),
  ]);
  const row = rowDecoder(query, held, known, find, successor);
  const names = [name, ...(successor === null ? [] : [successor.entity.name])];
  const told = (item: WireItem) => {
    const lineage = item[table.lineageAttribute]?.['S'];
    const named = item[table.entityAttribute]?.['S'];
    if (typeof named !== 'string' || !names.includes(named)) return null;
    if (typeof lineage !== 'string' || isPart(item)) return null;
    // By its key alone: it may have the name of its successor.
    const { [table.partitionKey]: partition, [table.sortKey]: sort } = item;
    if (partition === undefined || sort === undefined) return null;
    const identity = identify({ [table.partitionKey]: partition, [table.sortKey]: sort });
    if (identity?.copy !== primary.name) return null;
    const origin = parseLineage(lineage);
    return origin.key.length === query.identity.length ? { identity, origin } : null;
  };
  return {
    entity,
    row,
    keyOf: primaryKey(table, entity),
    claims: (item) => told(item) !== null,
    decode(item) {
      const labels = told(item);
      if (labels === null) return null;
      const { identity, origin } = labels;
      const cells = new Map<string, Cell>(inLineage.map(([key], index) => [key, origin.key[index] ?? null]));
      for (const [key, , label] of fromKeys) cells.set(key, identity.key[label] ?? null);
      try {
        return { ...row.decode(unzipItem(item), cells), identity: origin.key };
      } catch (error) {
        throw refused(item, table, error instanceof Error ? error.message : String(error), error);
      }
    },
  };
}

/** Columns that a key holds as they are, with the label under which `identify` answers them. */
function keyColumns(
  { parts }: ResolvedTemplate,
  { query }: ResolvedEntity,
): readonly (readonly [key: string, column: HeldColumn, label: string])[] {
  return parts.flatMap((part) => {
    if (part.kind === 'literal' || part.column.path !== '') return [];
    const chain = chainTransforms(part.column.keyType, part.transforms);
    if (!isChain(chain) || chain.value !== null) return [];
    const { column } = part.column;
    return [[columnKey(query, { path: '', column }), { table: query.table, column }, column.name] as const];
  });
}

function primaryKey(table: ResolvedTable, { query, copies }: ResolvedEntity): EntityDecoder['keyOf'] {
  const [primary] = copies;
  if (primary === undefined) return null;
  const places = query.identity.map(({ name }) =>
    query.columns.findIndex(({ path, column }) => path === '' && column.name === name),
  );
  const templates = [primary.pk, primary.sk];
  const known = templates.every(({ parts }) =>
    parts.every((part) => part.kind === 'literal' || places.includes(part.column.cell)),
  );
  if (!known) return null;
  const [pk, sk] = [compileTemplate(primary.pk, 'partition'), compileTemplate(primary.sk, 'sort')];
  return (identity) => {
    const row: Cell[] = [];
    for (const [index, place] of places.entries()) row[place] = identity[index] ?? null;
    const [partition, sort] = [pk.render(row), sk.render(row)];
    if (partition === null || sort === null) return null;
    const item = { [table.partitionKey]: { S: partition }, [table.sortKey]: { S: sort } };
    return canonicalKey(item, [table.partitionKey, table.sortKey]);
  };
}

export function refused(item: WireItem, table: ResolvedTable, why: string, cause?: unknown) {
  const key = canonicalKey(item, [table.partitionKey, table.sortKey]);
  return sourceError('SOURCE_ITEM', `the item ${key} cannot be read back as a row: ${why}`, {
    cause,
    hint: 'Mend the item, or take the rows from the database that they came from.',
  });
}
