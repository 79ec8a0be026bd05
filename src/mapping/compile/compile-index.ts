import type { IndexEntry } from '../../item/item.js';
import type { Row } from '../../source/source.js';
import type { ResolvedCopy, ResolvedEntity, ResolvedIndex } from '../resolved-mapping.js';
import { compileKey, type KeyAttribute } from './compile-keys.js';
import type { RowBody } from './row-body.js';

/** The keys of one index on the items of a copy. */
export interface IndexKeys {
  readonly index: ResolvedIndex;
  readonly partition: KeyAttribute;
  readonly sort: KeyAttribute | null;
  /** Those that are attributes of their own: an index may reuse the table's (an inverted index). */
  readonly own: readonly KeyAttribute[];
  /** Size of what the index projects, given the item's. Table keys and index keys are always projected. */
  readonly projectedBytes: (itemBytes: number, tableKeyBytes: number, body: RowBody) => number;
}

/** Compiles the index keys of a copy. `tableKeys` are its partition and sort key. */
export function compileIndexes(
  entity: ResolvedEntity,
  copy: ResolvedCopy,
  tableKeys: readonly KeyAttribute[],
): readonly IndexKeys[] {
  return copy.indexes.map(({ index, pk, sk }) => {
    const { partitionKey, sortKey } = index;
    if (typeof partitionKey !== 'string' || (sortKey !== null && typeof sortKey !== 'string')) {
      throw new TypeError(`${index.name} is over attributes and was resolved with templates`);
    }
    const known = (name: string) => tableKeys.find((key) => key.name === name);
    const partition = known(partitionKey) ?? compileKey(partitionKey, pk, 'partition');
    const sort = sortKey === null || sk === null ? null : (known(sortKey) ?? compileKey(sortKey, sk, 'sort'));
    const own = [partition, ...(sort === null ? [] : [sort])].filter((key) => !tableKeys.includes(key));
    return { index, partition, sort, own, projectedBytes: projection(entity, copy, index, own) };
  });
}

/** Makes the keys: 'in' the index, 'out' of it because a part is NULL, or the key that must be rejected. */
export function makeIndexKeys({ own }: IndexKeys, row: Row): 'in' | 'out' | KeyAttribute {
  let result: 'in' | 'out' = 'in';
  for (const key of own) {
    if (key.make(row)) continue;
    if (key.code !== 'KEY_NULL') return key;
    result = 'out';
  }
  return result;
}

export function indexEntry(
  keys: IndexKeys,
  itemBytes: number,
  tableKeyBytes: number,
  body: RowBody,
): IndexEntry {
  return {
    index: keys.index.name,
    partition: keys.partition.value,
    bytes: keys.projectedBytes(itemBytes, tableKeyBytes, body),
  };
}

function projection(
  entity: ResolvedEntity,
  copy: ResolvedCopy,
  { projection }: ResolvedIndex,
  own: readonly KeyAttribute[],
): IndexKeys['projectedBytes'] {
  if (projection.kind === 'all') return (itemBytes) => itemBytes;
  const names = projection.kind === 'include' ? projection.attributes : [];
  const included = copy.attributes.filter((at) => names.includes(entity.attributes[at]?.name ?? ''));
  return (_, tableKeyBytes, body) => {
    let bytes = tableKeyBytes;
    for (const key of own) bytes += key.bytes;
    for (const at of included) bytes += body.bytesOf(at);
    return bytes;
  };
}
