import type { Item } from '../../src/item/item.js';

/** A small item of a table with keys `pk` and `sk`, for tests of what handles items. */
export function itemOf(pk: string, sk = 'A', text = ''): Item {
  const key = JSON.stringify({ pk: { S: pk }, sk: { S: sk } });
  const json = JSON.stringify({ pk: { S: pk }, sk: { S: sk }, text: { S: text } });
  const bytes = 2 + Buffer.byteLength(pk) + 2 + Buffer.byteLength(sk) + 4 + Buffer.byteLength(text);
  return {
    entity: 'Thing',
    copy: 'main',
    key,
    partition: pk,
    indexed: [],
    json,
    bytes,
    origin: { table: 'things', key: [pk] },
  };
}

export function itemsOf(count: number, prefix = 'K'): Item[] {
  return Array.from({ length: count }, (_, number) => itemOf(`${prefix}${number}`));
}

export const THINGS = { name: 'things', partitionKey: 'pk', sortKey: 'sk', indexes: [] } as const;
