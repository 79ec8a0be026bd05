import type { WireItem, WireValue } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import type { AttributeChange, AttributeGuard, ItemChange } from '../../item/item-change.js';
import { isPart, OVERSIZE, partCount } from '../../item/oversize.js';

/** What must be as it was for an item to be changed, besides the attributes that are changed. */
export type BackfillGuard =
  /** This attribute. */
  | { readonly kind: 'version'; readonly attribute: string }
  /** Every attribute that the old mapping made. */
  | { readonly kind: 'unchanged' };

export interface ChangeRules {
  /** Attributes that the old mapping made and the new one does not are removed. */
  readonly removeAttributes: boolean;
  readonly guard: BackfillGuard | null;
}

/** What the change of one copy is about; null: every attribute that either mapping makes. */
export interface ChangedNames {
  readonly made: readonly string[];
  readonly removed: readonly string[];
}

/** From what the old mapping made of a row to what the new one makes; null where it is the same. */
export function changeOf(
  was: WireItem,
  item: WireItem,
  names: ChangedNames | null,
  { removeAttributes, guard }: ChangeRules,
): ItemChange | null {
  const zipped = OVERSIZE.zipped in was || OVERSIZE.zipped in item;
  const looked = names === null || zipped ? allOf(was, item) : names;
  const removed = removeAttributes ? looked.removed : [];
  const changes = [...looked.made, ...removed].flatMap((name): readonly AttributeChange[] => {
    const [seen, wanted] = [was[name] ?? null, item[name] ?? null];
    return isSame(seen, wanted) ? [] : [{ name, seen, wanted }];
  });
  return changes.length === 0 ? null : { changes, guards: guardsOf(was, changes, guard) };
}

/** An item over several: its parts are items of their own, and cannot be changed with it at once. */
export function isSplit(item: WireItem): boolean {
  return isPart(item) || partCount(item) > 0;
}

function allOf(was: WireItem, item: WireItem): ChangedNames {
  return { made: Object.keys(item), removed: Object.keys(was).filter((name) => !(name in item)) };
}

function guardsOf(
  was: WireItem,
  changes: readonly AttributeChange[],
  guard: BackfillGuard | null,
): readonly AttributeGuard[] {
  if (guard === null) return [];
  const changed = new Set(changes.map(({ name }) => name));
  const names = guard.kind === 'version' ? [guard.attribute] : Object.keys(was);
  return names.flatMap((name) => (changed.has(name) ? [] : [{ name, value: was[name] ?? null }]));
}

function isSame(one: WireValue | null, other: WireValue | null): boolean {
  return one === null || other === null ? one === other : sameItem({ one }, { one: other });
}
