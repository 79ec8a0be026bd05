import { describe, expect, it } from 'vitest';
import { readQuery } from '../../../src/draft/read-query.js';

const up = (column: string) => ({ column, descending: false });
const down = (column: string) => ({ column, descending: true });

describe('readQuery', () => {
  it.each([
    [
      'SELECT * FROM orders WHERE customer_id = $1',
      { table: 'orders', equals: ['customer_id'], orderBy: [] },
    ],
    [
      'select "o"."id" from sales."Orders" as o where o."customerId" = $1 and ((o.status) = $2) order by o.placed_at desc limit $3',
      { table: 'sales.Orders', equals: ['customerId'], orderBy: [down('placed_at')], limited: true },
    ],
    [
      'SELECT `id` FROM `shop` . `orders` WHERE `customer_id` = ? AND `status` IN (...) ORDER BY `id` ASC LIMIT ?',
      { table: 'shop.orders', equals: ['customer_id', 'status'], orderBy: [up('id')], limited: true },
    ],
    [
      '/* web */ SELECT id FROM orders WHERE status = ANY($1) AND placed_at BETWEEN $2 AND $3 AND rep_id = $4 -- list',
      { equals: ['status', 'rep_id'], orderBy: [up('placed_at')] },
    ],
    [
      'SELECT id FROM orders WHERE customer_id = $1 AND placed_at > $2::timestamptz ORDER BY placed_at DESC',
      { equals: ['customer_id'], orderBy: [down('placed_at')], besides: [] },
    ],
    ['SELECT id FROM orders WHERE a = $1 AND note LIKE $2', { equals: ['a'], besides: ['note like $2'] }],
    ['SELECT id FROM orders WHERE a = $1 OR b = $2', { equals: [], besides: ['a = $1 or b = $2'] }],
    ['SELECT id FROM orders WHERE lower(email) = $1', { equals: [], besides: ['lower (email) = $1'] }],
    ['SELECT id FROM orders WHERE NOT a = $1 AND b <> $2', { equals: [] }],
    ['SELECT count(*) FROM orders WHERE a = $1', { equals: ['a'], aggregates: true }],
    ['SELECT count, sum FROM orders WHERE a = $1', { aggregates: false }],
    ['SELECT DISTINCT a FROM orders WHERE b = $1', { aggregates: true }],
    ['SELECT a FROM orders GROUP BY a', { aggregates: true }],
    [
      'SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer_id, lines USING (a, b) WHERE c.id = $1',
      { table: 'orders', joined: ['customers', 'lines'] },
    ],
    [
      'SELECT extract(year FROM placed_at) FROM orders WHERE id = $1 FOR UPDATE',
      { table: 'orders', equals: ['id'] },
    ],
    ['SELECT "from" FROM "select" WHERE "order" = $1;', { table: 'select', equals: ['order'] }],
  ])('reads %s', (sql, expected) => {
    expect(readQuery(sql)).toMatchObject(expected);
  });

  it.each([
    'INSERT INTO orders VALUES ($1)',
    'SELECT $1',
    'SELECT * FROM (SELECT * FROM orders) r WHERE a = $1',
    'WITH o AS (SELECT * FROM orders) SELECT * FROM o',
    'SELECT a FROM orders UNION SELECT a FROM others',
    'SELECT * FROM generate_series($1, $2)',
    'SELECT * FROM orders ORDER BY lower(name)',
    'SELECT * FROM orders WHERE a = \u0001',
    '',
  ])('does not read %j', (sql) => {
    expect(readQuery(sql)).toBeNull();
  });
});
