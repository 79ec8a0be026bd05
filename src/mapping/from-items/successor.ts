import type { EntityQuery, RowQuery } from '../../source/row-query.js';
import type { TableName } from '../../source/source-schema.js';
import { compareMappings } from '../compare/compare-mappings.js';
import { sameTable } from '../resolve/foreign-keys.js';
import type { ResolvedAttribute, ResolvedEntity, ResolvedMapping } from '../resolved-mapping.js';
import { cellKey, chainOf, columnKey, relationKey } from './row-keys.js';

/**
 * What a backfill makes of the first copy of an entity in place, while rows are read from it: an item may be as the old
 * mapping wrote it or as the new one wants it, and has to tell the same row both times.
 */
export interface Successor {
  readonly entity: ResolvedEntity;
  readonly attributes: readonly ResolvedAttribute[];
  /** Attributes of the old copy that stay as they are, those that are removed among them where nothing removes them. */
  readonly kept: ReadonlySet<string>;
  /** Those that become something else under their name. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** By the names of entities of the old mapping; without one, the first copy is not changed in place. */
export function successorsOf(
  old: ResolvedMapping,
  next: ResolvedMapping,
  removeAttributes: boolean,
): ReadonlyMap<string, Successor> {
  const { copies } = compareMappings(old, next);
  const found = old.entities.flatMap((former): readonly (readonly [string, Successor])[] => {
    const first = former.copies[0];
    const change = copies.find(
      (one) => one.kind === 'changed' && one.from.entity === former.name && one.from.copy === first?.name,
    );
    if (change?.kind !== 'changed' || first === undefined) return [];
    const entity = next.entities.find(({ name }) => name === change.entity);
    const copy = entity?.copies.find(({ name }) => name === change.copy);
    if (entity === undefined || copy === undefined) return [];
    const removed = removeAttributes ? change.removed : [];
    const lost = new Set([...change.changed, ...removed]);
    const names = first.attributes.flatMap((at) => former.attributes[at]?.name ?? []);
    const kept = new Set(names.filter((name) => !lost.has(name)));
    const attributes = attributesOf(entity, copy.attributes);
    return [[former.name, { entity, attributes, kept, changed: change.changed, removed }]];
  });
  return new Map(found);
}

/**
 * Attributes that a backfill from the table itself must not touch, as `Order.byCustomer.total`: rows are read from them
 * alone, and a row that is read once more, for another entity or after an interruption, would be another one.
 */
export function overwrittenAttributes(
  old: ResolvedMapping,
  next: ResolvedMapping,
  removeAttributes: boolean,
): readonly string[] {
  return [...successorsOf(old, next, removeAttributes)].flatMap(([name, successor]) => {
    const entity = old.entities.find((one) => one.name === name);
    const first = entity?.copies[0];
    if (entity === undefined || first === undefined) return [];
    const attributes = attributesOf(entity, first.attributes);
    const asked = new Set(next.entities.flatMap(({ query }) => askedOf(query, entity.query.table)));
    const columnOf = (query: RowQuery, { value }: ResolvedAttribute) =>
      value.kind === 'column' ? [columnKey(query, value.column)] : [];
    const kept = new Set([
      ...entity.query.identity.map((column) => cellKey([], column.name)),
      ...attributes.flatMap((one) => (successor.kept.has(one.name) ? columnOf(entity.query, one) : [])),
    ]);
    const anew = new Set(successor.attributes.flatMap((one) => columnOf(successor.entity.query, one)));
    const isLost = (attribute: ResolvedAttribute): boolean => {
      const { value } = attribute;
      const isChanged = successor.changed.includes(attribute.name);
      if (!isChanged && !successor.removed.includes(attribute.name)) return false;
      if (value.kind === 'column') {
        const key = columnKey(entity.query, value.column);
        return !kept.has(key) && (isChanged || (!anew.has(key) && asked.has(key)));
      }
      const embed = value.kind === 'embed' ? entity.query.embeds[value.embed] : undefined;
      return embed !== undefined && (isChanged || asked.has(relationKey(embed)));
    };
    return attributes.filter(isLost).map((one) => `${name}.${first.name}.${one.name}`);
  });
}

function attributesOf(
  { attributes }: ResolvedEntity,
  places: readonly number[],
): readonly ResolvedAttribute[] {
  return places.flatMap((at) => attributes[at] ?? []);
}

/** Of rows of `table`, what a query asks for: columns by `columnKey`, also where the rows are its parents, and embeds. */
function askedOf(query: EntityQuery, table: TableName): readonly string[] {
  const isRoot = sameTable(query.table, table);
  return [
    ...query.columns.flatMap(({ path, column }) => {
      const chain = chainOf(path, query.joins);
      const [first, ...rest] = chain;
      return [
        ...(isRoot ? [cellKey(chain, column.name)] : []),
        ...(first !== undefined && sameTable(first.table, table) ? [cellKey(rest, column.name)] : []),
      ];
    }),
    ...(isRoot ? query.embeds.map(relationKey) : []),
  ];
}
