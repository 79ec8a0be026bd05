import type { WireItem, WireValue } from '../item/attribute-value.js';
import { sameItem } from '../item/canonical.js';
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

/** What cannot be unpacked was not packed by tablefold: it is compared as it stands. */
function unpacked(item: WireItem): WireItem {
  try {
    return unzipItem(item);
  } catch {
    return item;
  }
}
