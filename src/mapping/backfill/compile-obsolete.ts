import type { EntityQuery } from '../../source/row-query.js';
import type { RowTree } from '../../source/source.js';
import type { CopyName, MappingChanges } from '../compare/compare-mappings.js';
import { compileMapping } from '../compile-mapping.js';
import { lineageText } from '../lineage.js';
import { type EntityMapper, nothingMapped } from '../mapper.js';
import type { ResolvedEntity, ResolvedMapping } from '../resolved-mapping.js';
import { isSameTable } from './compile-backfill.js';
import { QueryUnion } from './query-union.js';

/** An item that the old mapping made of a row and the new one does not. */
export interface ObsoleteItem extends CopyName {
  /** Canonical. */
  readonly key: string;
  /** It is what rows are read from where the table itself is the source. */
  readonly isFirst: boolean;
}

/** What of a row is obsolete. */
export interface ObsoleteOfRow {
  /** Lineage. */
  readonly source: string;
  readonly items: readonly ObsoleteItem[];
  /** Canonical keys of all that the new mapping makes of the row; null where that is nothing, or not all of it can be made. */
  readonly successors: readonly string[] | null;
}

/** The rows of one table, by all entities that read it. */
export interface ObsoleteMapper {
  readonly query: EntityQuery;
  /** Null where nothing of the row is obsolete. */
  map(tree: RowTree): ObsoleteOfRow | null;
}

export interface CompiledObsolete {
  readonly mappers: readonly ObsoleteMapper[];
  /** Entities of the new mapping of whose rows only SQL can tell whether they are those of the old one: another `where`. */
  readonly otherRows: readonly string[];
}

/**
 * Mappers that make the keys of obsolete copies, and with them those that the new mapping makes of the same rows. Only
 * what keys are made of is read.
 */
export function compileObsolete(
  old: ResolvedMapping,
  next: ResolvedMapping,
  { obsolete }: Pick<MappingChanges, 'obsolete'>,
): CompiledObsolete {
  const isObsolete = (entity: string, copy: string) =>
    obsolete.some((one) => one.entity === entity && one.copy === copy);
  const otherRows: string[] = [];
  const mappers = rootsOf(old.entities).flatMap((entities): readonly ObsoleteMapper[] => {
    const [root] = entities;
    const former = entities.flatMap((entity) => {
      const copies = entity.copies.filter(({ name }) => isObsolete(entity.name, name));
      return copies.length === 0 ? [] : [{ ...entity, copies }];
    });
    if (root === undefined || former.length === 0) return [];
    const successors = next.entities.filter((entity) => isSameTable(entity, root));
    const others = successors.filter(({ query }) => query.where !== root.query.where);
    otherRows.push(...others.map(({ name }) => name));
    return others.length > 0 ? [] : [compileRoot(old, former, next, successors, firstCopies(entities))];
  });
  return { mappers, otherRows };
}

function compileRoot(
  old: ResolvedMapping,
  former: readonly ResolvedEntity[],
  next: ResolvedMapping,
  successors: readonly ResolvedEntity[],
  isFirst: (entity: string, copy: string) => boolean,
): ObsoleteMapper {
  const [root = successors[0]] = former;
  if (root === undefined) throw new TypeError('no entity is read from this table');
  const union = new QueryUnion(root.query);
  const narrow = (entity: ResolvedEntity): ResolvedEntity => {
    const copies = entity.copies.map((copy) => ({ ...copy, attributes: [], indexes: [] }));
    return union.add({ ...entity, attributes: [] }, copies);
  };
  const [before, after] = [former.map(narrow), successors.map(narrow)];
  const { query } = union;
  const compile = (mapping: ResolvedMapping, entities: readonly ResolvedEntity[]) =>
    compileMapping({ ...mapping, entities: entities.map((one) => ({ ...one, query })) }).entities;
  const [was, is] = [compile(old, before), compile(next, after)];
  return {
    query,
    map(tree) {
      const there = mapAll(was, tree);
      const wanted = mapAll(is, tree);
      const keys = new Set(wanted.items.map(({ key }) => key));
      const items = there.items.filter(({ key }) => !keys.has(key));
      const [first] = items;
      if (first === undefined) return null;
      return {
        source: lineageText(first.origin),
        items: items.map(({ entity, copy, key }) => ({ entity, copy, key, isFirst: isFirst(entity, copy) })),
        successors: wanted.rejects.length > 0 || keys.size === 0 ? null : [...keys],
      };
    },
  };
}

function mapAll(mappers: readonly EntityMapper[], tree: RowTree) {
  const made = nothingMapped();
  for (const mapper of mappers) mapper.map(tree, made);
  return made;
}

/** Entities that read the same rows of one table belong together: a table of items tells them by the same items. */
function rootsOf(entities: readonly ResolvedEntity[]): readonly (readonly ResolvedEntity[])[] {
  const roots: ResolvedEntity[][] = [];
  for (const entity of entities) {
    const root = roots.find(
      ([one]) => one !== undefined && isSameTable(one, entity) && one.query.where === entity.query.where,
    );
    if (root === undefined) roots.push([entity]);
    else root.push(entity);
  }
  return roots;
}

function firstCopies(entities: readonly ResolvedEntity[]) {
  const first = new Set(
    entities.flatMap(({ name, copies }) => (copies[0] ? [`${name}.${copies[0].name}`] : [])),
  );
  return (entity: string, copy: string) => first.has(`${entity}.${copy}`);
}
