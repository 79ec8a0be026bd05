import { expect, it } from 'vitest';
import type { Mapping } from '../../../src/mapping/mapping.js';
import { resolveMapping } from '../../../src/mapping/resolve-mapping.js';
import { usedSchema } from '../../../src/mapping/used-schema.js';
import { SHOP } from './shop.js';

const MAPPING: Mapping = {
  version: 1,
  table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
  entities: {
    Line: {
      from: 'order_lines',
      join: { product: { via: 'product_id', attributes: ['name'] } },
      items: { ofOrder: { key: { pk: 'ORDER#{order_id}', sk: '{line_no}' } } },
    },
  },
};

it('holds the tables that are read, and of those that they refer to the referenced columns', () => {
  const { resolved } = resolveMapping(MAPPING, SHOP);
  if (resolved === null) throw new Error('the mapping has errors');
  const used = usedSchema(resolved, SHOP);
  expect(used.tables.map(({ name, columns }) => `${name}: ${columns.map((column) => column.name)}`)).toEqual([
    'order_lines: order_id,line_no,product_id,quantity',
    'products: id,name,price',
    'orders: id',
  ]);
  expect(resolveMapping(MAPPING, JSON.parse(JSON.stringify(used))).resolved).toEqual(resolved);
});
