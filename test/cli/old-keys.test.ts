import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem } from '../../src/item/canonical.js';
import type { OldKeysReport } from '../../src/operations/catch-up/old-keys.js';
import type { DiffReport } from '../../src/operations/diff-report.js';
import type { MigrateReport } from '../../src/operations/migrate-report.js';
import { tablefold } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { createMySqlDatabase } from '../support/mariadb-database.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { RESULTS } from './result-schemas.js';

const dynamoUrl = requireEngine('dynamodb');

/** Eight customers and 24 orders, all of which know when they changed. */
const SHOP = (moment: string, text: string) => `
  CREATE TABLE customers (id int PRIMARY KEY, name ${text} NOT NULL, updated_at ${moment} NOT NULL);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int NOT NULL, status ${text} NOT NULL,
    updated_at ${moment} NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (id));
  INSERT INTO customers VALUES ${rows(8, (n) => `(${n}, 'Customer ${n}', '2024-01-01 00:00:00')`)};
  INSERT INTO orders VALUES ${rows(24, (n) => `(${n}, ${1 + (n % 8)}, 'NEW', '2024-01-01 00:00:00')`)};`;

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

function rows(count: number, row: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => row(n + 1)).join(', ');
}

describe.each(['postgres', 'mariadb'] as const)('former keys of what changed in %s', (engine) => {
  const engineUrl = requireEngine(engine);
  const table = uniqueTableName();
  let database: {
    readonly url: string;
    query(sql: string): Promise<unknown>;
    drop(): Promise<unknown>;
  };
  let folder: TemporaryFolder;
  const run = (...[command = '', ...args]: readonly string[]) =>
    tablefold([...command.split(' '), '--table', table, ...args], {
      cwd: folder.path,
      env: { SOURCE_URL: database.url, TABLEFOLD_MAPPING: 'shop.yaml', AWS_ENDPOINT_URL: dynamoUrl },
    });
  const items = async () =>
    ((await scanAll(dynamoUrl, table)) as readonly WireItem[]).map(canonicalItem).sort();
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
  const CONFIRM = ['--confirm', table, '--without-pitr', '--max-deletes', '50'];
  const CHANGED = "updated_at = '2024-06-01 12:00:00'";

  beforeAll(async () => {
    database = await (engine === 'postgres'
      ? createDatabase(engineUrl, SHOP('timestamptz', 'text'))
      : createMySqlDatabase(engineUrl, SHOP('datetime(6)', 'varchar(40)')));
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'shop.yaml'), MAPPING);
    for (const args of [['table create'], ['migrate']]) {
      const ran = await run(...args);
      expect(ran.exit, ran.stderr).toBe(0);
    }
    await callDynamoDb(dynamoUrl, 'PutItem', {
      TableName: table,
      Item: { pk: { S: 'STATUS#NEW' }, sk: { S: 'notes' }, text: { S: 'of the application' } },
    });
    await database.query(`UPDATE orders SET status = 'PAID', ${CHANGED} WHERE id = 5`); // two keys
    await database.query(`UPDATE orders SET status = 'DRAFT', ${CHANGED} WHERE id = 6`); // Order is gone, Label moves
    await database.query(`UPDATE customers SET name = 'Renamed', ${CHANGED} WHERE id = 8`); // orders 7, 15 and 23
    await database.query('DELETE FROM orders WHERE id = 20'); // nothing tells when
  });
  afterAll(async () => {
    await dropTable(dynamoUrl, table).catch(() => undefined);
    await database?.drop();
    await folder?.[Symbol.asyncDispose]();
  });

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
    expect(shown.stdout).toContain(`Next: the same command with --confirm ${table}`);
  });

  it('are refused to be deleted beyond the fuse, without recovery, and under another name', async () => {
    const before = await items();
    const index = [...SINCE, '--old-keys', 'index'];
    const cases: readonly [readonly string[], number, RegExp][] = [
      [[...index, '--confirm', table], 3, /point-in-time recovery/],
      [[...index, '--confirm', 'another'], 2, /is not the name of the table/],
      [
        [...index, '--confirm', table, '--without-pitr', '--max-deletes', String(LEFT - 1)],
        6,
        /the rows are written; they left 9 items under former keys, and at most 8 may be deleted/,
      ],
      [['--old-keys', 'index'], 2, /those of rows that changed/],
      [[...SINCE, '--confirm', table], 2, /old-keys/],
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
    const report = await catchUp(0, ...SINCE, '--old-keys', 'index', ...CONFIRM, '--out', 'by-index.ndjson');
    expect(report).toMatchObject({
      mode: 'pruned',
      deleted: LEFT,
      changed: 0,
      held: 0,
      undo: 'by-index.ndjson',
    });
    expect(await items()).toHaveLength(before.length - LEFT);
    expect(await orphans()).toBe(ALL - LEFT);
    const again = await catchUp(0, ...SINCE, '--old-keys', 'index', ...CONFIRM, '--out', 'again.ndjson');
    expect(again).toMatchObject({ orphans: 0, deleted: 0 });
    const undone = await run('prune', '--undo', 'by-index.ndjson', '--confirm', table);
    expect(undone.exit, undone.stderr).toBe(0);
    expect(await items()).toEqual(before);
  });

  it('are deleted by what a diff found of the same rows, and of no others', async () => {
    const before = await items();
    expect(await orphans('--out', 'found.ndjson')).toBe(ALL);
    const report = await catchUp(0, ...SINCE, '--old-keys', 'found.ndjson', ...CONFIRM);
    expect(report).toMatchObject({ differences: 'found.ndjson', index: null, orphans: LEFT, deleted: LEFT });
    expect(report.undo).toMatch(/^found\.undo-\d+T\d+Z\.ndjson$/);
    expect(await orphans()).toBe(ALL - LEFT);
    await run('prune', '--undo', report.undo ?? '', '--confirm', table);
    expect(await items()).toEqual(before);
  });

  it('of rows that are named by their keys go as well when the row is gone', async () => {
    await writeFile(join(folder.path, 'keys'), '20\n5\n');
    const keys = ['--keys', 'keys', '--entity', 'Order', '--old-keys', 'index'];
    const report = await catchUp(0, ...keys, ...CONFIRM, '--out', 'by-keys.ndjson');
    expect(report).toMatchObject({ rows: 4, orphans: 6, deleted: 6 }); // two entities of two rows
    expect(await orphans()).toBe(ALL - 6);
  });

  it('cannot be told without an index over the lineage', async () => {
    const plain = MAPPING.replace(/, indexes: .* \}\n/, ' }\n');
    await writeFile(join(folder.path, 'plain.yaml'), plain);
    const ran = await run('migrate', ...SINCE, '--old-keys', 'index', '--mapping', 'plain.yaml', '--restart');
    expect([ran.exit, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/no index of .* tells the items of a row/),
    ]);
    expect(ran.stderr).toContain('partitionKey: [_src]');
  });
});
