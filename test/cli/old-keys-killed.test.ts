import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem } from '../../src/item/canonical.js';
import type { MigrateReport } from '../../src/operations/migrate-report.js';
import type { CliOptions } from '../support/cli.js';
import { scanAll } from '../support/dynamodb-table.js';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.js';
import { requireEngine } from '../support/require-resource.js';
import { type ChangingShop, openChangingShop } from './changing-shop.js';
import { RESULTS } from './result-schemas.js';

const engineUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

const MAPPING = `version: 1
table:
  { name: shop, partitionKey: pk, sortKey: sk, indexes: { byRow: { partitionKey: [_src], projection: keysOnly } } }
entities:
  Order:
    from: orders
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
      byStatus: { key: { pk: 'STATUS#{status}', sk: '{id}' } }
  Label:
    from: orders
    items:
      label: { key: { pk: 'LABEL#{status}', sk: '{id}' } }
`;
const ORDERS = 60;
/** A key of byStatus and one of label for each order. */
const OLD = 2 * ORDERS;
/** Is changed once more between two runs. */
const TWICE = 60;

let shop: ChangingShop;
/** Has the same rows, and its runs are not interrupted. */
let twin: ChangingShop;
let proxy: FaultProxy;
const itemsOf = async ({ table }: ChangingShop) =>
  ((await scanAll(dynamoUrl, table)) as readonly WireItem[]).map(canonicalItem).sort();

beforeAll(async () => {
  const options = { engineUrl, dynamoUrl, mapping: MAPPING, orders: ORDERS };
  shop = await openChangingShop('postgres', options);
  twin = await openChangingShop('postgres', options);
  proxy = await openFaultProxy(dynamoUrl);
});
afterAll(async () => {
  await proxy?.close();
  await twin?.[Symbol.asyncDispose]();
  await shop?.[Symbol.asyncDispose]();
});

const changeTo = (status: string, where: string) =>
  Promise.all(
    [shop, twin].map(({ database }) =>
      database.query(
        `UPDATE orders SET status = '${status}', updated_at = '2024-06-01 12:00:00' WHERE ${where}`,
      ),
    ),
  );

const catchUp = (one: ChangingShop, mode: readonly string[] = [], options: CliOptions = {}) => {
  const since = ['--changed-since', 'updated_at=2024-06-01T12:00:00Z', '--old-keys', 'index'];
  const confirmed = ['--confirm', one.table, '--without-pitr', '--max-deletes', '100%'];
  const env = { AWS_ENDPOINT_URL: proxy.url };
  return one.run(['migrate', ...since, ...confirmed, '--chunk-size', '10', '--json', ...mode], {
    ...options,
    env,
  });
};

/** Kills the run when it sends its request of this number: those before are done, under way or on their way. */
async function killed(operation: string, number: number, mode: readonly string[]): Promise<void> {
  let kill = () => {};
  let requests = 0;
  proxy.follow((request) => {
    requests += request.operation === operation ? 1 : 0;
    if (requests === number) kill();
    return null;
  });
  const ran = await catchUp(shop, mode, {
    onStart(child) {
      kill = () => child.kill('SIGKILL');
    },
  });
  expect([ran.exit, ran.stdout], ran.stderr).toEqual([null, '']);
  await proxy.idle();
  proxy.follow(() => null);
}

/** All that the undo files hold. */
async function saved(): Promise<ReadonlySet<string>> {
  const files = (await readdir(shop.folder)).filter((name) => name.includes('.undo-'));
  const texts = await Promise.all(files.map((name) => readFile(join(shop.folder, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n').slice(0, -1)); // a last one may be cut
  return new Set(
    lines
      .map((line) => JSON.parse(line))
      .flatMap(({ Item }) => (Item === undefined ? [] : [canonicalItem(Item)])),
  );
}

/** Ends with `exit`, and answers what became of the items under former keys. */
async function ended(exit: number, one: ChangingShop, mode: readonly string[] = []) {
  const ran = await catchUp(one, mode);
  expect(ran.exit, ran.stderr + ran.stdout).toBe(exit);
  const report: MigrateReport = RESULTS.migrate.parse(JSON.parse(ran.stdout));
  const { oldKeys } = report.catchUp ?? {};
  if (!oldKeys) throw new Error('former keys were not looked for');
  return oldKeys;
}

it('a catch-up that deletes former keys: killed -9 while it writes, then while it deletes, it leaves the table that one run leaves', async () => {
  const before = await itemsOf(shop);
  const old = before.filter((item) => item.includes('#NEW'));
  expect(old).toHaveLength(OLD);
  await changeTo('PAID', 'true');

  await killed('BatchWriteItem', 4, ['--concurrency', '1']);
  const written = await itemsOf(shop);
  expect(written.length).toBeGreaterThan(before.length);
  expect(written.length).toBeLessThan(before.length + OLD);
  expect(old.filter((item) => !written.includes(item))).toEqual([]);
  const again = await catchUp(shop);
  expect([again.exit, again.stdout]).toEqual([3, expect.stringContaining('--resume goes on with it')]);

  // Deletes go 25 at once.
  let left = OLD;
  for (const number of [30, 40]) {
    await killed('DeleteItem', number, ['--resume']);
    const items = new Set(await itemsOf(shop));
    const gone = old.filter((item) => !items.has(item));
    const inFiles = await saved();
    expect(gone.filter((item) => !inFiles.has(item))).toEqual([]);
    expect(items.size).toBe(before.length + OLD - gone.length);
    expect(OLD - gone.length).toBeLessThan(left);
    left = OLD - gone.length;
  }
  expect(left).toBeGreaterThan(0);

  // A row that changes in between keeps what it has until it is written again.
  await changeTo('SENT', `id = ${TWICE}`);
  const stayed = await ended(6, shop, ['--resume']);
  expect(stayed).toMatchObject({ rows: OLD, held: 0, refused: [] });
  expect(stayed.changed).toBeGreaterThanOrEqual(2);
  expect(stayed.changed).toBeLessThanOrEqual(4);
  expect(stayed.deleted + stayed.changed).toBe(left + 2);
  const last = await ended(0, shop);
  expect(last).toMatchObject({ orphans: stayed.changed, deleted: stayed.changed, changed: 0, held: 0 });

  await ended(0, twin);
  const after = await itemsOf(shop);
  expect(after).toEqual(await itemsOf(twin));
  expect(after).toHaveLength(before.length);
  expect(after.filter((item) => item.includes('NEW'))).toEqual([]);
  const inFiles = await saved();
  expect(old.filter((item) => !inFiles.has(item))).toEqual([]);
}, 240_000);
