import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { type CliResult, shareProcess, tablefold } from '../support/cli.js';
import { dropTable, uniqueTableName } from '../support/dynamodb-table.js';
import { createMySqlDatabase } from '../support/mariadb-database.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';

shareProcess();
const dynamoUrl = requireEngine('dynamodb');
const ENGINES = { postgres: requireEngine('postgres'), mariadb: requireEngine('mariadb') } as const;

/** Names hold what a terminal must never be given raw, and what keys must escape. */
const ROWS = `
  INSERT INTO customers VALUES (1, 'Ada@Example.com', 'Ada # Löve'), (10, 'ten@example.com', 'Zehn'),
    (-3, 'minus@example.com', 'M%nus'), (42, 'evil@example.com', '\u001b[31mred\u001b]0;title\u0007 \u202egnp.exe');
  INSERT INTO orders VALUES
    (1, 42, 'NEW', 10.50, '2024-01-31 09:30:00.000001'), (2, 42, 'PAID', 9.99, '2024-02-01 00:00:00'),
    (3, 42, 'NEW', -1.00, '2024-02-29 23:59:59.999999'), (10, 42, 'NEW', 99999999.99, '2024-03-01 00:00:00'),
    (4, 1, 'NEW', 5.00, '2024-02-01 00:00:00'), (9007199254740993, 1, 'PAID', 0.10, '2025-01-01 00:00:00'),
    (5, 10, 'NEW', 7.00, '2024-02-01 00:00:00');`;
const DDL = (moment: string) => `
  CREATE TABLE customers (id bigint PRIMARY KEY, email varchar(100) NOT NULL, name varchar(100) NOT NULL);
  CREATE TABLE orders (
    id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), status varchar(10) NOT NULL,
    total numeric(10,2) NOT NULL, placed_at ${moment} NOT NULL
  );
  ${ROWS}`;

const MAPPING = `version: 1
table:
  name: shop
  partitionKey: pk
  sortKey: sk
  indexes:
    gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk }
    ranked: { partitionKey: [status], sortKey: [{ attribute: total, type: N }, placedAt] }
    byTotal: { local: true, sortKey: lsi1sk, projection: { include: [id] } }
entities:
  Customer:
    from: customers
    items:
      profile:
        key: { pk: 'CUSTOMER#{id}', sk: PROFILE }
        indexes:
          gsi1: { pk: 'EMAIL#{email | lower}', sk: CUSTOMER }
  Order:
    from: orders
    items:
      byCustomer:
        key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{placed_at}#{id}' }
        indexes:
          byTotal: { sk: 'TOTAL#{total}#{id}' }
      byStatus:
        key: { pk: 'STATUS#{status}#{id | shard(4)}', sk: '{total | desc}#{id}' }
        attributes: [id, total]
accessPatterns:
  customerWithOrders: { query: table, pk: 'CUSTOMER#{customerId}' }
  ordersOfCustomer:
    query: table
    pk: 'CUSTOMER#{customerId}'
    sk: { between: ['ORDER#{from}', 'ORDER#{to}'] }
    returns: Order
  customerByEmail: { query: gsi1, pk: 'EMAIL#{email}', sk: CUSTOMER, returns: Customer }
  ordersByTotal:
    query: byTotal
    pk: 'CUSTOMER#{customerId}'
    sk: { between: ['TOTAL#{least}', 'TOTAL#{most}'] }
    returns: Order
  ranked: { query: ranked, pk: '{status}', sk: { gt: '{least}', lte: '{most}' }, returns: Order }
  largest:
    query: table
    pk: 'STATUS#{status}#{shard}'
    returns: Order
  largerThan:
    query: table
    pk: 'STATUS#{status}#{shard}'
    sk: { gt: '{limit}' }
    returns: Order
`;

describe.each(['postgres', 'mariadb'] as const)('query after a migration from %s', (engine) => {
  const table = uniqueTableName();
  const source = { url: '', query: async (_sql: string): Promise<string[]> => [], drop: async () => {} };
  let folder: string;

  const run = (args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> =>
    tablefold([...args, '--mapping', join(folder, 'shop.yaml')], {
      cwd: folder,
      env: { AWS_ENDPOINT_URL: dynamoUrl, ...env },
    });
  /** Runs a pattern and gives the ids of what it finds; `rest` are further flags. */
  const ask = async (pattern: string, ...rest: string[]) => {
    const ran = await run(['query', pattern, '--table', table, '--json', ...rest]);
    expect(ran.exit, ran.stderr + ran.stdout).toBe(0);
    const report = JSON.parse(ran.stdout) as {
      readonly items: { readonly entity: string; readonly item: WireItem }[];
      readonly nextPageToken: string | null;
      readonly readUnits: number;
      readonly consistent: boolean;
    };
    return { ...report, ids: report.items.map(({ item }) => String(item['id']?.['N'])) };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablefold-query-'));
    await writeFile(join(folder, 'shop.yaml'), MAPPING);
    if (engine === 'postgres') {
      const database = await createDatabase(ENGINES.postgres, DDL('timestamptz'));
      Object.assign(source, {
        url: database.url,
        query: async (sql: string) => (await database.query<{ id: string }>(sql)).map(({ id }) => id),
        drop: database.drop,
      });
    } else {
      const database = await createMySqlDatabase(ENGINES.mariadb, DDL('datetime(6)'));
      Object.assign(source, {
        url: database.url,
        query: async (sql: string) => (await database.query(sql)).map(([id]) => String(id)),
        drop: database.drop,
      });
    }
    const target = ['--table', table];
    expect((await run(['table', 'create', ...target])).exit).toBe(0);
    const migrated = await run(['migrate', ...target], { SOURCE_URL: source.url });
    expect(migrated.exit, migrated.stderr).toBe(0);
  });
  afterAll(async () => {
    await dropTable(dynamoUrl, table);
    await source.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const SQL = 'SELECT CAST(id AS char(20)) AS id FROM orders WHERE';
  const trimmed = async (sql: string) => (await source.query(sql)).map((id) => id.trim());

  it('finds what SQL finds, without a source, between two moments', async () => {
    const flags = ['--customerId', '42', '--from', '2024-02-01', '--to=2024-02-29T23:59:59.999999'];
    const { ids, consistent, readUnits } = await ask('ordersOfCustomer', ...flags);
    const where = `customer_id = 42 AND placed_at BETWEEN '2024-02-01' AND '2024-02-29 23:59:59.999999'`;
    expect(ids).toEqual(await trimmed(`${SQL} ${where} ORDER BY placed_at, id`));
    expect([ids, consistent]).toEqual([['2', '3'], true]);
    expect(readUnits).toBeGreaterThan(0);
  });

  it('writes a parameter as the writer wrote the column, and shows exact numbers', async () => {
    const { items } = await ask('customerWithOrders', '--customerId', '1');
    expect(items.map(({ entity }) => entity)).toEqual(['Order', 'Order', 'Customer']);
    expect(items[1]?.item).toMatchObject({ id: { N: '9007199254740993' }, total: { N: '0.1' } });
    expect((await ask('customerWithOrders', '--customerId=-3')).ids).toEqual(['-3']);
    expect((await ask('customerWithOrders', '--param', 'customerId=1.0')).ids).toHaveLength(3);
  });

  it('asks an index, through the transform of its key', async () => {
    const { ids, consistent } = await ask('customerByEmail', '--email', 'ADA@example.COM');
    expect([ids, consistent]).toEqual([['1'], false]);
  });

  it('asks a local index in the order of its own sort key, page by page', async () => {
    const flags = ['--customerId', '42', '--least=-1', '--most', '10.5', '--limit', '2'];
    const first = await ask('ordersByTotal', ...flags);
    const rest = await ask('ordersByTotal', ...flags, '--page-token', first.nextPageToken ?? '');
    expect([...first.ids, ...rest.ids]).toEqual(
      await trimmed(`${SQL} customer_id = 42 AND total BETWEEN -1 AND 10.5 ORDER BY total, id`),
    );
    expect([first.ids, rest.ids, rest.nextPageToken]).toEqual([['3', '2'], ['1'], null]);
    expect(Object.keys(first.items[0]?.item ?? {}).sort()).toEqual(['id', 'lsi1sk', 'pk', 'sk']);
  });

  it('asks an index over attributes: numbers by value, page by page', async () => {
    const flags = ['--status', 'NEW', '--least', '-1', '--most', '99999999.99', '--limit', '2'];
    const first = await ask('ranked', ...flags);
    const second = await ask('ranked', ...flags, '--page-token', first.nextPageToken ?? '');
    const where = `status = 'NEW' AND total > -1 AND total <= 99999999.99 ORDER BY total`;
    expect([...first.ids, ...second.ids]).toEqual(await trimmed(`${SQL} ${where}`));
    expect(second.nextPageToken).toBeNull();
    const text = await run(['query', 'ranked', '--table', table, '--status=OLD', '--least=1', '--most=2']);
    expect(text.stdout).toContain('asked: partition "OLD", sort key above "1" up to "2"\n');
  });

  it('asks every shard and merges them in order, page by page', async () => {
    const expected = await trimmed(`${SQL} status = 'NEW' ORDER BY total DESC, id`);
    expect((await ask('largest', '--status', 'NEW')).ids).toEqual(expected);
    const pages: string[][] = [];
    let token: string | null = null;
    do {
      const more: string[] = token === null ? [] : ['--page-token', token];
      const page = await ask('largest', '--status', 'NEW', '--limit', '2', ...more);
      pages.push(page.ids);
      token = page.nextPageToken;
    } while (token !== null);
    expect(pages).toEqual([expected.slice(0, 2), expected.slice(2, 4), expected.slice(4)]);
    // `limit` is a flag of the command: a parameter of that name needs --param.
    expect((await ask('largerThan', '--status', 'NEW', '--param', 'limit=7')).ids).toEqual(
      await trimmed(`${SQL} status = 'NEW' AND total > 7 ORDER BY total DESC, id`),
    );
  });

  it('says what it found for people, and gives a terminal nothing raw', async () => {
    const ran = await run([
      'query',
      'customerWithOrders',
      '--table',
      table,
      '--customerId',
      '42',
      '--limit',
      '5',
    ]);
    expect(ran.exit, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('CUSTOMER#42  Order (byCustomer)');
    expect(ran.stdout).toContain('\\u{1b}[31mred\\u{1b}]0;title\\u{7} \\u{202e}gnp.exe');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(ran.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(ran.stdout).toContain('read units in 1 query');
    expect(ran.stdout).toContain('That is all there is.');
  });

  it('is silent about nothing: what was asked where there is none', async () => {
    const ran = await run(['query', 'customerWithOrders', '--table', table, '--customerId', '7']);
    expect([ran.exit, ran.stdout]).toEqual([0, expect.stringContaining('asked: partition "CUSTOMER#7"')]);
  });

  // Nothing of it depends on the engine.
  it.runIf(engine === 'postgres').each([
    [['nothing'], 'the mapping has no access pattern "nothing"'],
    [['customerWithOrder', '--customerId', '1'], 'Did you mean customerWithOrders?'],
    [['customerWithOrders'], 'customerWithOrders needs --customerId'],
    [['customerWithOrders', '--custommerId', '1'], 'Did you mean --customerId?'],
    [
      ['customerWithOrders', '--customerId', 'x\u001b[2J'],
      '--customerId "x\\u001b[2J" is not a whole number of 64 bits',
    ],
    [['customerWithOrders', '--customerId', '9223372036854775808'], 'is not a whole number of 64 bits'],
    [['customerWithOrders', '--customerId'], '--customerId has no value'],
    [['largest', '--status', 'NEW', '--shard', '4'], 'is not a shard from 0 to 3'],
    [['largest', '--status', 'NEW', '--page-token', 'abc'], 'the page token is not one of this query'],
  ])('refuses %j and says why', async (args, message) => {
    const ran = await run(['query', ...args, '--table', table]);
    expect([ran.exit, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain(message);
  });

  it('takes the types from the source where no run knows them, and says what it needs where neither does', async () => {
    const state = ['--state', join(folder, 'elsewhere'), '--table', table];
    const ran = await run(['query', 'customerWithOrders', '--customerId', '7', ...state]);
    expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining('pass --source URL')]);
    const asked = await run(['query', 'customerWithOrders', '--customerId', '10', ...state], {
      SOURCE_URL: source.url,
    });
    expect(asked.stdout).toContain('ten@example.com');
  });
});
