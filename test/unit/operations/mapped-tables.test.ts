import { expect, it } from 'vitest';
import type { EntityMapper } from '../../../src/mapping/mapper.js';
import { mappedTables } from '../../../src/operations/prepare.js';
import type { EmbedQuery, EntityQuery } from '../../../src/source/row-query.js';

const table = (name: string) => ({ schema: 'shop', name });
const row = (name: string, ...joins: string[]) => ({
  table: table(name),
  joins: joins.map((path) => ({ path, parent: '', table: table(path), on: [] })),
  columns: [],
  aggregates: [],
});

it('names roots, joined, embedded and link tables, each once', () => {
  const lines: EmbedQuery = {
    ...row('lines', 'products'),
    name: 'lines',
    where: null,
    on: [],
    through: null,
    orderBy: [],
    tieBreak: [],
    limit: null,
    key: [],
    embeds: [],
  };
  const tags: EmbedQuery = {
    ...lines,
    ...row('tags'),
    name: 'tags',
    through: { table: table('order_tags'), pairs: [] },
  };
  const query: EntityQuery = {
    ...row('orders', 'customers'),
    entity: 'Order',
    where: null,
    identity: [],
    embeds: [lines, tags],
  };
  const mapper = (its: EntityQuery): EntityMapper => ({
    entity: its.entity,
    copies: [],
    query: its,
    map: () => undefined,
  });
  const product: EntityQuery = {
    ...row('products'),
    entity: 'Product',
    where: null,
    identity: [],
    embeds: [],
  };
  expect(mappedTables([mapper(query), mapper(product)]).map(({ name }) => name)).toEqual([
    'orders',
    'customers',
    'lines',
    'products',
    'tags',
    'order_tags',
  ]);
});
