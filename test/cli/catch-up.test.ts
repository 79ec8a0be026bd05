import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MigrateReport } from '../../src/operations/migrate-report.js';
import { shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { type ChangingShop, openChangingShop } from './changing-shop.js';

shareProcess();
const dynamoUrl = requireEngine('dynamodb');

const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Customer:
    from: customers
    join: { land: { via: country, attributes: [label] } }
    items:
      profile: { key: { pk: 'CUSTOMER#{id}', sk: PROFILE } }
  Order:
    from: orders
    join: { customer: { via: customer_id, attributes: [name] } }
    embed: { lines: { from: order_lines, orderBy: line_no, attributes: [line_no, sku] } }
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
      byStatus: { key: { pk: 'STATUS#{status}', sk: '{id}' }, attributes: [id, customerName] }
  Country:
    from: countries
    items:
      country: { key: { pk: COUNTRIES, sk: '{code}' } }
`;

describe.each(['postgres', 'mariadb'] as const)('what changed in %s since the migration', (engine) => {
  const engineUrl = requireEngine(engine);
  let shop: ChangingShop;
  const run = (...args: readonly string[]) => shop.run(args);
  const catchUp = async (...args: string[]) => {
    const ran = await run('migrate', ...args, '--json');
    expect(ran.exit, ran.stderr + ran.stdout).toBe(0);
    return JSON.parse(ran.stdout) as MigrateReport;
  };
  /** What a put takes away from every item that it writes over. */
  const mark = async () => {
    for (const item of await scanAll(dynamoUrl, shop.table)) {
      await callDynamoDb(dynamoUrl, 'PutItem', {
        TableName: shop.table,
        Item: { ...item, untouched: { BOOL: true } },
      });
    }
  };
  const written = async () =>
    (await scanAll(dynamoUrl, shop.table))
      .filter((item) => item['untouched'] === undefined)
      .map(({ pk, sk }) => `${pk?.['S']} ${sk?.['S']}`)
      .sort();
  const orders = (...ids: number[]) =>
    ids.flatMap((id) => [`ORDER#${id} ORDER`, `STATUS#NEW ${String(id).padStart(19, '0')}`]);
  const CHANGED = "updated_at = '2024-06-01 12:00:00.5'";

  beforeAll(async () => {
    shop = await openChangingShop(engine, { engineUrl, dynamoUrl, mapping: MAPPING });
    await mark();
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());

  it('is written with whatever joins or embeds it, and nothing else is', async () => {
    await shop.database.query(`UPDATE customers SET name = 'Renamed', ${CHANGED} WHERE id = 8`); // orders 7, 15 and 23
    await shop.database.query(
      `UPDATE order_lines SET sku = 'C', ${CHANGED} WHERE order_id = 10 AND line_no = 2`,
    );
    const report = await catchUp('--changed-since', 'updated_at=2024-06-01T12:00:00Z', '--overlap', '0s');
    expect(await written()).toEqual(['CUSTOMER#8 PROFILE', ...orders(7, 10, 15, 23)].sort());
    expect(report).toMatchObject({
      totals: { rows: 5, written: 9, units: 9, rejects: 0 },
      catchUp: {
        since: {
          column: 'updated_at',
          next: '2024-06-01T12:00:00.500000Z',
          unindexed: ['customers', 'order_lines'],
        },
        keys: null,
        unwatched: ['countries'],
        movable: ['Order.byStatus'],
      },
    });
    expect(Object.keys(report.catchUp?.since?.from ?? {}).sort()).toEqual([
      'customers',
      'order_lines',
      'orders',
    ]);
    const diff = await run('diff');
    expect(diff.exit, diff.stdout).toBe(0);
  });

  it('is found by the watermark of the report, what was committed late included', async () => {
    await mark();
    await shop.database.query(
      "UPDATE orders SET status = 'NEW', updated_at = '2024-06-01 11:50:00' WHERE id = 1",
    );
    await shop.database.query(
      "UPDATE orders SET status = 'NEW', updated_at = '2024-06-01 11:40:00' WHERE id = 2",
    );
    const since = ['--changed-since', 'updated_at=2024-06-01T12:00:00.500000Z'];
    await catchUp(...since);
    expect(await written()).toEqual(['CUSTOMER#8 PROFILE', ...orders(1, 7, 10, 15, 23)].sort());
    await mark();
    await catchUp(...since, '--overlap', '30m', '--entity', 'Order');
    expect(await written()).toEqual(orders(1, 2, 7, 10, 15, 23).sort());
  });

  it('is named by keys: of every entity, in several chunks and threads', async () => {
    await mark();
    await shop.database.query("UPDATE customers SET name = 'Again' WHERE id IN (1, 2)");
    await writeFile(join(shop.folder, 'keys'), '1\n{"id": 2}\n\n{"id": "99"}\n');
    const keys = ['--keys', 'keys', '--entity', 'Customer', '--chunk-size', '2'];
    const report = await catchUp(...keys, ...(engine === 'postgres' ? ['--threads', '2'] : []));
    expect(report.catchUp?.keys).toEqual({ entity: 'Customer', given: 3, missing: ['99'] });
    expect(report.entities.map(({ entity, chunks }) => [entity, chunks])).toEqual([
      ['Customer', 1],
      ['Order', 3],
    ]);
    const customers = ['CUSTOMER#1 PROFILE', 'CUSTOMER#2 PROFILE'];
    expect(await written()).toEqual([...customers, ...orders(1, 8, 9, 16, 17, 24)].sort());
    expect((await run('diff')).exit).toBe(0);
  });

  it('leaves an item under its former key, and says so', async () => {
    await shop.database.query(
      "UPDATE orders SET status = 'PAID', updated_at = '2024-07-01 00:00:00' WHERE id = 5",
    );
    const shown = await run('migrate', '--changed-since', 'updated_at=2024-07-01');
    expect(shown.exit, shown.stderr).toBe(0);
    expect(shown.stdout).toContain('Order.byStatus can have left items under former keys');
    expect(shown.stdout).toContain('Not seen: changes in countries, which lack updated_at.');
    expect(shown.stdout).toContain(
      'The next catch-up: --changed-since updated_at=2024-07-01T00:00:00.000000Z',
    );
    const diff = await run('diff', '--json');
    expect(JSON.parse(diff.stdout).totals).toMatchObject({ missing: 0, different: 0, orphans: 1 });
  });

  it('is refused where the flags do not say which rows', async () => {
    const since = (value: string) => ['--changed-since', value];
    await writeFile(join(shop.folder, 'bad'), 'abc\n');
    const cases: readonly [readonly string[], number, RegExp][] = [
      [since('updated_on=2024-01-01'), 2, /no.* column updated_on[\s\S]*Did you mean updated_at/],
      [since('updated_at'), 2, /is no column and value/],
      [since('updated_at=yesterday'), 2, /"yesterday" is no value of .*updated_at/],
      [since('name=x'), 2, /cannot tell what came later/],
      [[...since('id=1'), '--overlap', '1h'], 2, /holds integers/],
      [[...since('updated_at=2024-01-01'), '--existing', 'insert-only'], 2, /--existing insert-only/],
      [[...since('updated_at=2024-01-01'), '--limit', '1'], 2, /--limit or --where-key/],
      [['--keys', 'keys'], 2, /keys of one entity/],
      [['--keys', 'gone', '-e', 'Order'], 2, /--keys gone cannot be read/],
      [['--keys', 'bad', '-e', 'Order'], 2, /Order: a given key is not \(id/],
      [['--resume', ...since('updated_at=2024-01-02')], 3, /the changed rows/],
    ];
    for (const [args, exit, message] of cases) {
      const ran = await run('migrate', ...args);
      expect([args, ran.exit], ran.stderr).toEqual([args, exit]);
      expect(ran.stderr).toMatch(message);
    }
  });
});
