import type { WireItem } from '../../item/attribute-value.js';
import type { Item } from '../../item/item.js';
import type { ItemChange } from '../../item/item-change.js';
import type { CopyChange, CopyName, MappingChanges } from '../compare/compare-mappings.js';
import { compileMapping } from '../compile-mapping.js';
import { type EntityMapper, type Mapped, nothingMapped } from '../mapper.js';
import type { ResolvedEntity, ResolvedMapping } from '../resolved-mapping.js';
import { type ChangedNames, type ChangeRules, changeOf, isSplit } from './change-item.js';
import { QueryUnion } from './query-union.js';

export interface BackfillRules extends ChangeRules {
  /** Told each item that a row had and has no more: with it gone, what the new mapping makes is all there is. */
  readonly onObsolete?: ((item: Item) => void) | undefined;
  /** Told each item that is to be changed, with what the old mapping made. */
  readonly onChange?: ((item: Item, was: Item) => void) | undefined;
}

type Changed = Exclude<CopyChange, { readonly kind: 'same' }>;

/**
 * Mappers that make what the new mapping has and the old one had not: whole items of new copies, and items with a
 * `change` where the old mapping made another of the same row. Each row is mapped by both, so that an item that is
 * the same in both costs nothing. Entities in which nothing has changed have no mapper.
 */
export function compileBackfill(
  old: ResolvedMapping,
  next: ResolvedMapping,
  changes: MappingChanges,
  rules: BackfillRules,
): readonly EntityMapper[] {
  return next.entities.flatMap((entity) => {
    const own = changes.copies.filter(
      (change): change is Changed => change.kind !== 'same' && change.entity === entity.name,
    );
    return own.length === 0 ? [] : [compileEntity(entity, own, old, next, rules)];
  });
}

function compileEntity(
  entity: ResolvedEntity,
  changes: readonly Changed[],
  old: ResolvedMapping,
  next: ResolvedMapping,
  rules: BackfillRules,
): EntityMapper {
  const union = new QueryUnion(entity.query);
  const copies = entity.copies.filter(({ name }) => changes.some(({ copy }) => copy === name));
  const after = union.add(entity, copies);
  const sources = changes.flatMap((change) => formerOf(change) ?? []);
  const before = old.entities.flatMap((one) => {
    const used = one.copies.filter((copy) =>
      sources.some((of) => of.entity === one.name && of.copy === copy.name),
    );
    return used.length === 0 || !isSameTable(one, entity) ? [] : [union.add(one, used)];
  });
  const { query } = union;
  const [mapper] = compileMapping({ ...next, entities: [{ ...after, query }] }).entities;
  if (mapper === undefined) throw new TypeError(`${entity.name} was resolved and has no mapper`);
  const formers = compileMapping({ ...old, entities: before.map((one) => ({ ...one, query })) }).entities;
  const names = new Map(changes.map((change) => [change.copy, namesOf(change)]));
  // Another `where`, which only SQL understands: the old mapping may not have seen the row at all.
  const orPut = before.some((one) => one.query.where !== entity.query.where);
  const judge: Judge = { names, orPut, rules };

  return {
    ...mapper,
    copies: copies.map(({ name }) => name),
    map(tree, into) {
      const { expiredAt } = into;
      const made: Mapped = expiredAt === undefined ? nothingMapped() : { ...nothingMapped(), expiredAt };
      mapper.map(tree, made);
      const was = nothingMapped();
      for (const former of formers) former.map(tree, was);
      const there = new Map(was.items.map((item) => [item.key, item]));
      into.rejects.push(...made.rejects);
      into.skipped += made.skipped;
      for (const item of made.items) {
        const one = there.get(item.key);
        there.delete(item.key);
        if (one === undefined) into.items.push(item);
        else changeInto(into, item, one, judge);
      }
      if (rules.onObsolete !== undefined) for (const item of there.values()) rules.onObsolete(item);
    },
  };
}

interface Judge {
  readonly names: ReadonlyMap<string, ChangedNames | null>;
  readonly orPut: boolean;
  readonly rules: BackfillRules;
}

function changeInto(into: Mapped, item: Item, one: Item, { names, orPut, rules }: Judge): void {
  const change =
    one.json === item.json ? null : changeBetween(item, one, names.get(item.copy) ?? null, rules);
  if (change === 'split') {
    const { entity, copy, origin, key } = item;
    const reason = 'it is split over several items, which cannot be changed at once: migrate its row again';
    into.rejects.push({ entity, copy, origin, key, code: 'ITEM_REFUSED', reason });
  } else if (change !== null) {
    rules.onChange?.(item, one);
    into.items.push({ ...item, change: orPut ? { ...change, orPut } : change });
  } else if (orPut) into.items.push({ ...item, change: { changes: [], guards: [], orPut } });
  else into.skipped += 1;
}

function changeBetween(
  item: Item,
  one: Item,
  names: ChangedNames | null,
  rules: BackfillRules,
): ItemChange | 'split' | null {
  const [from, to] = [one, item].map(({ json }) => JSON.parse(json) as WireItem) as [WireItem, WireItem];
  return isSplit(from) || isSplit(to) ? 'split' : changeOf(from, to, names, rules);
}

function formerOf(change: Changed): CopyName | null {
  return change.kind === 'changed' ? change.from : change.replaces;
}

/** A copy whose keys are spelled otherwise may make the same keys all the same: then everything may differ. */
function namesOf(change: Changed): ChangedNames | null {
  if (change.kind === 'new') return null;
  return { made: [...change.added, ...change.changed], removed: change.removed };
}

/** Both read the rows of one table, told apart by the same columns. */
export function isSameTable(one: ResolvedEntity, other: ResolvedEntity): boolean {
  const root = ({ query }: ResolvedEntity) =>
    JSON.stringify([
      query.table.schema,
      query.table.name,
      query.groups?.by.map(({ name }) => name),
      query.identity.map(({ name }) => name),
    ]);
  return root(one) === root(other);
}
