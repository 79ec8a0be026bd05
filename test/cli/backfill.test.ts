import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import type { BackfillPlan, BackfillReport } from '../../src/operations/backfill/backfill-report.js';
import type { DiffReport } from '../../src/operations/diff-report.js';
import { signalWhileReading } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop, type Shop } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

/** A new index, a new copy, a renamed attribute and a changed sort key. */
const NEXT = MAPPING.replace(
  'sortKey: sk }',
  'sortKey: sk, indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } } }',
)
  .replace('sk: PROFILE } }', "sk: PROFILE }, indexes: { gsi1: { pk: CUSTOMERS, sk: '{name}#{id}' } } }")
  .replace(', attributes: [name] }\n', " }\n    attributes: { '*': true, buyer: '{customer.name}' }\n")
  .replace(
    "sk: 'ORDER#{id}' } }",
    "sk: 'ORDER#{created_at}#{id}' } }\n      byStatus: { key: { pk: 'STATUS#{status}#{id | shard(4)}', sk: '{id}' } }",
  );

const ROWS = 600;

/** DynamoDB Local answers 500 to everybody when a client is killed, and while it makes an index. */
async function untilTaken(write: () => Promise<unknown>): Promise<void> {
  for (let left = 100; ; left -= 1) {
    try {
      await write();
      return;
    } catch (error) {
      if (left === 0 || !String(error).includes('answered 500')) throw error;
      await delay(50);
    }
  }
}

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
  const update = (item: WireItem, expression: string, values: object) =>
    callDynamoDb(dynamoUrl, 'UpdateItem', {
      TableName: shop.table,
      Key: { pk: item['pk'], sk: item['sk'] },
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
    });

  it('shows what it would do and writes nothing; then does just that, and diff finds only what is obsolete', async () => {
    const before = await items();
    const dry = await shop.run([...args(), '--dry-run', '--json']);
    expect(dry.exit, dry.stderr).toBe(0);
    const plan = JSON.parse(dry.stdout) as BackfillPlan;
    expect(await items()).toEqual(before);
    expect(plan.copies.map(({ copy, kind, puts, updates }) => [copy, kind, puts, updates])).toEqual([
      ['profile', 'changed', 0, 50],
      ['byCustomer', 'changed', 0, ROWS],
      ['byRep', 'new', ROWS, 0],
      ['byStatus', 'new', ROWS, 0],
    ]);
    expect(plan.obsolete).toEqual([{ entity: 'Order', copy: 'byRep', items: ROWS }]);
    expect(plan.builds).toEqual([{ index: 'gsi1', items: 50, writeUnits: 50 }]);

    const ran = await shop.run([
      ...args(),
      '--json',
      '--remove-attributes',
      '--threads',
      '2',
      '--chunk-size',
      '300',
    ]);
    expect(ran.exit, ran.stderr).toBe(0);
    const report = JSON.parse(ran.stdout) as BackfillReport;
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

  it('loses nothing that an application writes meanwhile, killed in the middle and resumed', async () => {
    const all = await items();
    const orders = all.filter(({ total }) => total !== undefined);
    /** Written by version 2 of the application: the backfill has an older value. */
    const theirs = orders.filter(({ sk }) => String(sk?.['S']).startsWith('ORDER#2024')).slice(0, 40);
    for (const item of theirs) await update(item, 'SET buyer = :v', { ':v': { S: 'the application' } });
    const touched = new Map<WireItem, number>();
    const end = new AbortController();
    const application = (async () => {
      for (let at = 0; !end.signal.aborted; at += 7919) {
        const item = all[at % all.length];
        if (item === undefined) continue;
        const times = (touched.get(item) ?? 0) + 1;
        await untilTaken(() => update(item, 'SET touched = :n', { ':n': { N: String(times) } }));
        touched.set(item, times);
      }
    })();
    const slow = ['--chunk-size', '100', '--source-concurrency', '2', '--max-write-units', '1500', '--json'];
    let mode: string[] = [];
    let kills = 0;
    let last = { exit: null as number | null, stdout: '', stderr: '' };
    for (; kills < 3; kills += 1) {
      const kill = kills < 2 ? signalWhileReading(300 + 400 * kills, 'SIGKILL') : {};
      last = await shop.run([...args(), ...slow, ...mode], kill);
      if (last.exit !== null) break;
      const status = await shop.read(['status', `${shop.table}.backfill`, '--json']);
      mode = status.exit === 0 ? ['--resume'] : [];
    }
    end.abort();
    await application;
    expect(last.exit, last.stderr).toBe(0);
    expect(kills).toBeGreaterThan(0);

    const keyOf = ({ pk, sk }: WireItem) => JSON.stringify([pk, sk]);
    const after = new Map((await items()).map((item) => [keyOf(item), item]));
    expect(touched.size).toBeGreaterThan(50);
    for (const [item, times] of touched) {
      expect(after.get(keyOf(item))?.['touched']).toEqual({ N: String(times) });
    }
    for (const item of theirs) {
      expect(after.get(keyOf(item))?.['buyer']).toEqual({ S: 'the application' });
    }
    const report = JSON.parse(last.stdout) as BackfillReport;
    // Where the kill came in the middle of a chunk, what its first reading had held back is held back again.
    expect(report.totals.held).toBe(theirs.length);
    const found = await diffOf();
    expect(found.totals).toMatchObject({ missing: 0, different: theirs.length, orphans: ROWS });
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
