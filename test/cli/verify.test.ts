import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import type { PatternVerdict, VerifyReport } from '../../src/operations/verify/verify-report.js';
import { shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { createMySqlDatabase } from '../support/mariadb-database.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, MYSQL_ORDERS, ORDERS, type Shop, shopOf } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const dynamoUrl = requireEngine('dynamodb');

const PATTERNS = `
  customer: { query: table, pk: 'CUSTOMER#{customerId}', sk: PROFILE, returns: Customer, sql: 'select id, name from customers where id = {customerId}' }
  ordersOfCustomer:
    query: table
    pk: 'CUSTOMER#{customerId}'
    sk: { beginsWith: 'ORDER#' }
    returns: Order
    sql: select o.*, c.name as customer_name from orders o join customers c on c.id = o.customer_id where o.customer_id = {customerId} order by created_at, o.id
  lastOrdersOfCustomer:
    query: table
    pk: 'CUSTOMER#{customerId}'
    sk: { gte: 'ORDER#{since}' }
    returns: Order
    descending: true
    limit: 3
    sql: select id, created_at, total, 1 as one from orders where customer_id = {customerId} and created_at >= {since} order by created_at desc, id desc limit 3
  ordersOfRep: { query: table, pk: 'REP#{rep}', sk: { beginsWith: 'ORDER#' }, returns: Order, sql: 'select id, rep, status from orders where rep = {rep} order by id' }
  ordersWithStatus: { query: gsi1, pk: 'STATUS#{status}', returns: Order, sql: 'select id, status from orders where status = {status} order by id' }
  unasked: { query: table, pk: 'CUSTOMER#{customerId}' }
`;
const INDEXED = MAPPING.replace(
  'sortKey: sk }',
  'sortKey: sk, indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } } }',
).replace(
  "byCustomer: { key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{created_at}#{id}' } }",
  `byCustomer:
        key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{created_at}#{id}' }
        indexes: { gsi1: { pk: 'STATUS#{status}#{id | shard(3)}', sk: '{id}' } }`,
);
const WITH_PATTERNS = `${INDEXED}accessPatterns:${PATTERNS.replace("'STATUS#{status}'", "'STATUS#{status}#{shard}'")}`;

const ENGINES = {
  postgres: () => createDatabase(postgresUrl, ORDERS(400)),
  mariadb: () => createMySqlDatabase(mariadbUrl, MYSQL_ORDERS(400)),
} as const;

describe.each(['postgres', 'mariadb'] as const)('verify, from %s', (engine) => {
  let shop: Shop<Awaited<ReturnType<(typeof ENGINES)[typeof engine]>>>;
  const call = (operation: string, body: object) =>
    callDynamoDb(dynamoUrl, operation, { TableName: shop.table, ...body });
  const run = async (...args: string[]) => {
    const ran = await shop.run(['verify', '--json', ...args]);
    return { exit: ran.exit, report: JSON.parse(ran.stdout) as VerifyReport, stderr: ran.stderr };
  };
  const patternsOf = async (...args: string[]) => {
    const { exit, report } = await run('--only', 'patterns', ...args);
    const verdict = (name: string) =>
      report.patterns?.find(({ pattern }) => pattern === name) as PatternVerdict;
    return { exit, verdict, patterns: report.patterns ?? [] };
  };
  const verdicts = (patterns: readonly PatternVerdict[]) =>
    Object.fromEntries(patterns.map(({ pattern, verdict }) => [pattern, verdict]));
  const of = async (source: string, begins: string) =>
    (await scanAll(dynamoUrl, shop.table)).find(
      (item) => item['_src']?.['S'] === source && String(item['pk']?.['S']).startsWith(begins),
    ) as WireItem;

  beforeAll(async () => {
    shop = (await shopOf(await ENGINES[engine](), dynamoUrl, WITH_PATTERNS)) as typeof shop;
    await shop.run(['table create']);
    expect((await shop.run(['migrate'])).exit).toBe(0);
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());

  it('says that table and source are equal: every pattern that has sql, every item', async () => {
    const { exit, report } = await run();
    expect(report.patterns?.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(verdicts(report.patterns ?? [])).toEqual({
      customer: 'equal',
      ordersOfCustomer: 'equal',
      lastOrdersOfCustomer: 'equal',
      ordersOfRep: 'equal',
      ordersWithStatus: 'equal',
      unasked: 'not verified',
    });
    expect([exit, report.equal, report.items?.totals.same]).toEqual([0, true, 850]);
    const asked = new Map(report.patterns?.map((one) => [one.pattern, one]));
    expect(asked.get('customer')).toMatchObject({ sets: 20, rows: 20, compared: ['id', 'name'] });
    expect(asked.get('ordersOfCustomer')?.compared).toEqual(
      expect.arrayContaining(['createdAt', 'customerId', 'customerName', 'id', 'rep', 'status', 'total']),
    );
    expect(asked.get('lastOrdersOfCustomer')).toMatchObject({ sets: 20, ignored: ['one'] });
    expect(asked.get('ordersOfRep')).toMatchObject({ sets: 3, rows: 400 });
    expect(asked.get('ordersWithStatus')).toMatchObject({ sets: 1, rows: 400 });
    const shown = await shop.run(['verify', '--parameter-sets', '2']);
    expect(shown.exit).toBe(0);
    expect(shown.stdout).toContain('unasked: no sql to compare with');
    expect(shown.stdout).toMatch(
      /Verified: 5 access patterns with 9 parameter sets and 850 items; the table says/,
    );
  });

  it('compares a sample of the items, and says so in its verdict', async () => {
    const { exit, report } = await run('--only', 'items', '--sample', '50');
    expect(exit).toBe(0);
    expect(report.items).toMatchObject({ totals: { expected: 50, same: 50 }, sample: { size: 50, seed: 1 } });
    const shown = await shop.run(['verify', '--only', 'items', '--sample', '50']);
    expect(shown.stdout).toMatch(/^Verified: 50 items of [\d,]+ by chance; /m);
    expect(shown.stdout).toMatch(/^At most [\d,]+ of all items are missing or different/m);
    const page = join(shop.folder, 'verify.html');
    await run('--sample', '50', '--html', page);
    const html = await readFile(page, 'utf8');
    expect(html).toContain('"kind":"verify"');
    expect(html).toContain('"sql":"select id, status from orders where status = {status} order by id"');
    const refused = await shop.run(['verify', '--only', 'patterns', '--sample', '50']);
    expect([refused.exit, refused.stdout]).toEqual([2, '']);
  });

  it('verifies one entity: its items, and the patterns that return it', async () => {
    const { exit, report } = await run('--entity', 'Customer');
    expect(exit).toBe(0);
    expect(report.patterns?.map(({ pattern }) => pattern)).toEqual(['customer']);
    expect(report.items?.entities.map(({ entity }) => entity)).toEqual(['Customer']);
    expect(report.items?.otherEntities).toBeGreaterThan(0);
    const refused = await shop.run(['verify', '--entity', 'Custmer']);
    expect([refused.exit, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('Customer');
  });

  it('asks the same of the same rows by the same seed', async () => {
    const [one, again, other] = await Promise.all([
      patternsOf('--seed', '3'),
      patternsOf('--seed', '3'),
      patternsOf('--seed', '4'),
    ]);
    expect(again.patterns).toEqual(one.patterns);
    expect(other.exit).toBe(0);
  });

  it('finds a wrong attribute, a missing item, one too many, and another order, each with its parameters', async () => {
    const [wrong, lost, far] = [
      await of('orders#7', 'CUSTOMER#'),
      await of('orders#8', 'CUSTOMER#'),
      await of('orders#60', 'CUSTOMER#'),
    ];
    const put = (Item: WireItem) => call('PutItem', { Item });
    const remove = ({ pk, sk }: WireItem) => call('DeleteItem', { Key: { pk, sk } });
    await put({ ...wrong, total: { N: '99.99' } });
    await remove(lost);
    // Order 60 under the time of another day: behind all others of its customer.
    const moved = { ...far, sk: { S: 'ORDER#2031-01-01T00:00:00.000000Z#0000000000000000060' } };
    await remove(far);
    await put(moved);
    const extra = {
      ...wrong,
      sk: { S: 'ORDER#2030-01-01T00:00:00.000000Z#0000000000000009999' },
      _src: { S: 'orders#9999' },
    };
    await put(extra);

    const { exit, verdict, patterns } = await patternsOf('--parameter-sets', '50', '--samples', '100');
    expect(exit).toBe(6);
    expect(verdicts(patterns)).toMatchObject({
      customer: 'equal',
      ordersOfRep: 'equal',
      ordersOfCustomer: 'different',
    });
    const { differences, differing } = verdict('ordersOfCustomer');
    expect(differing).toBe(3);
    const plain = differences.map(({ kind, row, parameters, attributes }) => [
      kind,
      row,
      parameters,
      attributes,
    ]);
    const customer = (order: number) => ({ customerId: String(1 + (order % 50)) });
    expect(plain).toHaveLength(4);
    expect(plain).toEqual(
      expect.arrayContaining([
        [
          'different',
          'orders#7',
          customer(7),
          [{ name: 'total', expected: { N: '0.07' }, found: { N: '99.99' } }],
        ],
        ['missing', 'orders#8', customer(8), []],
        ['extra', 'orders#9999', customer(7), []],
        ['order', expect.stringMatching(/^orders#/), customer(60), []],
      ]),
    );
    const shown = await shop.run(['verify', '--only', 'patterns', '--parameter-sets', '50']);
    expect(shown.stdout).toContain('total: the sql says 0.07, the table 99.99');
    expect(shown.stdout).toContain('tablefold query ordersOfCustomer --customerId "8"');
    expect(shown.stdout).toContain('Different: the table does not say what the source says');
    const file = join(shop.folder, 'verify.md');
    await shop.run(['verify', '--markdown', file, '--parameter-sets', '50']);
    expect(await readFile(file, 'utf8')).toContain('| ordersOfCustomer | ❌ different |');

    await remove(moved);
    await remove(extra);
    for (const item of [wrong, lost, far]) await put(item);
    expect((await patternsOf('--parameter-sets', '50')).exit).toBe(0);
  });

  it('says of sql that cannot be asked where it stands, and goes on with the others', async () => {
    const mapping = join(shop.folder, 'broken.yaml');
    const text = WITH_PATTERNS.replace('select id, name from customers', 'select nam from customers')
      .replace('select id, rep, status from orders', 'delete from orders')
      .replace('select id, status from orders', 'select status from orders');
    await writeFile(mapping, text);
    const { exit, verdict } = await patternsOf('-m', mapping);
    expect(exit).toBe(6);
    expect(verdict('customer')).toMatchObject({
      verdict: 'failed',
      why: expect.stringMatching(/broken\.yaml:\d+:\d+: .*nam/),
    });
    expect(verdict('ordersOfRep')).toMatchObject({
      verdict: 'failed',
      why: expect.stringContaining('the statement is no question'),
    });
    expect(verdict('ordersWithStatus')).toMatchObject({
      verdict: 'failed',
      why: expect.stringContaining('the sql has no column id'),
    });
    expect(verdict('ordersOfCustomer')).toMatchObject({ verdict: 'equal' });
    expect((await run('--only', 'items')).report).toMatchObject({ equal: true, patterns: null });
  });

  it('takes a row whose item has expired for no difference where the item is gone', async () => {
    const expiring = join(shop.folder, 'expiring.yaml');
    await writeFile(
      expiring,
      WITH_PATTERNS.replace('sortKey: sk,', 'sortKey: sk, timeToLive: { attribute: expiresAt },').replace(
        '    from: orders\n',
        "    from: orders\n    attributes: { '*': true, expiresAt: '{created_at | epochSeconds}' }\n",
      ),
    );
    const gone = await of('orders#7', 'CUSTOMER#');
    const key = { pk: gone['pk'], sk: gone['sk'] };
    await call('DeleteItem', { Key: key });
    const asked = ['-m', expiring, '--parameter-sets', '60'];
    const { verdict } = await patternsOf(...asked);
    expect(verdict('ordersOfCustomer')).toMatchObject({ verdict: 'equal', expired: 1 });
    expect(verdict('lastOrdersOfCustomer').verdict).toBe('equal');
    const shown = await shop.run(['verify', '--only', 'patterns', ...asked]);
    expect(shown.stdout).toContain('ordersOfCustomer: 1 row without an item, whose time to live is past');
    expect((await patternsOf('--parameter-sets', '60')).verdict('ordersOfCustomer').verdict).toBe(
      'different',
    );
    await call('PutItem', { Item: gone });
  });

  it('counts a pattern without rows as not verified, and refuses a mapping without any', async () => {
    const none = join(shop.folder, 'none.yaml');
    await writeFile(none, MAPPING);
    const refused = await shop.run(['verify', '--only', 'patterns', '-m', none]);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain('has no access pattern with sql to verify');
    const nothing = join(shop.folder, 'nothing.yaml');
    const gone = MAPPING.replace('    from: customers\n', '    from: customers\n    where: id < 0\n');
    const [customer = ''] = PATTERNS.trimStart().split('\n');
    await writeFile(nothing, `${gone}accessPatterns:\n  ${customer}\n`);
    const vain = await shop.run(['verify', '--only', 'patterns', '-m', nothing]);
    expect(vain.exit).toBe(6);
    expect(vain.stdout).toContain('Nothing could be verified. 1 pattern not verified.');
    const empty = join(shop.folder, 'empty.yaml');
    await writeFile(
      empty,
      WITH_PATTERNS.replace('    from: customers\n', '    from: customers\n    where: id < 0\n'),
    );
    const { verdict } = await patternsOf('-m', empty);
    expect(verdict('customer')).toMatchObject({
      verdict: 'not verified',
      why: expect.stringContaining('no row'),
      sets: 0,
    });
  });
});
