import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalItem } from '../../src/item/canonical.js';
import type { MigrateReport } from '../../src/operations/migrate-report.js';
import { shareProcess, tablefold } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { createDatabase, type TestDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { writeExport } from '../support/table-export.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

const SHOP = `
  CREATE TABLE countries (code char(2) PRIMARY KEY, label text NOT NULL);
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, country char(2) REFERENCES countries, secret text);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int REFERENCES customers, status text NOT NULL,
    total numeric(10,2), placed_at timestamptz NOT NULL, details jsonb, photo bytea);
  CREATE TABLE order_lines (order_id bigint REFERENCES orders, line_no int, sku text, PRIMARY KEY (order_id, line_no));
  INSERT INTO countries VALUES ('CH', 'Switzerland'), ('PL', 'Polska ł');
  INSERT INTO customers SELECT n, 'Customer ' || n, CASE n % 3 WHEN 0 THEN 'CH' WHEN 1 THEN 'PL' END, 'x' FROM generate_series(1, 20) n;
  INSERT INTO orders SELECT n, CASE WHEN n % 7 > 0 THEN 1 + n % 20 END, CASE n % 2 WHEN 0 THEN 'NEW' ELSE 'PAID' END,
    nullif(n % 5, 0) * 1.10, timestamptz '2024-01-01 00:00:00.25+00' + n * interval '1 hour',
    '{"n": 12345678901234567890, "a": [null, true, "ü"]}', '\\x00ff' FROM generate_series(1, 300) n;
  INSERT INTO order_lines SELECT n, m, 'SKU ' || m FROM generate_series(1, 300) n, generate_series(1, 2) m WHERE n % 4 > 0;`;

const OLD = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Customer:
    from: customers
    join: { land: { via: country, attributes: [label] } }
    attributes: [id, name, country]
    items: { profile: { key: { pk: 'CUSTOMER#{id}', sk: PROFILE } } }
  Order:
    from: orders
    embed: { lines: { from: order_lines, orderBy: line_no, attributes: [line_no, sku] } }
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
      byStatus: { key: { pk: 'STATUS#{status}', sk: '{placed_at}#{id}' }, attributes: [id] }
`;

/** A new copy, a new index, renamed attributes, another key, and parents that the old orders did not hold. */
const NEW = `version: 1
table:
  name: shop
  partitionKey: pk
  sortKey: sk
  indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } }
entities:
  Order:
    from: orders
    join:
      customer: { via: customer_id, attributes: [name] }
      land: { via: customer.country, attributes: [label] }
    embed: { lines: { from: order_lines, orderBy: line_no, attributes: { no: line_no, article: sku } } }
    attributes: { '*': true, amount: { column: total, as: cents }, lineCount: { count: lines } }
    items:
      byCustomer:
        key: { pk: 'CUSTOMER#{customer_id}', sk: 'ORDER#{placed_at | desc}#{id}' }
        indexes: { gsi1: { pk: 'LAND#{land.label}', sk: '{customer.name}#{id}' } }
        whenNull: skip
      main: { key: { pk: 'O#{id}', sk: O } }
`;

describe('a table as the source of another', () => {
  const [before, after, direct, again] = [
    uniqueTableName(),
    uniqueTableName(),
    uniqueTableName(),
    uniqueTableName(),
  ];
  let database: TestDatabase;
  let folder: TemporaryFolder;
  const run = (args: readonly string[], source = database.url) =>
    tablefold(args, {
      cwd: folder.path,
      env: { SOURCE_URL: source, AWS_ENDPOINT_URL: dynamoUrl },
    });
  const done = async (args: readonly string[], source = database.url) => {
    const ran = await run(args, source);
    expect(ran.exit, ran.stderr + ran.stdout).toBe(0);
    return ran;
  };
  const fromTable = ['migrate', '-m', 'new.yaml', '--from', 'old.yaml', '--table', after];
  const items = async (table: string) => (await scanAll(dynamoUrl, table)).map(canonicalItem).sort();

  beforeAll(async () => {
    database = await createDatabase(postgresUrl, SHOP);
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'old.yaml'), OLD);
    await writeFile(join(folder.path, 'new.yaml'), NEW);
    for (const [mapping, table] of [
      ['old.yaml', before],
      ['new.yaml', after],
      ['new.yaml', direct],
      ['old.yaml', again],
    ] as const) {
      await done(['table', 'create', '-m', mapping, '--table', table]);
    }
    await done(['migrate', '-m', 'old.yaml', '--table', before]);
    await done(['migrate', '-m', 'new.yaml', '--table', direct]);
  });
  afterAll(async () => {
    for (const table of [before, after, direct, again])
      await dropTable(dynamoUrl, table).catch(() => undefined);
    await database?.drop();
    await folder?.[Symbol.asyncDispose]();
  });

  it('makes the items that the database would make, lookups of parents included', async () => {
    // What the application added or made is not the mapping's.
    const Item = { pk: { S: 'CUSTOMER#1' }, sk: { S: 'SESSION' }, _type: { S: 'Customer' } };
    await callDynamoDb(dynamoUrl, 'PutItem', { TableName: before, Item });
    const ran = await done([...fromTable, '--max-read-units', '10000', '--json'], `dynamodb://${before}`);
    const report = JSON.parse(ran.stdout) as MigrateReport;
    expect(report).toMatchObject({
      source: expect.stringMatching(new RegExp(`^dynamodb://.*${before}$`)),
      consistent: false,
      totals: { rows: 300, rejects: 0 },
    });
    expect(report.entities).toMatchObject([{ entity: 'Order', chunks: 8 }]);
    const made = await items(after);
    expect(made.length).toBeGreaterThan(500);
    expect(made).toEqual(await items(direct));
  });

  it('is resumed by the mapping that it began to be read by, and by no other', async () => {
    const same = await done([...fromTable, '--resume', '--json'], `dynamodb://${before}`);
    expect(JSON.parse(same.stdout).totals.rows).toBe(300);
    await writeFile(
      join(folder.path, 'other.yaml'),
      OLD.replace('attributes: [id] }', 'attributes: [id, total] }'),
    );
    const other = await run(
      ['migrate', '-m', 'new.yaml', '--from', 'other.yaml', '--table', after, '--resume'],
      `dynamodb://${before}`,
    );
    expect(other.exit).toBe(3);
    expect(other.stderr).toMatch(/changed: the mapping that the items are read by \(was \w+, is \w+\)/);
  });

  it('is read from an export of it as well, but for lookups', async () => {
    const all = await scanAll(dynamoUrl, before);
    const place = join(folder.path, 'export');
    await writeExport(place, before, all);
    await done(['migrate', '-m', 'old.yaml', '--from', 'old.yaml', '--table', again], 'file:export');
    const own = all.filter((item) => item['_src'] !== undefined).map(canonicalItem);
    expect(await items(again)).toEqual(own.sort());
    const looked = await run([...fromTable, '--restart', '--existing', 'overwrite'], `file://${place}`);
    expect(looked.exit).toBe(4);
    expect(looked.stderr).toContain('single items cannot be looked up');
  });

  it('is refused by what its items lack, and by flags that do not go together', async () => {
    await writeFile(
      join(folder.path, 'lacks.yaml'),
      NEW.replace('attributes: [name] }', 'attributes: [name, secret] }'),
    );
    const lacks = await run(
      ['migrate', '-m', 'lacks.yaml', '--from', 'old.yaml', '--table', after, '--restart'],
      `dynamodb://${before}`,
    );
    expect(lacks.exit).toBe(4);
    expect(lacks.stderr).toMatch(/Order: no first copy of the old mapping holds customers\.secret/);
    const cases: readonly [readonly string[], string, number, RegExp][] = [
      [fromTable, database.url, 2, /--source is none/],
      [['migrate', '-m', 'new.yaml'], `dynamodb://${before}`, 2, /by the mapping that wrote it/],
      [[...fromTable, '--state', 'elsewhere'], `dynamodb://${before}`, 2, /holds no run into/],
      [fromTable, `dynamodb://${before}?zone=1`, 4, /unknown parameter "zone"/],
    ];
    for (const [args, source, exit, message] of cases) {
      const ran = await run(args, source);
      expect([args, ran.exit], ran.stderr).toEqual([args, exit]);
      expect(ran.stderr).toMatch(message);
    }
  });

  it('ends the run at an item that no row makes, by its key', async () => {
    await callDynamoDb(dynamoUrl, 'UpdateItem', {
      TableName: before,
      Key: { pk: { S: 'ORDER#42' }, sk: { S: 'ORDER' } },
      UpdateExpression: 'SET placedAt = :odd',
      ExpressionAttributeValues: { ':odd': { S: 'yesterday' } },
    });
    const ran = await run([...fromTable, '--restart', '--existing', 'overwrite'], `dynamodb://${before}`);
    expect(ran.exit).toBe(4);
    expect(ran.stderr).toMatch(/ORDER#42.*cannot be read back as a row: attribute placedAt/);
  });
});
