import { describe, expect, it } from 'vitest';
import { readRoles } from '../../../src/draft/roles.js';
import { estimatesOf } from '../../../src/mapping/weigh/statistics-of.js';
import type { TableSchema } from '../../../src/source/source-schema.js';
import type { ColumnStatistics } from '../../../src/source/source-statistics.js';
import { distinct, rows, schemaOf, table } from './tables.js';

/** `orders: weak under customers`, by table; what is left out beside it. */
function roles(tables: readonly TableSchema[], statistics: readonly ColumnStatistics[] = []) {
  const schema = schemaOf(...tables);
  const { entities, leftOut } = readRoles(tables, schema, estimatesOf(schema, statistics));
  const found = entities.map(({ label, role }) => {
    if (role.kind === 'link')
      return [label, `link ${role.sides.map(({ parent }) => parent.label).join(' ')}`];
    const under = role.kind === 'weak' || role.kind === 'extension' ? ` under ${role.parent.label}` : '';
    return [label, role.kind + under];
  });
  return {
    ...Object.fromEntries(found),
    ...Object.fromEntries(leftOut.map((out) => [out.table, 'left out'])),
  };
}

const orders = table('orders', { id: 'bigint', note: 'text' });
const products = table('products', { id: 'bigint', sku: 'text', name: 'text' });
const lines = table(
  'order_lines',
  { order_id: 'bigint', line_no: 'int', product_id: 'bigint' },
  {
    primary: ['order_id', 'line_no'],
    references: { order_id: ['orders', 'id'], product_id: ['products', 'id'] },
  },
);

describe('readRoles', () => {
  it('puts a table whose key begins with its parent under it, at any depth', () => {
    const options = table(
      'options',
      { order_id: 'bigint', line_no: 'int', no: 'int' },
      {
        primary: ['order_id', 'line_no', 'no'],
        references: { 'order_id, line_no': ['order_lines', 'order_id', 'line_no'] },
      },
    );
    expect(roles([options, orders, products, lines])).toEqual({
      orders: 'strong',
      products: 'strong',
      order_lines: 'weak under orders',
      options: 'weak under order_lines',
    });
    const schema = schemaOf(options, orders, products, lines);
    const [drafted] = readRoles(schema.tables, schema, estimatesOf(schema, [])).entities;
    expect(drafted).toMatchObject({
      partition: { literal: 'ORDER', columns: ['order_id'] },
      sort: { literal: 'OPTION', columns: ['line_no', 'no'] },
    });
  });

  it('leaves a weak table in partitions of its own where a parent has too many children, or parents are few', () => {
    const tenants = table('tenants', { id: 'int', name: 'text', plan: 'text' });
    const events = table(
      'events',
      { tenant_id: 'int', id: 'bigint' },
      { primary: ['tenant_id', 'id'], references: { tenant_id: ['tenants', 'id'] } },
    );
    const weak = 'weak under tenants';
    expect(roles([rows(100, tenants), rows(1_000_000, events)])).toMatchObject({ events: weak });
    expect(roles([rows(99, tenants), rows(1_000_000, events)])).toMatchObject({ events: 'strong' });
    expect(roles([tenants, rows(10_000, events)], [distinct('events', 'tenant_id', 21)])).toMatchObject({
      events: weak,
    });
    expect(roles([tenants, rows(10_000, events)], [distinct('events', 'tenant_id', 20)])).toMatchObject({
      events: 'strong',
    });
  });

  it('knows a one-to-one table by its key, which is that of its parent', () => {
    const details = table(
      'details',
      { order_id: 'bigint', text: 'text' },
      {
        primary: ['order_id'],
        references: { order_id: ['orders', 'id'] },
      },
    );
    expect(roles([orders, details])).toMatchObject({ details: 'extension under orders' });
  });

  it('knows a link table by its key of two foreign keys, with a few columns besides', () => {
    const references = { order_id: ['orders', 'id'], product_id: ['products', 'id'] } as const;
    const link = table(
      'order_products',
      { order_id: 'bigint', product_id: 'bigint', at: 'timestamptz' },
      { primary: ['product_id', 'order_id'], references },
    );
    expect(roles([orders, products, link])).toMatchObject({ order_products: 'link products orders' });
    const wide = table(
      'order_products',
      {
        order_id: 'bigint',
        product_id: 'bigint',
        a: 'int',
        b: 'int',
        c: 'int',
        d: 'int',
        e: 'int',
        f: 'int',
      },
      { primary: ['product_id', 'order_id'], references },
    );
    expect(roles([orders, products, wide])).toMatchObject({ order_products: 'weak under products' });
  });

  it('links a table with itself', () => {
    const link = table(
      'related',
      { product_id: 'bigint', related_id: 'bigint' },
      {
        primary: ['product_id', 'related_id'],
        references: { product_id: ['products', 'id'], related_id: ['products', 'id'] },
      },
    );
    expect(roles([products, link])).toMatchObject({ related: 'link products products' });
  });

  it('knows a lookup table by few rows, one text, and many rows that refer to it', () => {
    const genres = table('genres', { id: 'int', name: 'text', changed: 'timestamptz' });
    const tracks = table(
      'tracks',
      { id: 'int', genre_id: 'int' },
      { references: { genre_id: ['genres', 'id'] } },
    );
    expect(roles([rows(25, genres), rows(125, tracks)])).toMatchObject({ genres: 'lookup' });
    expect(roles([rows(25, genres), rows(124, tracks)])).toMatchObject({ genres: 'strong' });
    expect(roles([rows(201, genres), rows(9_000, tracks)])).toMatchObject({ genres: 'strong' });
    expect(roles([genres, rows(9_000, tracks)])).toMatchObject({ genres: 'strong' });
    const people = table('genres', { id: 'int', first: 'text', last: 'text' });
    expect(roles([rows(25, people), rows(125, tracks)])).toMatchObject({ genres: 'strong' });
  });

  it('identifies a table without a primary key by its shortest unique key that is never NULL, or leaves it out', () => {
    const columns = { a: 'int', b: 'int', c: 'int?' } as const;
    const keyed = table('keyed', columns, { primary: null, unique: [['c'], ['a', 'b'], ['b']] });
    const loose = table('loose', columns, { primary: null, unique: [['c']] });
    const schema = schemaOf(keyed, loose);
    const { entities, leftOut } = readRoles(schema.tables, schema, estimatesOf(schema, []));
    expect(entities).toMatchObject([{ label: 'keyed', identity: ['b'], noPrimaryKey: true }]);
    expect(leftOut).toEqual([{ table: 'loose', why: expect.stringContaining('neither a primary key') }]);
  });

  it('ends where keys hang on each other in a circle', () => {
    const a = table('a', { id: 'int' }, { references: { id: ['b', 'id'] } });
    const b = table('b', { id: 'int' }, { references: { id: ['a', 'id'] } });
    expect(roles([a, b])).toEqual({ a: 'extension under b', b: 'strong' });
    const self = table(
      'self',
      { id: 'int', parent_id: 'int?' },
      { references: { parent_id: ['self', 'id'] } },
    );
    expect(roles([self])).toEqual({ self: 'strong' });
  });

  it('puts no table under a parent that is not drafted', () => {
    expect(roles([lines])).toEqual({ order_lines: 'strong' });
  });
});
