import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem } from '../../src/item/canonical.js';
import type { BackfillReport } from '../../src/operations/backfill/backfill-report.js';
import { shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { writeExport } from '../support/table-export.js';
import { MAPPING, openShop, type Shop } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

/** A new copy, and a new attribute of those that were there. */
const NEXT = MAPPING.replace(
  "sk: 'ORDER#{id}' } }",
  "sk: 'ORDER#{id}' } }\n      byStatus: { key: { pk: 'STATUS#{status}', sk: '{id}' } }",
).replace(', attributes: [name] }\n', " }\n    attributes: { '*': true, buyer: '{customer.name}' }\n");
const LACKS = MAPPING.replace('from: customers\n', 'from: customers\n    attributes: [id]\n').replace(
  ', attributes: [name] }\n',
  ' }\n',
);

const ROWS = 60;
let fromDatabase: Shop;
let fromTable: Shop;
let before: readonly WireItem[];

beforeAll(async () => {
  [fromDatabase, fromTable] = await Promise.all([
    openShop(postgresUrl, dynamoUrl, { rows: ROWS }),
    openShop(postgresUrl, dynamoUrl, { rows: ROWS }),
  ]);
  for (const shop of [fromDatabase, fromTable]) {
    await writeFile(join(shop.folder, 'next.yaml'), NEXT);
    for (const command of ['table create', 'migrate']) {
      const ran = await shop.run([command]);
      expect(ran.exit, ran.stderr).toBe(0);
    }
  }
});
afterAll(() => Promise.all([fromDatabase, fromTable].map((shop) => shop[Symbol.asyncDispose]())));

const backfill = (shop: Shop, ...args: readonly string[]) =>
  shop.run(['backfill', '--from', shop.mapping, '--to', 'next.yaml', '--json', ...args]);
const itself = (...args: readonly string[]) =>
  fromTable.run(['backfill', '--from', fromTable.mapping, '--to', 'next.yaml', '--from-table', ...args], {
    env: { SOURCE_URL: '' },
  });
const items = async ({ table }: Shop) => (await scanAll(dynamoUrl, table)).map(canonicalItem).sort();

it('a backfill from the table itself makes what one from the database makes, and keeps what the application wrote', async () => {
  for (const { table } of [fromDatabase, fromTable]) {
    await callDynamoDb(dynamoUrl, 'UpdateItem', {
      TableName: table,
      Key: { pk: { S: 'CUSTOMER#2' }, sk: { S: 'PROFILE' } },
      UpdateExpression: 'SET seen = :seen',
      ExpressionAttributeValues: { ':seen': { N: '7' } },
    });
  }
  before = await scanAll(dynamoUrl, fromTable.table);
  const wanted = await backfill(fromDatabase);
  expect(wanted.exit, wanted.stderr).toBe(0);
  const ran = await itself('--json', '--max-read-units', '10000');
  expect(ran.exit, ran.stderr).toBe(0);
  const report = JSON.parse(ran.stdout) as BackfillReport;
  expect(report).toMatchObject({
    source: expect.stringMatching(/^dynamodb:/),
    totals: { rows: ROWS, held: 0, rejects: 0 },
  });
  const made = await items(fromTable);
  expect(made).toEqual(await items(fromDatabase));
  expect(made.filter((item) => item.includes('seen'))).toHaveLength(1);
  expect(made.filter((item) => item.includes('STATUS#NEW'))).toHaveLength(ROWS);
});

it('an export of the table tells the rows as well, whatever the table has become since', async () => {
  await writeExport(join(fromTable.folder, 'export'), fromTable.table, before);
  const byTotal = "sk: 'ORDER#{id}' } }\n      byTotal: { key: { pk: TOTALS, sk: '{total}#{id}' } }";
  await writeFile(join(fromTable.folder, 'totals.yaml'), MAPPING.replace("sk: 'ORDER#{id}' } }", byTotal));
  const args = ['backfill', '--from', fromTable.mapping, '--to', 'totals.yaml', '--restart', '--json'];
  const ran = await fromTable.run([...args, '--source', 'file:export']);
  expect(ran.exit, ran.stderr).toBe(0);
  const report = JSON.parse(ran.stdout) as BackfillReport;
  expect(report).toMatchObject({ source: 'file:export', totals: { rows: ROWS, written: ROWS, held: 0 } });
  expect((await items(fromTable)).filter((item) => item.includes('TOTALS'))).toHaveLength(ROWS);
});

it('it is refused by what the items lack, and by what it would overwrite of what it reads', async () => {
  const lacks = join(fromTable.folder, 'lacks.yaml');
  await writeFile(lacks, LACKS);
  const refused = await fromTable.run(
    ['backfill', '--from', lacks, '--to', 'next.yaml', '--from-table', '--restart'],
    {},
  );
  expect(refused.exit, refused.stderr).toBe(4);
  expect(refused.stderr).toMatch(/holds customers\.name/);
  await writeFile(
    join(fromTable.folder, 'cents.yaml'),
    MAPPING.replace(
      ', attributes: [name] }\n',
      ", attributes: [name] }\n    attributes: { '*': true, total: { column: total, as: cents } }\n",
    ),
  );
  const cents = ['backfill', '--from', fromTable.mapping, '--to', 'cents.yaml', '--from-table', '--restart'];
  const overwritten = await fromTable.run(cents);
  expect(overwritten.exit, overwritten.stderr).toBe(2);
  expect(overwritten.stderr).toMatch(/rows are read from Order\.byCustomer\.total,/);
});

it('groups are refused by entity and place, unless both mappings make them alike or they are left out', async () => {
  const counted = (mapping: string) => `${mapping}  Totals:
    from: orders
    groupBy: [status]
    attributes: { orders: { count: '*' } }
    items: { main: { key: { pk: COUNTER, sk: '{status}' } } }
`;
  for (const [name, text] of [
    ['counted.yaml', counted(MAPPING)],
    ['both.yaml', counted(NEXT)],
  ] as const) {
    await writeFile(join(fromTable.folder, name), text);
  }
  const before = await items(fromTable);
  const look = (from: string, ...args: readonly string[]) =>
    fromTable.run(['backfill', '--from', from, '--to', 'both.yaml', '--from-table', '--restart', ...args], {
      env: { SOURCE_URL: '' },
    });
  const refused = await look(fromTable.mapping);
  expect(refused.exit, refused.stderr).toBe(4);
  const line = counted(NEXT).split('\n').indexOf('    groupBy: [status]') + 1;
  const words = refused.stderr.replaceAll(/\s+/g, ' ');
  expect(words).toContain(`Totals has groupBy (both.yaml:${line}:5), and rows that are read from a table`);
  expect(words).toContain('For the others: --entity Order.');
  expect(words).toContain('--source URL --entity Totals');
  expect(await items(fromTable)).toEqual(before);
  for (const args of [['counted.yaml'], [fromTable.mapping, '--entity', 'Order']] as const) {
    const [from, ...more] = args;
    const ran = await look(from, ...more);
    expect(ran.exit, ran.stderr).toBe(0);
  }
});
