import type { Item } from '../../item/item.js';
import type { AttributeChange } from '../../item/item-change.js';
import { keyNames } from '../../item/key-attribute.js';
import { writeUnits } from '../../item/limits.js';
import type { ResolvedIndex } from '../../mapping/resolved-mapping.js';

export interface Units {
  readonly table: number;
  readonly indexes: { readonly [index: string]: number };
}

/** Write units of putting an item: in the table, and in each index that it is in. */
export function putUnits({ bytes, indexed }: Item): Units {
  return {
    table: writeUnits(bytes),
    indexes: Object.fromEntries(indexed.map((entry) => [entry.index, writeUnits(entry.bytes)])),
  };
}

/**
 * Write units of an update in place: of the whole item, before or after, whichever is larger; and of each index where
 * something changes that it holds, twice where that is its key
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, Write capacity units).
 */
export function updateUnits(
  item: Item,
  was: Item,
  changes: readonly AttributeChange[],
  designs: readonly ResolvedIndex[],
): Units {
  const entry = (of: Item, index: string) => of.indexed.find((one) => one.index === index);
  const indexes = designs.flatMap((design): readonly (readonly [string, number])[] => {
    const [before, after] = [entry(was, design.name), entry(item, design.name)];
    if (before === undefined || after === undefined) {
      const only = before ?? after;
      return only === undefined ? [] : [[design.name, writeUnits(only.bytes)]];
    }
    if (!touches(design, changes)) return [];
    const [old, next] = [writeUnits(before.bytes), writeUnits(after.bytes)];
    return [[design.name, isKeyChanged(design, changes) ? old + next : Math.max(old, next)]];
  });
  return { table: writeUnits(Math.max(item.bytes, was.bytes)), indexes: Object.fromEntries(indexes) };
}

function touches(design: ResolvedIndex, changes: readonly AttributeChange[]): boolean {
  const { projection } = design;
  if (projection.kind === 'all' || isKeyChanged(design, changes)) return changes.length > 0;
  if (projection.kind === 'keysOnly') return false;
  return changes.some(({ name }) => projection.attributes.includes(name));
}

function isKeyChanged(
  { partitionKey, sortKey }: ResolvedIndex,
  changes: readonly AttributeChange[],
): boolean {
  const names = [...keyNames(partitionKey), ...keyNames(sortKey)];
  return changes.some(({ name }) => names.includes(name));
}
