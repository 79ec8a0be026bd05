import { expect, it } from 'vitest';
import { selectTables } from '../../../src/draft/select-tables.js';
import { schemaOf, table } from './tables.js';

const SCHEMA = schemaOf(
  table('orders', { id: 'int' }),
  table('order_lines', { id: 'int' }),
  table('customers', { id: 'int' }),
  table('recent', { id: 'int' }, { kind: 'view' }),
  table('orders', { id: 'int' }, { schema: 'archive' }),
);

const select = (selection: Parameters<typeof selectTables>[1]) => {
  const { tables, unmatched } = selectTables(SCHEMA, selection);
  return { tables: tables.map(({ schema, name }) => `${schema}.${name}`), unmatched };
};

it('takes the tables of the default schema by name, and views only where they are named', () => {
  expect(select({}).tables).toEqual(['public.customers', 'public.order_lines', 'public.orders']);
  expect(select({ include: ['recent', 'customers'] }).tables).toEqual(['public.customers', 'public.recent']);
  expect(select({ schemas: ['archive', 'public'], exclude: ['public.orders'] }).tables).toEqual([
    ...['archive.orders', 'public.customers', 'public.order_lines'],
  ]);
});

it('reads * and ? as any letters, and everything else as itself', () => {
  expect(select({ include: ['order*'], exclude: ['*_line?'] }).tables).toEqual(['public.orders']);
  expect(select({ include: ['order.'] })).toEqual({ tables: [], unmatched: ['order.'] });
});

it('names what matches nothing', () => {
  expect(select({ schemas: ['public', 'nope'], include: ['orders'], exclude: ['x*'] }).unmatched).toEqual([
    'nope',
    'x*',
  ]);
});
