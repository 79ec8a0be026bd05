import type { ColumnRef, JoinQuery } from '../source/row-query.js';
import type { RowTree } from '../source/source.js';
import { compileMapping } from './compile-mapping.js';
import { escapeComponent } from './key/key-codec-text.js';
import { keyText } from './key/key-order.js';
import type { EntityMapper } from './mapper.js';
import { moveCondition, moveTemplate } from './move-columns.js';
import type { ResolvedCopy, ResolvedEntity, ResolvedMapping } from './resolved-mapping.js';
import type { ResolvedColumn } from './template.js';
import { cellText } from './value/canonical-text.js';

/** One entity with nothing but the table keys of some of its copies. */
export interface KeyMapper {
  /** Makes the same keys as the whole entity does, from a query that reads only what they need. */
  readonly mapper: EntityMapper;
  /** The root table as lineage names it. */
  readonly table: string;
  /** Text that sorts (by `compareKeyText`) as the source keys of the rows do. */
  readonly sourceOrder: (tree: RowTree) => string;
  /** Of the copies with `lastBy`: text that sorts as that column does; null for NULL and for what has no order. */
  readonly lastBy: ReadonlyMap<string, (tree: RowTree) => LastBy>;
}

/** The value of a `lastBy` column: comparable text, NULL (older than anything), or none that can be compared. */
export type LastBy = string | null | typeof UNORDERED;
export const UNORDERED = 0;

/** Narrows a mapping to the keys of the copies that `wanted` names; entities without one are left out. */
export function keysOnly(
  resolved: ResolvedMapping,
  wanted: (entity: string, copy: string) => boolean,
): readonly KeyMapper[] {
  return resolved.entities.flatMap((entity): readonly KeyMapper[] => {
    const copies = entity.copies.filter(({ name }) => wanted(entity.name, name));
    if (copies.length === 0) return [];
    const narrow = narrowed(entity, copies);
    const [mapper] = compileMapping({ table: resolved.table, entities: [narrow] }).entities;
    if (mapper === undefined) throw new TypeError(`${entity.name} was resolved and has no mapper`);
    const identity = narrow.query.identity.map(keyText);
    const lastBy = narrow.copies.flatMap(({ name, collisions }) => {
      if (collisions === 'reject') return [];
      const { cell, keyType } = collisions.lastBy;
      const text = keyText({ type: keyType });
      const of = ({ row }: RowTree): LastBy => {
        const raw = row[cell] ?? null;
        return raw === null ? null : (text(raw) ?? UNORDERED);
      };
      return [[name, of] as const];
    });
    return [
      {
        mapper,
        table: entity.tableLabel,
        sourceOrder: ({ row }) =>
          identity
            .map((text, at) => {
              const cell = row[at] ?? null;
              return cell === null ? '' : (text(cell) ?? escapeComponent(cellText(cell)));
            })
            .join('#'),
        lastBy: new Map(lastBy),
      },
    ];
  });
}

function narrowed(entity: ResolvedEntity, copies: readonly ResolvedCopy[]): ResolvedEntity {
  const { query } = entity;
  const columns: ColumnRef[] = query.identity.map((column) => ({ path: '', column }));
  const moved = new Map<number, number>();
  const move = (column: ResolvedColumn): ResolvedColumn => {
    let cell = moved.get(column.cell);
    if (cell === undefined) {
      const held = columns.findIndex(
        ({ path, column: { name } }) => path === column.path && name === column.column.name,
      );
      cell = held >= 0 ? held : columns.push({ path: column.path, column: column.column }) - 1;
      moved.set(column.cell, cell);
    }
    return { ...column, cell };
  };
  const narrowCopies = copies.map(
    (copy): ResolvedCopy => ({
      ...copy,
      pk: moveTemplate(copy.pk, move),
      sk: moveTemplate(copy.sk, move),
      when: copy.when === null ? null : moveCondition(copy.when, move),
      collisions: copy.collisions === 'reject' ? 'reject' : { lastBy: move(copy.collisions.lastBy) },
      indexes: [],
      attributes: [],
    }),
  );
  return {
    ...entity,
    attributes: [],
    copies: narrowCopies,
    danglingChecks: [],
    query: { ...query, columns, joins: joinsOf(query.joins, columns), embeds: [], aggregates: [] },
  };
}

/** The joins that the columns are of, and those they hang on. */
function joinsOf(joins: readonly JoinQuery[], columns: readonly ColumnRef[]): readonly JoinQuery[] {
  const needed = new Set(columns.map(({ path }) => path));
  for (const { path, parent } of joins.toReversed()) if (needed.has(path)) needed.add(parent);
  return joins.filter(({ path }) => needed.has(path));
}
