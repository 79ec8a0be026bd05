import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem } from '../../src/item/canonical.js';
import type { OldKeysReport } from '../../src/operations/catch-up/old-keys.js';
import type { DiffReport } from '../../src/operations/diff-report.js';
import type { MigrateReport } from '../../src/operations/migrate-report.js';
import { shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { scanAll } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { type ChangingShop, openChangingShop } from './changing-shop.js';
import { RESULTS } from './result-schemas.js';

shareProcess();
const dynamoUrl = requireEngine('dynamodb');

/** Two entities of one table, which share lineages; keys that move with the row, with its parent, and out of `where`. */
const MAPPING = `version: 1
table:
  { name: shop, partitionKey: pk, sortKey: sk, indexes: { byRow: { partitionKey: [_src], projection: keysOnly } } }
entities:
  Customer:
    from: customers
    items:
      profile: { key: { pk: 'CUSTOMER#{id}', sk: PROFILE } }
  Order:
    from: orders
    where: "status <> 'DRAFT'"
    join: { customer: { via: customer_id, attributes: [name] } }
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
      byStatus: { key: { pk: 'STATUS#{status}', sk: '{id}' } }
      byName: { key: { pk: 'NAME#{customer.name}', sk: '{id}' } }
  Label:
    from: orders
    items:
      label: { key: { pk: 'LABEL#{status}', sk: '{id}' } }
`;

describe.each(['postgres', 'mariadb'] as const)('former keys of what changed in %s', (engine) => {
  const engineUrl = requireEngine(engine);
  let shop: ChangingShop;
  const run = (...args: readonly string[]) => shop.run(args);
  const items = async () =>
    ((await scanAll(dynamoUrl, shop.table)) as readonly WireItem[]).map(canonicalItem).sort();
  const orphans = async (...args: string[]) => {
    const ran = await run('diff', '--json', ...args);
    const { totals } = JSON.parse(ran.stdout) as DiffReport;
    expect(totals).toMatchObject({ missing: 0, different: 0 });
    return totals.orphans;
  };
  const catchUp = async (exit: number, ...args: string[]): Promise<OldKeysReport> => {
    const ran = await run('migrate', ...args, '--json');
    expect(ran.exit, ran.stderr + ran.stdout).toBe(exit);
    const report: MigrateReport = RESULTS.migrate.parse(JSON.parse(ran.stdout));
    const { oldKeys } = report.catchUp ?? {};
    if (!oldKeys) throw new Error('former keys were not looked for');
    return oldKeys;
  };
  const SINCE = ['--changed-since', 'updated_at=2024-06-01T12:00:00Z'];
  const confirm = () => ['--confirm', shop.table, '--without-pitr', '--max-deletes', '50'];
  const CHANGED = "updated_at = '2024-06-01 12:00:00'";

  beforeAll(async () => {
    shop = await openChangingShop(engine, { engineUrl, dynamoUrl, mapping: MAPPING });
    await callDynamoDb(dynamoUrl, 'PutItem', {
      TableName: shop.table,
      Item: { pk: { S: 'STATUS#NEW' }, sk: { S: 'notes' }, text: { S: 'of the application' } },
    });
    await shop.database.query(`UPDATE orders SET status = 'PAID', ${CHANGED} WHERE id = 5`); // two keys
    await shop.database.query(`UPDATE orders SET status = 'DRAFT', ${CHANGED} WHERE id = 6`); // Order is gone, Label moves
    await shop.database.query(`UPDATE customers SET name = 'Renamed', ${CHANGED} WHERE id = 8`); // orders 7, 15 and 23
    await shop.database.query('DELETE FROM orders WHERE id = 20'); // nothing tells when
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());

  /** Of the rows that changed; and with order 20, which is gone. */
  const [LEFT, ALL] = [2 + 4 + 3, 2 + 4 + 3 + 4];

  it('are counted and named, and nothing is deleted without --confirm', async () => {
    const found = await catchUp(0, ...SINCE, '--old-keys', 'index');
    expect(found).toMatchObject({
      mode: 'dry',
      index: 'byRow',
      rows: 8, // a customer; orders 5, 6, 7, 15 and 23; labels 5 and 6
      orphans: LEFT,
      deletable: LEFT,
      deleted: 0,
      undo: null,
      pointInTimeRecovery: 'unknown',
    });
    expect(await orphans()).toBe(ALL);
    const shown = await run('migrate', ...SINCE, '--old-keys', 'index');
    expect(shown.stdout).toContain(`left ${LEFT} items, by the index byRow`);
    expect(shown.stdout).toContain(`${LEFT} would be deleted:\n`);
    expect(shown.stdout).toContain(`Next: the same command with --confirm ${shop.table}`);
  });

  it('are refused to be deleted beyond the fuse, without recovery, and under another name', async () => {
    const before = await items();
    const index = [...SINCE, '--old-keys', 'index'];
    const cases: readonly [readonly string[], number, RegExp][] = [
      [[...index, '--confirm', shop.table], 3, /point-in-time recovery/],
      [[...index, '--confirm', 'another'], 2, /is not the name of the table/],
      [
        [...index, '--confirm', shop.table, '--without-pitr', '--max-deletes', String(LEFT - 1)],
        6,
        /the rows are written; they left 9 items under former keys, and at most 8 may be deleted/,
      ],
      [['--old-keys', 'index'], 2, /those of rows that changed/],
      [[...SINCE, '--confirm', shop.table], 2, /old-keys/],
      [[...SINCE, '--old-keys', 'gone.ndjson'], 3, /cannot read gone\.ndjson/],
    ];
    for (const [args, exit, message] of cases) {
      const ran = await run('migrate', ...args);
      expect([args, ran.exit], ran.stderr).toEqual([args, exit]);
      expect(ran.stderr).toMatch(message);
    }
    expect(await items()).toEqual(before);
  });

  it('are deleted by the index, whole and no others, and put back by the undo file', async () => {
    const before = await items();
    const report = await catchUp(
      0,
      ...SINCE,
      '--old-keys',
      'index',
      ...confirm(),
      '--out',
      'by-index.ndjson',
    );
    expect(report).toMatchObject({
      mode: 'pruned',
      deleted: LEFT,
      changed: 0,
      held: 0,
      undo: 'by-index.ndjson',
    });
    expect(await items()).toHaveLength(before.length - LEFT);
    expect(await orphans()).toBe(ALL - LEFT);
    const again = await catchUp(0, ...SINCE, '--old-keys', 'index', ...confirm(), '--out', 'again.ndjson');
    expect(again).toMatchObject({ orphans: 0, deleted: 0 });
    const undone = await run('prune', '--undo', 'by-index.ndjson', '--confirm', shop.table);
    expect(undone.exit, undone.stderr).toBe(0);
    expect(await items()).toEqual(before);
  });

  it('are deleted by what a diff found of the same rows, and of no others', async () => {
    const before = await items();
    expect(await orphans('--out', 'found.ndjson')).toBe(ALL);
    const report = await catchUp(0, ...SINCE, '--old-keys', 'found.ndjson', ...confirm());
    expect(report).toMatchObject({ differences: 'found.ndjson', index: null, orphans: LEFT, deleted: LEFT });
    expect(report.undo).toMatch(/^found\.undo-\d+T\d+Z\.ndjson$/);
    expect(await orphans()).toBe(ALL - LEFT);
    await run('prune', '--undo', report.undo ?? '', '--confirm', shop.table);
    expect(await items()).toEqual(before);
  });

  it('of rows that are named by their keys go as well when the row is gone', async () => {
    await writeFile(join(shop.folder, 'keys'), '20\n5\n');
    const keys = ['--keys', 'keys', '--entity', 'Order', '--old-keys', 'index'];
    const report = await catchUp(0, ...keys, ...confirm(), '--out', 'by-keys.ndjson');
    expect(report).toMatchObject({ rows: 4, orphans: 6, deleted: 6 }); // two entities of two rows
    expect(await orphans()).toBe(ALL - 6);
  });

  it('cannot be told without an index over the lineage', async () => {
    const plain = MAPPING.replace(/, indexes: .* \}\n/, ' }\n');
    await writeFile(join(shop.folder, 'plain.yaml'), plain);
    const ran = await run('migrate', ...SINCE, '--old-keys', 'index', '--mapping', 'plain.yaml', '--restart');
    expect([ran.exit, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/no index of .* tells the items of a row/),
    ]);
    expect(ran.stderr).toContain('partitionKey: [_src]');
  });
});
