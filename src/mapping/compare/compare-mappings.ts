import { canonicalJson } from '../document/document-digest.js';
import type { ResolvedEntity, ResolvedIndex, ResolvedMapping, ResolvedTable } from '../resolved-mapping.js';
import { type CanonicalCopy, canonicalCopy } from './canonical-copy.js';

export interface CopyName {
  readonly entity: string;
  readonly copy: string;
}

/** What a copy of the new mapping is to the items that the old one made. */
export type CopyChange = CopyName &
  (
    | { readonly kind: 'same' }
    /** No copy of the old mapping has its keys; `replaces` is the old one of its name, whose keys are others. */
    | { readonly kind: 'new'; readonly replaces: CopyName | null }
    /** The same items with other attributes, or of other rows. */
    | {
        readonly kind: 'changed';
        readonly from: CopyName;
        readonly added: readonly string[];
        readonly changed: readonly string[];
        readonly removed: readonly string[];
        readonly otherRows: boolean;
      }
  );

export interface IndexChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Other keys or another projection under one name: an index cannot be changed in place. */
  readonly changed: readonly string[];
}

export interface MappingChanges {
  /** Every copy of the new mapping, in its order. */
  readonly copies: readonly CopyChange[];
  /** Copies of the old mapping whose keys no copy of the new one has: their items become orphans. */
  readonly obsolete: readonly CopyName[];
  readonly indexes: IndexChanges;
  /** Without which an item cannot be told any more: other names for the table's keys, another identity of rows. */
  readonly keys: readonly string[];
}

/**
 * Compares what two mappings, resolved against one source, make of its rows. Copies belong together by the keys of
 * their items, not by name: an entity or a copy that has only been renamed keeps its items. Attributes that are
 * computed by a function always count as changed.
 */
export function compareMappings(old: ResolvedMapping, next: ResolvedMapping): MappingChanges {
  const before = copiesOf(old, 'old');
  const after = copiesOf(next, 'new');
  const pairs = pair(before, after);
  const used = new Set(pairs.values());
  return {
    copies: after.map((copy) => {
      const from = pairs.get(copy);
      if (from !== undefined) return compareCopies(from, copy);
      const replaces = before.find((one) => !used.has(one) && isNamed(one, copy));
      return { ...nameOf(copy), kind: 'new', replaces: replaces === undefined ? null : nameOf(replaces) };
    }),
    obsolete: before.filter((copy) => !used.has(copy)).map(nameOf),
    indexes: compareIndexes(old.table, next.table),
    keys: [
      ...(['partitionKey', 'sortKey'] as const).flatMap((role) =>
        otherwise(`the ${role}`, old.table[role], next.table[role]),
      ),
      ...[...pairs].flatMap(([to, from]) =>
        otherwise(`the identity of ${to.entity}`, from.identity, to.identity),
      ),
    ],
  };
}

function otherwise(what: string, was: string, is: string): readonly string[] {
  return was === is ? [] : [`${what} (was ${was}, is ${is})`];
}

interface Copy extends CopyName, CanonicalCopy {}

function copiesOf({ table, entities }: ResolvedMapping, own: string): readonly Copy[] {
  return entities.flatMap((entity: ResolvedEntity) =>
    entity.copies.map((copy) => ({
      entity: entity.name,
      copy: copy.name,
      ...canonicalCopy(table, entity, copy, own),
    })),
  );
}

/** Several copies may share keys, where `when` tells their rows apart: the name decides first, then the entity. */
function pair(before: readonly Copy[], after: readonly Copy[]): ReadonlyMap<Copy, Copy> {
  const pairs = new Map<Copy, Copy>();
  const free = new Set(before);
  const likeness: readonly ((one: Copy, other: Copy) => boolean)[] = [
    isNamed,
    (one, other) => one.entity === other.entity,
    () => true,
  ];
  for (const isLike of likeness) {
    for (const copy of after) {
      if (pairs.has(copy)) continue;
      const found = [...free].find((one) => one.place === copy.place && isLike(one, copy));
      if (found === undefined) continue;
      pairs.set(copy, found);
      free.delete(found);
    }
  }
  return pairs;
}

function isNamed(one: CopyName, other: CopyName): boolean {
  return one.entity === other.entity && one.copy === other.copy;
}

function nameOf({ entity, copy }: CopyName): CopyName {
  return { entity, copy };
}

function compareCopies(old: Copy, next: Copy): CopyChange {
  const names = [...next.attributes.keys()];
  const added = names.filter((name) => !old.attributes.has(name));
  const changed = names.filter(
    (name) => old.attributes.has(name) && old.attributes.get(name) !== next.attributes.get(name),
  );
  const removed = [...old.attributes.keys()].filter((name) => !next.attributes.has(name));
  const otherRows = old.rows !== next.rows;
  if (added.length + changed.length + removed.length === 0 && !otherRows) {
    return { ...nameOf(next), kind: 'same' };
  }
  return { ...nameOf(next), kind: 'changed', from: nameOf(old), added, changed, removed, otherRows };
}

/** By name, without any source. */
export function compareIndexes(old: ResolvedTable, next: ResolvedTable): IndexChanges {
  const before = new Map(old.indexes.map((index) => [index.name, indexText(index)]));
  const after = new Map(next.indexes.map((index) => [index.name, indexText(index)]));
  const both = [...after].filter(([name]) => before.has(name));
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: both.filter(([name, text]) => before.get(name) !== text).map(([name]) => name),
  };
}

function indexText({ partitionKey, sortKey, local = false, projection }: ResolvedIndex): string {
  const included = projection.kind === 'include' ? [...projection.attributes].sort() : null;
  return canonicalJson({ partitionKey, sortKey, local, projection: projection.kind, included });
}
