import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const shop = new URL('../../demo/shop.sql', import.meta.url);

const TABLES = [
  ...['addresses', 'categories', 'customers', 'order_lines', 'orders'],
  ...['product_tags', 'products', 'sales_reps', 'tags'],
];

/** Rows and a digest of all their text, table by table. */
const DIGEST = TABLES.map(
  (table) =>
    `SELECT '${table}' AS table, count(*)::int AS rows, md5(string_agg(t::text, '|' ORDER BY t::text COLLATE "C")) AS digest FROM ${table} t`,
)
  .join(' UNION ALL ')
  .concat(' ORDER BY 1');

test('the shop is the same on every load, in whatever time zone', async () => {
  await using first = await createDatabase(postgresUrl, shop);
  await using second = await createDatabase(
    postgresUrl,
    `SET TIME ZONE 'Europe/Berlin'; ${readFileSync(shop, 'utf8')}`,
  );
  const rows = await first.query<{ table: string; rows: number }>(DIGEST);
  expect(await second.query(DIGEST)).toEqual(rows);
  expect(Object.fromEntries(rows.map((one) => [one.table, one.rows]))).toMatchInlineSnapshot(`
    {
      "addresses": 3066,
      "categories": 9,
      "customers": 2000,
      "order_lines": 19894,
      "orders": 8000,
      "product_tags": 1831,
      "products": 500,
      "sales_reps": 8,
      "tags": 20,
    }
  `);
});

test('the shop holds what the mapping shows: drafts, missing reps, texts that need escaping', async () => {
  await using database = await createDatabase(postgresUrl, shop);
  const [facts] = await database.query(`
    SELECT count(*) FILTER (WHERE status = 'DRAFT')::int AS drafts,
           count(DISTINCT status)::int AS statuses,
           count(*) FILTER (WHERE rep_id IS NULL)::int AS online,
           count(*) FILTER (WHERE status IN ('NEW', 'PAID') AND rep_id IS NOT NULL)::int AS open_with_rep,
           count(*) FILTER (WHERE total <> (SELECT sum(quantity * unit_price) FROM order_lines l WHERE l.order_id = o.id))::int AS wrong_totals
    FROM orders o`);
  expect(facts).toMatchInlineSnapshot(`
    {
      "drafts": 200,
      "online": 4800,
      "open_with_rep": 180,
      "statuses": 6,
      "wrong_totals": 0,
    }
  `);
  expect(await database.query(`SELECT count(*)::int FROM addresses WHERE street LIKE '%#%'`)).not.toEqual([
    { count: 0 },
  ]);
});
