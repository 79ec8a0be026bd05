import type { WireItem } from '../../item/attribute-value.js';
import type { IndexEntry, Item } from '../../item/item.js';
import { keyNames } from '../../item/key-attribute.js';
import { LIMITS } from '../../item/limits.js';
import { partSortKey } from '../../item/oversize.js';
import { itemBytes } from '../../item/size.js';
import { splitItem } from '../../item/split-item.js';
import { zipItem } from '../../item/zip-item.js';
import type { ResolvedCopy, ResolvedIndex, ResolvedTable } from '../resolved-mapping.js';

/** An item over 400 KB as items that fit; null when that cannot be done. */
export type FitItem = (item: Item) => readonly Item[] | null;

/** How a copy makes its oversize items fit; null where they are rejects. Few rows come here: clarity before speed. */
export function compileOversize(table: ResolvedTable, copy: ResolvedCopy): FitItem | null {
  if (copy.oversize === 'reject') return null;
  const { partitionKey, sortKey, entityAttribute, lineageAttribute, timeToLive, indexes } = table;
  const keys = [
    partitionKey,
    sortKey,
    ...indexes.flatMap((index) => [...keyNames(index.partitionKey), ...keyNames(index.sortKey)]),
  ];
  const keep = new Set([...keys, entityAttribute, lineageAttribute, timeToLive ?? []].flat());
  return (item) => {
    const wire = JSON.parse(item.json) as WireItem; // written by the mapper
    if (copy.oversize === 'gzip') {
      const zipped = zipItem(wire, keep);
      return zipped === null ? null : [{ ...remade(item, zipped), indexed: indexedAs(item, zipped) }];
    }
    return split(item, wire);
  };

  function split(item: Item, wire: WireItem): readonly Item[] | null {
    const stem = String(wire[sortKey]?.['S']);
    const fixed = (part: number): WireItem => ({
      ...pick(wire, [partitionKey]),
      [sortKey]: { S: partSortKey(stem, part) },
      ...pick(wire, [entityAttribute, lineageAttribute]),
    });
    if (Buffer.byteLength(partSortKey(stem, 1)) > LIMITS.sortKeyBytes) return null;
    const made = splitItem(wire, keep, itemBytes(fixed(1)));
    if (made === null) return null;
    const parts = made.parts.map((part, at) => {
      const whole = { ...fixed(at + 1), ...part };
      return {
        ...remade(item, whole),
        key: JSON.stringify(pick(whole, [partitionKey, sortKey])),
        indexed: inverted(whole),
      };
    });
    return [{ ...remade(item, made.head), indexed: indexedAs(item, made.head) }, ...parts];
  }

  /** A part has no index keys but the table's own. */
  function inverted(part: WireItem): readonly IndexEntry[] {
    return indexes.flatMap((index) => {
      const partition = keyNames(index.partitionKey);
      const present = [...partition, ...keyNames(index.sortKey)].every((name) => Object.hasOwn(part, name));
      const value = partition.map((name) => String(part[name]?.['S'])).join();
      return present ? [entryOf(index, value, part)] : [];
    });
  }

  function indexedAs(item: Item, wire: WireItem): readonly IndexEntry[] {
    return item.indexed.flatMap(({ index: name, partition }) => {
      const index = indexes.find((candidate) => candidate.name === name);
      return index === undefined ? [] : [entryOf(index, partition, wire)];
    });
  }

  function entryOf(index: ResolvedIndex, partition: string, wire: WireItem): IndexEntry {
    const { name, projection } = index;
    if (projection.kind === 'all') return { index: name, partition, bytes: itemBytes(wire) };
    const further = projection.kind === 'include' ? projection.attributes : [];
    const names = [
      partitionKey,
      sortKey,
      ...keyNames(index.partitionKey),
      ...keyNames(index.sortKey),
      ...further,
    ];
    return { index: name, partition, bytes: itemBytes(pick(wire, names)) };
  }
}

function remade(item: Item, wire: WireItem): Item {
  return { ...item, json: JSON.stringify(wire), bytes: itemBytes(wire) };
}

function pick(item: WireItem, names: readonly string[]): WireItem {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.has(name)));
}
