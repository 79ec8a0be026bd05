import { afterAll, beforeAll, expect, it } from 'vitest';
import { shareProcess } from '../support/cli.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop, type Shop } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(postgresUrl, dynamoUrl, { rows: 20, mapping: MAPPING });
  await shop.database.query(`UPDATE orders SET rep = e'\\x1b[31m' WHERE id = 7`);
  await shop.database.query('UPDATE orders SET rep = NULL WHERE id = 8');
});
afterAll(() => shop[Symbol.asyncDispose]());

it('shows partitions with the items of the first rows in key order, with sizes and units', async () => {
  const ran = await shop.read(['show', '--limit', '2']);
  expect(ran.exit, ran.stderr).toBe(0);
  expect(
    ran.stdout.replaceAll(/postgres:\S+/g, 'postgres://…').replaceAll(/--mapping \S+/g, '--mapping …'),
  ).toMatchInlineSnapshot(`
    "CUSTOMER#1
      Customer (profile)
      sk       bytes  write units  id  name
      PROFILE  67     1            1   Customer 1

    CUSTOMER#2
      Order (byCustomer)
      sk                                                     bytes  write units  createdAt             customerId  customerName  id  rep   status  total
      ORDER#2024-01-01T00:01:00.000000Z#0000000000000000001  179    1            2024-01-01T00:01:00Z  2           Customer 2    1   rep1  NEW     0.01
      Customer (profile)
      sk       bytes  write units  id  name
      PROFILE  67     1            2   Customer 2

    REP#rep1
      Order (byRep)
      sk                         bytes  write units  createdAt             customerId  customerName  id  rep   status  total
      ORDER#0000000000000000001  149    1            2024-01-01T00:01:00Z  2           Customer 2    1   rep1  NEW     0.01

    CUSTOMER#3
      Order (byCustomer)
      sk                                                     bytes  write units  createdAt             customerId  customerName  id  rep   status  total
      ORDER#2024-01-01T00:02:00.000000Z#0000000000000000002  179    1            2024-01-01T00:02:00Z  3           Customer 3    2   rep2  NEW     0.02

    REP#rep2
      Order (byRep)
      sk                         bytes  write units  createdAt             customerId  customerName  id  rep   status  total
      ORDER#0000000000000000002  149    1            2024-01-01T00:02:00Z  3           Customer 3    2   rep2  NEW     0.02

    4 rows of postgres://… → 6 items, 790 B, 6 write units (indexes included). Nothing was written, no table was opened.
    Next: tablefold plan --mapping … counts over all rows.
    "
  `);
});

it('shows all items of one row, and gives a terminal nothing raw', async () => {
  const ran = await shop.read(['show', '-e', 'Order', '--where-key', 'id=7']);
  expect(ran.exit, ran.stderr).toBe(0);
  expect(ran.stdout).toContain('REP#\\u{1b}[31m'.replace('\\u{1b}', '%1B'));
  expect(ran.stdout).toContain('\\u{1b}[31m');
  expect(ran.stdout).not.toContain('\u001b');
  expect(ran.stdout).toContain('1 row of');
});

it('names the copies that a row would not get, and ends as plan does', async () => {
  const ran = await shop.read(['show', '-e', 'Order', '--where-key', 'id=8', '--json']);
  expect(ran.exit, ran.stderr).toBe(6);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    rows: 1,
    partitions: [
      { partition: 'CUSTOMER#9', items: [{ entity: 'Order', copy: 'byCustomer', row: 'orders#8' }] },
    ],
    rejects: [{ row: 'orders#8', copy: 'byRep', code: 'KEY_NULL' }],
    totals: { items: 1 },
  });
});
