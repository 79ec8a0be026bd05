import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import type { BackfillPlan, BackfillReport } from '../../src/operations/backfill/backfill-report.js';
import type { DiffReport } from '../../src/operations/diff-report.js';
import { shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { openShop, type Shop } from './fixture.js';
import { NEXT } from './live-shop.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

const ROWS = 600;

describe('backfill from the relational source', () => {
  let shop: Shop;
  let to: string;
  beforeEach(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: ROWS });
    to = join(shop.folder, 'next.yaml');
    await writeFile(to, NEXT);
    expect((await shop.run(['table create'])).exit).toBe(0);
    expect((await shop.run(['migrate'])).exit).toBe(0);
  });
  afterEach(() => shop[Symbol.asyncDispose]());

  const args = () => ['backfill', '--from', shop.mapping, '--to', to];
  const diffOf = async () => {
    const ran = await shop.run(['diff', '--mapping', to, '--json']);
    return JSON.parse(ran.stdout) as DiffReport;
  };
  const items = () => scanAll(dynamoUrl, shop.table);

  it('shows what it would do and writes nothing; then does just that, and diff finds only what is obsolete', async () => {
    // Of the application: what the new index will leave out without a word, and what is not meant to be in it.
    const odd = [
      { gsi1pk: { N: '7' }, gsi1sk: { S: 'a' } },
      { gsi1pk: { S: 'CUSTOMERS' }, gsi1sk: { S: '' } },
      { gsi1pk: { S: 'CUSTOMERS' }, gsi1sk: { S: 'é'.repeat(513) } },
      { gsi1pk: { S: 'CUSTOMERS' } },
    ];
    for (const [at, attributes] of odd.entries()) {
      const Item = { pk: { S: 'SESSION' }, sk: { S: String(at) }, ...attributes };
      await callDynamoDb(dynamoUrl, 'PutItem', { TableName: shop.table, Item });
    }
    const before = await items();
    const dry = await shop.run([...args(), '--dry-run', '--json', '--check-indexes']);
    expect(dry.exit, dry.stderr).toBe(6);
    const plan = JSON.parse(dry.stdout) as BackfillPlan;
    const unindexed = [
      {
        index: 'gsi1',
        items: 3,
        examples: expect.arrayContaining([{ pk: { S: 'SESSION' }, sk: { S: '2' } }]),
      },
    ];
    expect(plan.unindexed).toEqual(unindexed);
    expect(await items()).toEqual(before);
    expect(plan.copies.map(({ copy, kind, puts, updates }) => [copy, kind, puts, updates])).toEqual([
      ['profile', 'changed', 0, 50],
      ['byCustomer', 'changed', 0, ROWS],
      ['byRep', 'new', ROWS, 0],
      ['byStatus', 'new', ROWS, 0],
    ]);
    expect(plan.obsolete).toEqual([{ entity: 'Order', copy: 'byRep', items: ROWS }]);
    expect(plan.builds).toEqual([{ index: 'gsi1', items: 50, writeUnits: 50 }]);

    const dear = ['--region', 'us-east-1', '--max-cost', '0.0001'];
    const refused = await shop.run([...args(), ...dear]);
    expect(refused.exit, refused.stderr).toBe(3);
    expect(refused.stderr).toMatch(
      /costs about 0\.\d+ USD with on-demand, more than the 0\.0001 of --max-cost/,
    );
    const shown = await shop.run([...args(), ...dear, '--dry-run']);
    expect([shown.exit, shown.stdout]).toEqual([3, expect.stringContaining('of --max-cost.')]);
    expect(await items()).toEqual(before);

    // DynamoDB Local puts some of them into the index.
    for (const at of odd.keys()) {
      const Key = { pk: { S: 'SESSION' }, sk: { S: String(at) } };
      await callDynamoDb(dynamoUrl, 'DeleteItem', { TableName: shop.table, Key });
    }
    const ran = await shop.run([
      ...args(),
      '--json',
      '--check-indexes',
      '--remove-attributes',
      '--threads',
      '2',
      '--chunk-size',
      '300',
    ]);
    expect(ran.exit, ran.stderr).toBe(0);
    const report = JSON.parse(ran.stdout) as BackfillReport;
    expect(report.unindexed).toEqual([{ index: 'gsi1', items: 0, examples: [] }]);
    expect(report.totals).toMatchObject({
      written: plan.totals.puts + plan.totals.updates,
      held: 0,
      rejects: 0,
    });
    expect(report.indexes).toEqual({ created: ['gsi1'], obsolete: [] });
    const found = await diffOf();
    expect(found.totals).toMatchObject({ missing: 0, different: 0, stale: 0, orphans: ROWS });
    expect(found.extraAttributes).toEqual({ customerName: ROWS }); // of the obsolete ones
    const indexed = await callDynamoDb<{ readonly Count: number }>(dynamoUrl, 'Query', {
      TableName: shop.table,
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'CUSTOMERS' } },
    });
    expect(indexed.Count).toBe(50);
  });

  it('finds what a new index leaves out without a word, before it is made and when it is ACTIVE', async () => {
    const [fine, key] = [{ S: 'a' }, { S: 'CUSTOMERS' }];
    const planted: Readonly<Record<string, WireItem>> = {
      number: { gsi1pk: { N: '7' }, gsi1sk: fine },
      bytes: { gsi1pk: key, gsi1sk: { B: 'AAAA' } },
      'empty partition key': { gsi1pk: { S: '' }, gsi1sk: fine },
      'empty sort key': { gsi1pk: key, gsi1sk: { S: '' } },
      'long partition key': { gsi1pk: { S: 'x'.repeat(2049) }, gsi1sk: fine },
      'long sort key': { gsi1pk: key, gsi1sk: { S: 'é'.repeat(513) } },
    };
    const others: Readonly<Record<string, WireItem>> = {
      'longest partition key': { gsi1pk: { S: 'x'.repeat(2048) }, gsi1sk: fine },
      'longest sort key': { gsi1pk: key, gsi1sk: { S: 'é'.repeat(512) } },
      'without a sort key': { gsi1pk: key },
    };
    const keyOf = (name: string) => ({ pk: { S: `PLANTED ${name}` }, sk: { S: 'x' } });
    for (const [name, attributes] of Object.entries({ ...planted, ...others })) {
      const Item = { ...keyOf(name), ...attributes };
      await callDynamoDb(dynamoUrl, 'PutItem', { TableName: shop.table, Item });
    }
    const bad = new Set(Object.keys(planted));
    const check = async (...more: string[]) => {
      const ran = await shop.run([...args(), '--check-indexes', '--json', ...more]);
      const report = JSON.parse(ran.stdout) as BackfillReport | BackfillPlan;
      const [{ items: found = 0, examples = [], index = '' } = {}, ...rest] = report.unindexed ?? [];
      expect([index, rest]).toEqual(['gsi1', []]);
      const keys = [...bad].map(keyOf);
      expect(keys).toEqual(expect.arrayContaining([...examples]));
      expect(examples).toHaveLength(Math.min(5, keys.length));
      expect([found, ran.exit], ran.stderr).toEqual([keys.length, keys.length === 0 ? 0 : 6]);
      return report;
    };
    await check('--dry-run');
    const made = await check();
    expect(made).toMatchObject({ indexes: { created: ['gsi1'] }, totals: { held: 0, rejects: 0 } });
    const { Table } = await callDynamoDb<{
      readonly Table: { readonly GlobalSecondaryIndexes: readonly { readonly IndexStatus: string }[] };
    }>(dynamoUrl, 'DescribeTable', { TableName: shop.table });
    expect(Table.GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)).toEqual(['ACTIVE']);
    // Each by itself, so that none is found only in the company of another.
    for (const name of bad) {
      await check('--dry-run');
      await callDynamoDb(dynamoUrl, 'DeleteItem', { TableName: shop.table, Key: keyOf(name) });
      bad.delete(name);
    }
    await check('--dry-run');
    await check();
  });

  it('drops the indexes that are obsolete only by name, with --confirm', async () => {
    await shop.run(args());
    const back = ['backfill', '--from', to, '--to', shop.mapping, '--drop-indexes'];
    const refused = await shop.run(back);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain(`--confirm ${shop.table}`);
    const dropped = await shop.run([...back, '--confirm', shop.table, '--json']);
    expect(dropped.exit, dropped.stderr).toBe(0);
    expect(JSON.parse(dropped.stdout)).toEqual({ table: shop.table, dropped: ['gsi1'], missing: [] });
  });
});
