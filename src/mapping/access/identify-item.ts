import type { WireItem } from '../../item/attribute-value.js';
import { compileTemplate } from '../compile/compile-template.js';
import { chainTransforms, isChain } from '../key/transform-chain.js';
import type { ResolvedCopy, ResolvedMapping, ResolvedTable } from '../resolved-mapping.js';
import type { ResolvedTemplate } from '../template.js';

/** What an item of the table is by its key. */
export interface Identity {
  readonly entity: string;
  readonly copy: string;
  /** Raw texts that the key holds, by column, or by column and transforms where the value went through some. */
  readonly key: { readonly [column: string]: string };
}

/** Null for an item that no copy of the mapping makes. */
export type IdentifyItem = (item: WireItem) => Identity | null;

/**
 * Reads keys back through the templates of the copies: the entity attribute says whose, where the item has
 * it (an index may not project it), and the key says which copy.
 */
export function compileIdentify({ table, entities }: ResolvedMapping): IdentifyItem {
  const readers = entities.flatMap(({ name, copies }) =>
    copies.map((copy) => ({ entity: name, copy: copy.name, read: keyReader(table, copy) })),
  );
  return (item) => {
    const named = item[table.entityAttribute]?.['S'];
    for (const { entity, copy, read } of readers) {
      if (named !== undefined && named !== entity) continue;
      const key = read(item);
      if (key !== null) return { entity, copy, key };
    }
    return null;
  };
}

function keyReader(
  { partitionKey, sortKey }: ResolvedTable,
  copy: ResolvedCopy,
): (item: WireItem) => Identity['key'] | null {
  const pk = { ...compileTemplate(copy.pk, 'partition'), labels: labelsOf(copy.pk) };
  const sk = { ...compileTemplate(copy.sk, 'sort'), labels: labelsOf(copy.sk) };
  return (item) => {
    const partition = item[partitionKey]?.['S'];
    const sort = item[sortKey]?.['S'];
    if (typeof partition !== 'string' || typeof sort !== 'string') return null;
    const first = pk.parse(partition);
    const second = first === null ? null : sk.parse(sort);
    if (first === null || second === null) return null;
    const labels = [...pk.labels, ...sk.labels];
    return Object.fromEntries([...first, ...second].map((value, index) => [labels[index] ?? '', value]));
  };
}

/** `placed_at`, `customer.name`, `id | shard(4)`: transforms that only write the same value otherwise are left out. */
function labelsOf({ parts }: ResolvedTemplate): readonly string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'literal') return [];
    const { path, column, keyType } = part.column;
    const name = path === '' ? column.name : `${path}.${column.name}`;
    const chain = chainTransforms(keyType, part.transforms);
    if (!isChain(chain) || chain.value === null) return [name];
    const calls = part.transforms.map(({ name: transform, args }) =>
      args.length === 0 ? transform : `${transform}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`,
    );
    return [[name, ...calls].join(' | ')];
  });
}
