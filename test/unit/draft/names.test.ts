import { describe, expect, it } from 'vitest';
import { nameOf, nameTables, plural, singular } from '../../../src/draft/names.js';
import { table } from './tables.js';

describe('names', () => {
  it.each([
    ['orders', 'order'],
    ['categories', 'category'],
    ['addresses', 'address'],
    ['statuses', 'status'],
    ['boxes', 'box'],
    ['invoices', 'invoice'],
    ['movies', 'movie'],
    ['CATEGORIES', 'CATEGORY'],
    ['address', 'address'],
    ['status', 'status'],
    ['series', 'series'],
    ['analysis', 'analysis'],
    ['film_actor', 'film_actor'],
  ])('%s is many of %s', (many, one) => expect(singular(many)).toBe(one));

  it.each([
    ['category', 'categories'],
    ['day', 'days'],
    ['address', 'addresses'],
    ['orders', 'orders'],
    ['inventory', 'inventories'],
  ])('%s: %s', (one, many) => expect(plural(one)).toBe(many));

  it('keeps entities and prefixes of all tables apart', () => {
    const tables = [
      table('order_lines', { id: 'int' }),
      table('orderLines', { id: 'int' }),
      table('orders', { id: 'int' }, { schema: 'sales' }),
      table('orders', { id: 'int' }, { schema: 'public' }),
      table('2nd table', { id: 'int' }),
      table('表', { id: 'int' }),
    ];
    const names = [...nameTables(tables, { defaultSchema: 'public' }).values()];
    expect(names.map(({ entity, prefix }) => `${entity} ${prefix}`)).toEqual([
      'OrderLine ORDER_LINE',
      'PublicOrderLine PUBLIC_ORDER_LINE',
      'Order ORDER',
      'PublicOrder PUBLIC_ORDER',
      'N2ndTable N2ND_TABLE',
      'Unnamed UNNAMED',
    ]);
  });

  it('makes names that a mapping takes', () => {
    expect(['customer_id', 'CUSTOMER ID', '2x', 'größe', '…'].map(nameOf)).toEqual([
      ...['customerId', 'customerId', 'n2x', 'gre', 'unnamed'],
    ]);
  });
});
