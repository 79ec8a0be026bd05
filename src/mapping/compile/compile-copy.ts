import type { IndexEntry, Item } from '../../item/item.js';
import { jsonText } from '../../item/json-text.js';
import { LIMITS } from '../../item/limits.js';
import type { RejectCode } from '../../item/reject.js';
import type { RowTree } from '../../source/source.js';
import type { Mapped } from '../mapper.js';
import type { ResolvedCopy, ResolvedEntity, ResolvedTable } from '../resolved-mapping.js';
import { attributeIndexEntry, compileAttributeIndexes } from './compile-attribute-index.js';
import { compileCondition } from './compile-condition.js';
import { compileIndexes, type IndexKeys, indexEntry, makeIndexKeys } from './compile-index.js';
import { compileKey, type KeyAttribute } from './compile-keys.js';
import { compileOversize } from './compile-oversize.js';
import { groupOf, type RowBody } from './row-body.js';

/** Adds exactly one of item, reject, skipped. */
export type MapCopy = (tree: RowTree, into: Mapped) => void;

const NOT_INDEXED: readonly IndexEntry[] = [];

/**
 * Compiles one copy of an entity. Attributes stand in canonical order: table keys, index keys, entity,
 * lineage, then the entity's attributes in theirs.
 */
export function compileCopy(
  table: ResolvedTable,
  entity: ResolvedEntity,
  copy: ResolvedCopy,
  body: RowBody,
): MapCopy {
  const partition = compileKey(table.partitionKey, copy.pk, 'partition');
  const sort = compileKey(table.sortKey, copy.sk, 'sort');
  const indexes = compileIndexes(entity, copy, [partition, sort]);
  const when = copy.when === null ? null : compileCondition(copy.when);
  const group = groupOf(body.groups, copy);
  const shrink = compileOversize(table, copy);
  const expiry = compileExpiry(table, entity, copy);
  const overAttributes = compileAttributeIndexes(table, entity, copy);

  const reject = (into: Mapped, code: RejectCode, reason: string, key: string | null) => {
    into.rejects.push({ entity: entity.name, copy: copy.name, origin: body.origin, key, code, reason });
  };

  return (tree, into) => {
    const { row } = tree;
    if (when !== null && when(row) !== true) {
      into.skipped += 1;
      return;
    }
    const failed = firstFailure(partition.make(row), partition, sort.make(row), sort);
    if (failed !== null) {
      if (failed.code === 'KEY_NULL' && copy.whenNull === 'skip') into.skipped += 1;
      else reject(into, failed.code, failed.reason, null);
      return;
    }
    const keys = `{${partition.json},${sort.json}`;
    const key = flat(`${keys}}`);
    if (!body.hasIdentity) return reject(into, 'KEY_NULL', 'a column of the identity is NULL', key);

    const keyBytes = partition.bytes + sort.bytes;
    let head = key.slice(0, -1); // one flat piece, where `keys` is still a tree
    let bytes = keyBytes;
    const present: IndexKeys[] = [];
    for (const index of indexes) {
      const made = makeIndexKeys(index, row);
      if (made === 'out') continue;
      if (made !== 'in') return reject(into, made.code, `index ${index.index.name}: ${made.reason}`, key);
      present.push(index);
      for (const own of index.own) {
        head += `,${own.json}`;
        bytes += own.bytes;
      }
    }

    body.write();
    if (tree.overflow && group.holdsChildren) {
      return reject(into, 'ITEM_TOO_LARGE', `its children alone exceed ${LIMITS.itemBytes} bytes`, key);
    }
    if (group.failure !== null) {
      const { code, attribute, reason } = group.failure;
      return reject(into, code, `attribute ${attribute}: ${reason}`, key);
    }
    if (into.expiredAt !== undefined && expiry !== null && expiry(body) <= into.expiredAt) {
      into.skipped += 1;
      return;
    }
    bytes += body.labelBytes + group.bytes;
    if (bytes > LIMITS.itemBytes && shrink === null) {
      return reject(into, 'ITEM_TOO_LARGE', `${bytes} bytes; ${LIMITS.itemBytes} are allowed`, key);
    }
    let indexed = NOT_INDEXED;
    if (present.length > 0) indexed = present.map((index) => indexEntry(index, bytes, keyBytes, body));
    for (const index of overAttributes) {
      const entry = attributeIndexEntry(index, body, bytes, keyBytes);
      if (entry === null) continue;
      if ('reason' in entry) return reject(into, entry.code, entry.reason, key);
      indexed = [...indexed, entry];
    }
    const item: Item = {
      entity: entity.name,
      copy: copy.name,
      key,
      partition: partition.value,
      indexed,
      json: flat(`${head}${body.labels}${group.text}}`),
      bytes,
      origin: body.origin,
    };
    if (bytes <= LIMITS.itemBytes || shrink === null) {
      into.items.push(item);
      return;
    }
    const fitted = shrink(item);
    if (fitted !== null) {
      into.items.push(...fitted);
      return;
    }
    const reason = `${bytes} bytes; ${LIMITS.itemBytes} are allowed, and ${copy.oversize} does not make it fit`;
    reject(into, 'ITEM_TOO_LARGE', reason, key);
  };
}

/** The second in the copy's time to live, infinite where the row has none; null where the copy does not hold it. */
function compileExpiry(
  { timeToLive }: ResolvedTable,
  entity: ResolvedEntity,
  copy: ResolvedCopy,
): ((body: RowBody) => number) | null {
  const at = copy.attributes.find((position) => entity.attributes[position]?.name === timeToLive);
  if (timeToLive === null || at === undefined) return null;
  const front = `,${jsonText(timeToLive)}:{"N":"`;
  return (body) => {
    const text = body.textOf(at);
    return text.startsWith(front) ? Number(text.slice(front.length, -2)) : Number.POSITIVE_INFINITY;
  };
}

/** NULL comes first: it is what `whenNull: skip` is about. */
function firstFailure(
  partitionMade: boolean,
  partition: KeyAttribute,
  sortMade: boolean,
  sort: KeyAttribute,
): KeyAttribute | null {
  if (partitionMade) return sortMade ? null : sort;
  return !sortMade && sort.code === 'KEY_NULL' ? sort : partition;
}

/**
 * V8 keeps joined text as a tree of its parts until somebody reads a character. So an item waits for its batch
 * as one piece of memory, not as a hundred small ones that the garbage collector copies (docs/performance.md).
 */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
