import { expect, it } from 'vitest';
import { aboutSeen, seenQueries } from '../../../src/draft/seen-queries.js';
import { draft, linesOf, schemaOf, table } from './tables.js';

const customers = table('customers', { id: 'bigint', email: 'text' });
const orders = table('orders', {
  id: 'bigint',
  customer_id: 'bigint',
  Country: 'text',
  placed_at: 'timestamptz',
});
const tables = [customers, orders];

function see(...asked: readonly (readonly [string, number])[]) {
  const queries = asked.map(([sql, calls]) => ({ sql, calls, totalMs: calls * 2 }));
  const observed = { from: 'pg_stat_statements', queries, unreadable: null };
  const seen = seenQueries(observed, schemaOf(...tables), tables);
  return { seen, lines: aboutSeen(seen, observed) };
}

it('drafts an access pattern, its index key and its order for what is asked by values', () => {
  const { seen, lines } = see(
    ['SELECT * FROM public.orders WHERE COUNTRY = $1 ORDER BY placed_at DESC LIMIT $2', 1_200],
    ['SELECT * FROM orders WHERE country = $1', 300],
    ['SELECT * FROM orders WHERE id = $1', 90],
  );
  expect(seen).toMatchObject({ listed: [], unread: 0 });
  expect(lines).toEqual([]);
  const drafted = draft(tables, { queries: seen.simple });
  expect(drafted.mapping.accessPatterns?.['ordersByCountry']).toMatchObject({
    query: 'gsi1',
    descending: true,
    sql: 'select * from orders where "Country" = {country} order by placed_at desc, id desc',
  });
  expect(linesOf(drafted, 'accessPatterns', 'ordersByCountry')).toEqual(['Seen 1,500 times.']);
  expect(linesOf(drafted, 'accessPatterns', 'order')).toEqual(['Seen 90 times.']);
});

it('lists what only a person can turn into an access pattern, with its counts and what to decide', () => {
  const { seen, lines } = see(
    ['SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.email = $1', 5_000],
    ['SELECT count(*) FROM orders WHERE customer_id = $1', 40],
    ['SELECT * FROM orders ORDER BY placed_at LIMIT $1', 30],
    ['SELECT * FROM orders WHERE customer_id = $1 OR id = $2', 20],
    ['SELECT * FROM orders WHERE gone = $1', 15],
    ['SELECT * FROM orders WHERE customer_id = $1', 1],
    ['SELECT id FROM orders WHERE id IN (SELECT $1)', 4],
    ['SELECT relname FROM pg_class WHERE oid = $1', 9_000],
    ['SELECT * FROM other WHERE a = $1', 800],
  );
  expect(seen.simple).toEqual([]);
  expect(lines).toMatchInlineSnapshot(`
    [
      "DECIDE: also seen in pg_stat_statements, and in no access pattern:",
      "  5,000 times, 10,000 ms: SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.email = $1",
      "    It joins customers: join in what it shows of them, or read item collections.",
      "  40 times, 80 ms: SELECT count(*) FROM orders WHERE customer_id = $1",
      "    It counts or sums: keep the result on an item (count, sum of an embed), or count a Query.",
      "  30 times, 60 ms: SELECT * FROM orders ORDER BY placed_at LIMIT $1",
      "    It has no column of one value, so it would be a scan of orders: ask by one, or leave it to another store.",
      "  20 times, 40 ms: SELECT * FROM orders WHERE customer_id = $1 OR id = $2",
      "    It has an OR: ask one Query for each side.",
      "  15 times, 30 ms: SELECT * FROM orders WHERE gone = $1",
      "    It names columns that the table has not.",
      "  once, 2 ms: SELECT * FROM orders WHERE customer_id = $1",
      "    Seen fewer than 10 times: an index key costs a write of every item.",
      "1 more statement about these tables (subqueries, unions, functions) could not be read.",
    ]
  `);
});

it('says why nothing could be read, and what would let it be', () => {
  const unreadable = { why: 'performance_schema is off', hint: 'Set performance_schema=ON.' };
  const lines = aboutSeen(
    { simple: [], listed: [], unread: 0 },
    { from: 'performance_schema', queries: [], unreadable },
  );
  expect(lines).toEqual([
    'What the application asks was not read in full: performance_schema is off.',
    '  Set performance_schema=ON.',
  ]);
});
