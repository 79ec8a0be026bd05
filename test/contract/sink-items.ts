import type { Item } from '../../src/item/item.js';
import type { SinkTable } from '../../src/sink/sink-options.js';

export const SINK_TABLE: SinkTable = {
  name: 'shop',
  partitionKey: 'pk',
  sortKey: 'sk',
  indexes: [
    { name: 'gsi1', partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
    {
      name: 'byKind',
      partitionKey: [
        { name: 'kind', type: 'S' },
        { name: 'tenant', type: 'B' },
      ],
      sortKey: [
        { name: 'rank', type: 'N' },
        { name: 'label', type: 'S' },
      ],
    },
  ],
};

/** An item of `SINK_TABLE` as a mapper makes them; `attributes` are DynamoDB JSON. */
export function makeItem(pk: string, sk: string, attributes: Readonly<Record<string, unknown>> = {}): Item {
  const json = JSON.stringify({ pk: { S: pk }, sk: { S: sk }, ...attributes });
  return {
    entity: 'Order',
    copy: 'byCustomer',
    key: JSON.stringify({ pk: { S: pk }, sk: { S: sk } }),
    partition: pk,
    indexed: [],
    json,
    bytes: json.length,
    origin: { table: 'orders', key: [sk] },
  };
}

export function makeItems(
  pk: string,
  count: number,
  attributes: Readonly<Record<string, unknown>> = {},
): Item[] {
  return Array.from({ length: count }, (_, n) =>
    makeItem(pk, `ITEM#${n}`, { n: { N: String(n) }, ...attributes }),
  );
}
