import type { WireItem, WireValue } from '../item/attribute-value.js';
import { sameItem } from '../item/canonical.js';
import type { AttributeChange } from '../item/item-change.js';
import { unzipItem } from '../item/oversize.js';

/** An attribute whose value is not the expected one; null where the item does not have it. */
export interface AttributeDifference {
  readonly name: string;
  readonly expected: WireValue | null;
  readonly found: WireValue | null;
}

/** What the mapping answers for on an item, compressed attributes unpacked: all else is the application's. */
export function ownedAttributes(item: WireItem, owned: ReadonlySet<string>): WireItem {
  return Object.fromEntries(Object.entries(unpacked(item)).filter(([name]) => owned.has(name)));
}

/** Empty where both hold the same to DynamoDB: numbers by value, sets in any order. */
export function compareOwned(
  expected: WireItem,
  found: WireItem,
  owned: ReadonlySet<string>,
): readonly AttributeDifference[] {
  const [one, other] = [ownedAttributes(expected, owned), ownedAttributes(found, owned)];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return names.flatMap((name) => {
    const [a, b] = [one[name] ?? null, other[name] ?? null];
    if (a !== null && b !== null && sameItem({ [name]: a }, { [name]: b })) return [];
    return [{ name, expected: a, found: b }];
  });
}

/**
 * Copies of one row are of different versions of it when they hold different values of an attribute that the row
 * makes equal in both. `names`: those to look at, owned by both copies.
 */
export function isTorn(
  one: { readonly expected: WireItem; readonly found: WireItem },
  other: { readonly expected: WireItem; readonly found: WireItem },
  names: readonly string[],
): boolean {
  const made = [unpacked(one.expected), unpacked(other.expected)] as const;
  const held = [unpacked(one.found), unpacked(other.found)] as const;
  const agree = (name: string, [a, b]: readonly [WireItem, WireItem]) =>
    sameItem(pick(a, name), pick(b, name));
  return names.some((name) => agree(name, made) && !agree(name, held));
}

function pick(item: WireItem, name: string): WireItem {
  const value = item[name];
  return value === undefined ? {} : { [name]: value };
}

/**
 * What makes the owned attributes of `found` those of `wanted`, as they are stored: compressed ones with the list that
 * names them, so that what is compared by content is written as the mapping makes it.
 */
export function changesOf(
  wanted: WireItem,
  found: WireItem,
  owned: ReadonlySet<string>,
): readonly AttributeChange[] {
  return [...owned].flatMap((name): readonly AttributeChange[] => {
    const [a, b] = [wanted[name] ?? null, found[name] ?? null];
    if (a === b || (a !== null && b !== null && sameItem({ a }, { a: b }))) return [];
    return [{ name, seen: b, wanted: a }];
  });
}

/** What cannot be unpacked was not packed by tablefold: it is compared as it stands. */
function unpacked(item: WireItem): WireItem {
  try {
    return unzipItem(item);
  } catch {
    return item;
  }
}
