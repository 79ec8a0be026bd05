import type { IndexEntry } from '../../item/item.js';
import { isOverAttributes, keyNames } from '../../item/key-attribute.js';
import { LIMITS } from '../../item/limits.js';
import type { RejectCode } from '../../item/reject.js';
import type { ResolvedCopy, ResolvedEntity, ResolvedIndex, ResolvedTable } from '../resolved-mapping.js';
import type { RowBody } from './row-body.js';

/** An index over attributes that a copy's items may have: they are in it when they have all of them. */
export interface AttributeIndex {
  readonly index: ResolvedIndex;
  /** Positions of its keys in the entity's attributes; keys and labels, which every item has, are not among them. */
  readonly partition: readonly KeyPosition[];
  readonly keys: readonly KeyPosition[];
  /** Positions of everything that it projects besides the table's keys; null: the whole item. */
  readonly projected: readonly number[] | null;
}

interface KeyPosition {
  readonly at: number;
  readonly name: string;
  readonly nameBytes: number;
  readonly limit: number;
}

export interface IndexFailure {
  readonly code: Extract<RejectCode, 'KEY_EMPTY' | 'KEY_TOO_LONG'>;
  readonly reason: string;
}

export function compileAttributeIndexes(
  table: ResolvedTable,
  entity: ResolvedEntity,
  copy: ResolvedCopy,
): readonly AttributeIndex[] {
  const always = [table.partitionKey, table.sortKey, table.entityAttribute, table.lineageAttribute];
  const held = new Map(copy.attributes.map((at) => [entity.attributes[at]?.name ?? '', at]));
  return table.indexes.filter(isOverAttributes).flatMap((index): readonly AttributeIndex[] => {
    const positions = (names: readonly string[], limit: number) =>
      names.flatMap((name): readonly KeyPosition[] => {
        const at = held.get(name);
        return at === undefined ? [] : [{ at, name, nameBytes: Buffer.byteLength(name), limit }];
      });
    const names = [...keyNames(index.partitionKey), ...keyNames(index.sortKey)];
    if (!names.every((name) => always.includes(name) || held.has(name))) return [];
    const partition = positions(keyNames(index.partitionKey), LIMITS.partitionKeyBytes);
    const keys = [...partition, ...positions(keyNames(index.sortKey), LIMITS.sortKeyBytes)];
    const further = index.projection.kind === 'include' ? index.projection.attributes : [];
    const included = further.flatMap((name) => held.get(name) ?? []);
    const projected =
      index.projection.kind === 'all' ? null : [...new Set([...keys.map(({ at }) => at), ...included])];
    return [{ index, partition, keys, projected }];
  });
}

/** Null when the item of the present row is not in the index. To be asked after the attributes were written. */
export function attributeIndexEntry(
  { index, partition, keys, projected }: AttributeIndex,
  body: RowBody,
  itemBytes: number,
  tableKeyBytes: number,
): IndexEntry | IndexFailure | null {
  for (const { at } of keys) if (body.textOf(at) === '') return null;
  for (const { at, name, nameBytes, limit } of keys) {
    const bytes = body.bytesOf(at) - nameBytes;
    if (bytes === 0) return { code: 'KEY_EMPTY', reason: `index ${index.name}: ${name} is empty` };
    if (bytes > limit) {
      const reason = `index ${index.name}: ${name} has ${bytes} bytes; ${limit} are allowed`;
      return { code: 'KEY_TOO_LONG', reason };
    }
  }
  let value = '';
  for (const { at } of partition) value += body.textOf(at);
  let bytes = itemBytes;
  if (projected !== null) {
    bytes = tableKeyBytes;
    for (const at of projected) bytes += body.bytesOf(at);
  }
  return { index: index.name, partition: value.slice(1), bytes };
}
