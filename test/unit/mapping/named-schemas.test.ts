import { expect, it } from 'vitest';
import type { EmbedMapping } from '../../../src/mapping/mapping.js';
import { namedSchemas } from '../../../src/mapping/named-schemas.js';

const mapping = (from: string, more: object = {}) => ({
  version: 1 as const,
  table: { name: 'things', partitionKey: 'pk', sortKey: 'sk' },
  entities: { Thing: { from, items: { main: { key: { pk: 'T#{id}', sk: 'T' } } }, ...more } },
});

it('names without a dot are of the default schema', () => {
  expect(namedSchemas(mapping('orders'))).toEqual([]);
});

it('a name with several dots may be of any beginning of it', () => {
  expect(namedSchemas(mapping('shop.v2.orders'))).toEqual(['shop', 'shop.v2']);
});

it('those of joins, embeds, link tables, and of what hangs on them count too, each once', () => {
  const inner: EmbedMapping = { from: 'd.parts', join: { maker: { to: 'e.makers', on: { maker: 'id' } } } };
  const embed = { lines: { from: 'b.lines', through: 'c.links', embed: { inner } } };
  const join = { buyer: { to: 'a.people', on: { buyer: 'id' } }, owner: { via: 'owner_id' } };
  expect(namedSchemas(mapping('a.orders', { join, embed }))).toEqual(['a', 'b', 'c', 'd', 'e']);
});
