import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalKey } from '../../src/item/canonical.js';
import type { BackfillReport } from '../../src/operations/backfill/backfill-report.js';
import type { CliOptions } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.js';
import { requireEngine } from '../support/require-resource.js';
import { streamRecords } from '../support/table-stream.js';
import { MAPPING, openShop, type Shop } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

/** An attribute of both copies of an order has another name. */
const NEXT = MAPPING.replace(
  ', attributes: [name] }\n',
  " }\n    attributes: { '*': true, buyer: '{customer.name}' }\n",
);
const ORDERS = 200;
const KEYS = ['pk', 'sk'];

let shop: Shop;
let proxy: FaultProxy;
const call = (operation: string, body: object) =>
  callDynamoDb(dynamoUrl, operation, { TableName: shop.table, ...body });
const items = () => scanAll(dynamoUrl, shop.table);
const isOrder = (item: WireItem) => item['_type']?.['S'] === 'Order';
const keyOf = (item: WireItem) => canonicalKey(item, KEYS);
const namesOf = ({ customerName, buyer }: WireItem) => JSON.stringify([customerName, buyer]);

beforeAll(async () => {
  shop = await openShop(postgresUrl, dynamoUrl, { rows: ORDERS });
  await writeFile(join(shop.folder, 'next.yaml'), NEXT);
  for (const args of [['table create', '--stream', 'new-and-old-images'], ['migrate']]) {
    const ran = await shop.run(args);
    expect(ran.exit, ran.stderr).toBe(0);
  }
  proxy = await openFaultProxy(dynamoUrl);
});
afterAll(async () => {
  await proxy?.close();
  await shop?.[Symbol.asyncDispose]();
});

/** Kills it when it sends its update of this number: those before are made, under way or on their way. */
function killAt(update: number): CliOptions {
  let kill = () => {};
  let updates = 0;
  proxy.follow(({ operation }) => {
    updates += operation === 'UpdateItem' ? 1 : 0;
    if (updates === update) kill();
    return null;
  });
  return {
    onStart(child) {
      kill = () => child.kill('SIGKILL');
    },
  };
}

it('attributes that a backfill from the table itself removes: killed -9 in the middle, again and again, none is lost or changed twice', async () => {
  const set = (item: WireItem, name: string, value: string) =>
    call('UpdateItem', {
      Key: { pk: item['pk'], sk: item['sk'] },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': { S: value } },
    });
  const before = await items();
  const names = new Map(before.filter(isOrder).map((item) => [keyOf(item), item['customerName']]));
  expect(names.size).toBe(2 * ORDERS);
  const touched = before.filter((_, at) => at % 7 === 0);
  for (const item of touched) await set(item, 'seen', 'by the application');

  const args = [
    'backfill',
    '--from',
    shop.mapping,
    '--to',
    'next.yaml',
    '--from-table',
    '--remove-attributes',
  ];
  const run = (mode: readonly string[], options: CliOptions) =>
    shop.run([...args, '--chunk-size', '50', '--json', ...mode], {
      ...options,
      env: { SOURCE_URL: '', AWS_ENDPOINT_URL: proxy.url },
    });
  let mode: readonly string[] = [];
  const made: number[] = [];
  for (const update of [70, 150, 90]) {
    const killed = await run(mode, killAt(update));
    expect([killed.exit, killed.stdout]).toEqual([null, '']);
    await proxy.idle();
    mode = ['--resume'];
    const orders = (await items()).filter(isOrder);
    // Each in one version or the other, whole.
    const versions = orders.map((item) => [item['customerName'], item['buyer']]);
    expect(versions.filter(([old, next]) => (old === undefined) === (next === undefined))).toEqual([]);
    made.push(versions.filter(([old]) => old === undefined).length);
  }
  expect(made[0]).toBeGreaterThan(30);
  expect(made.at(-1)).toBeLessThan(2 * ORDERS);

  // Meanwhile: an item that is changed already is written again, and one that is not is gone.
  const meanwhile = (await items()).filter(
    (item) => isOrder(item) && String(item['pk']?.['S']).startsWith('REP#'),
  );
  const changed = meanwhile.find((item) => item['buyer'] !== undefined);
  const deleted = meanwhile.find((item) => item['customerName'] !== undefined);
  if (changed === undefined || deleted === undefined) throw new Error('it was not killed in the middle');
  await set(changed, 'buyer', 'somebody else');
  await call('DeleteItem', { Key: { pk: deleted['pk'], sk: deleted['sk'] } });

  proxy.follow(() => null);
  const last = await run(mode, {});
  expect(last.exit, last.stderr).toBe(0);
  const { totals } = JSON.parse(last.stdout) as BackfillReport;
  expect(totals).toMatchObject({ rows: ORDERS, rejects: 0 });
  expect(totals.written + totals.held).toBe(2 * ORDERS);
  expect(totals.held).toBeGreaterThanOrEqual(1);
  expect(totals.held).toBeLessThanOrEqual(2);

  const after = new Map((await items()).map((item) => [keyOf(item), item]));
  const expected = before
    .filter((item) => keyOf(item) !== keyOf(deleted))
    .map((item) => {
      const { customerName, ...rest } = item;
      const buyer = keyOf(item) === keyOf(changed) ? { S: 'somebody else' } : (customerName ?? {});
      return {
        ...(isOrder(item) ? { ...rest, buyer } : item),
        ...(touched.includes(item) ? { seen: { S: 'by the application' } } : {}),
      };
    });
  expect(after.size).toBe(expected.length);
  for (const item of expected) expect(after.get(keyOf(item))).toEqual(item);

  // The stream holds every change of every item, in its order.
  const records = await streamRecords(dynamoUrl, shop.table);
  const removals = records.filter(
    ({ OldImage, NewImage }) =>
      OldImage?.['customerName'] !== undefined &&
      NewImage !== undefined &&
      NewImage['customerName'] === undefined,
  );
  const removed = removals.map(({ Keys }) => keyOf(Keys));
  expect(new Set(removed).size).toBe(removed.length);
  expect(removed.toSorted()).toEqual([...names.keys()].filter((key) => key !== keyOf(deleted)).toSorted());
  const renames = records.filter(
    ({ OldImage, NewImage }) =>
      OldImage !== undefined && NewImage !== undefined && namesOf(OldImage) !== namesOf(NewImage),
  );
  expect(renames.length).toBe(removed.length + 1); // and that of somebody else
}, 240_000);
