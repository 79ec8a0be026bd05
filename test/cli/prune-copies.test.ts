import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem } from '../../src/item/canonical.js';
import type { PruneCopiesReport } from '../../src/operations/prune/prune-report.js';
import { type CliOptions, killAtLines, shareProcess } from '../support/cli.js';
import { callDynamoDb } from '../support/dynamodb-call.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop, type Shop } from './fixture.js';
import { RESULTS } from './result-schemas.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

/** Other keys for a first copy, which orders take the customer's name from, and for another copy. */
const NEXT = MAPPING.replace("pk: 'CUSTOMER#{id}', sk: PROFILE", "pk: 'PERSON#{id}', sk: PROFILE").replace(
  "sk: 'ORDER#{id}' } }",
  "sk: 'ORDER#{created_at}#{id}' } }",
);
const ORDERS = 300;
const CUSTOMERS = 50;
const OBSOLETE = ORDERS + CUSTOMERS;

describe('prune by both mappings, without the database', () => {
  let shop: Shop;
  let undoFiles = 0;
  const call = (operation: string, body: object) =>
    callDynamoDb(dynamoUrl, operation, { TableName: shop.table, ...body });
  const items = async () => (await scanAll(dynamoUrl, shop.table)) as readonly WireItem[];
  const texts = async () => (await items()).map(canonicalItem).sort();
  const run = (args: readonly string[], options: CliOptions = {}) =>
    shop.run(args, { ...options, env: { SOURCE_URL: '', TABLEFOLD_MAPPING: 'next.yaml' } });
  const prune = async (exit: number, ...args: string[]): Promise<PruneCopiesReport> => {
    const ran = await run(['prune', '--from', shop.mapping, '--json', ...args]);
    expect(ran.exit, ran.stderr + ran.stdout).toBe(exit);
    return RESULTS['prune-from'].parse(JSON.parse(ran.stdout));
  };
  const confirm = () => {
    undoFiles += 1;
    const out = join(shop.folder, `undo-${undoFiles}.ndjson`);
    return ['--confirm', shop.table, '--without-pitr', '--max-deletes', '100%', '--out', out];
  };

  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: ORDERS });
    await writeFile(join(shop.folder, 'next.yaml'), NEXT);
    for (const command of ['table create', 'migrate']) {
      const ran = await shop.run([command]);
      expect(ran.exit, ran.stderr).toBe(0);
    }
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('deletes nothing of a row whose new items are not there', async () => {
    const before = await texts();
    const dry = await prune(0);
    expect(dry).toMatchObject({ mode: 'dry', orphans: 0, incomplete: OBSOLETE, rows: OBSOLETE });
    const confirmed = await prune(6, ...confirm());
    expect(confirmed).toMatchObject({ mode: 'pruned', orphans: 0, deleted: 0, incomplete: OBSOLETE });
    expect(await texts()).toEqual(before);
  });

  it('counts what the backfill has left of the old copies, and refuses to delete it without its fuses', async () => {
    const filled = await run(['backfill', '--from', shop.mapping, '--to', 'next.yaml', '--from-table']);
    expect(filled.exit, filled.stderr).toBe(0);
    expect(filled.stdout).toContain(`tablefold prune --mapping next.yaml --from ${shop.mapping}`);
    // Of the application: its own item, and its attribute on an obsolete one.
    await call('PutItem', { Item: { pk: { S: 'REP#rep1' }, sk: { S: 'ORDER#notes' } } });
    await call('UpdateItem', {
      Key: { pk: { S: 'CUSTOMER#7' }, sk: { S: 'PROFILE' } },
      UpdateExpression: 'SET seen = :seen',
      ExpressionAttributeValues: { ':seen': { BOOL: true } },
    });
    const before = await texts();
    const dry = await prune(0, '--max-read-units', '10000');
    expect(dry).toMatchObject({
      mode: 'dry',
      orphans: OBSOLETE,
      deletable: OBSOLETE,
      gone: 0,
      incomplete: 0,
      copies: [
        { entity: 'Customer', copy: 'profile', items: CUSTOMERS },
        { entity: 'Order', copy: 'byRep', items: ORDERS },
      ],
      pointInTimeRecovery: 'unknown',
    });
    const shown = await run(['prune', '--from', shop.mapping]);
    expect(shown.stdout).toContain(`350 items of Customer.profile, Order.byRep`);
    expect(shown.stdout).toContain(`Next: the same command with --confirm ${shop.table}`);
    const refused = async (exit: number, message: RegExp, ...args: string[]) => {
      const ran = await run(['prune', '--from', shop.mapping, ...args]);
      expect([ran.exit, ran.stderr]).toEqual([exit, expect.stringMatching(message)]);
    };
    await refused(3, /point-in-time recovery/, '--confirm', shop.table);
    await refused(6, /350 items are of copies .* at most \d+ may/, '--confirm', shop.table, '--without-pitr');
    await refused(2, /is not the name of the table/, '--confirm', 'another', '--without-pitr');
    await refused(2, /differences|from/, '--differences', 'found.ndjson');
    expect(await texts()).toEqual(before);
  });

  it('leaves what is of a row that lacks a new item, killed -9 and run again, and puts all of it back', async () => {
    const before = await texts();
    const [lacking] = (await items()).filter(
      ({ pk, sk }) => String(pk?.['S']).startsWith('REP#') && /^ORDER#2024/.test(String(sk?.['S'])),
    );
    await call('DeleteItem', { Key: { pk: lacking?.['pk'], sk: lacking?.['sk'] } });

    const files: string[] = [];
    for (const lines of [60, 150]) {
      const flags = confirm();
      const undo = flags.at(-1) ?? '';
      const killed = await run(
        ['prune', '--from', shop.mapping, '--json', ...flags, '--max-write-units', '100'],
        killAtLines(undo, lines),
      );
      expect([killed.exit, killed.stdout]).toEqual([null, '']);
      files.push(undo);
    }
    await delay(500); // a request that was on its way may land after the kill
    const flags = confirm();
    const report = await prune(6, ...flags);
    files.push(flags.at(-1) ?? '');
    expect(report).toMatchObject({ incomplete: 1, changed: 0, held: 0, refused: [] });
    expect(report.deleted + report.gone).toBe(OBSOLETE - 1);
    expect(report.gone).toBeGreaterThan(100);
    const again = await prune(6, ...confirm());
    // Customers are told by their first copies, which are gone now.
    expect(again).toMatchObject({ deleted: 0, incomplete: 1, gone: ORDERS - 1, rows: ORDERS });

    // The table is what a migration by the new mapping writes, and what was left.
    const table = uniqueTableName();
    const elsewhere = ['--mapping', 'next.yaml', '--table', table, '--state', 'elsewhere'];
    for (const command of ['table create', 'migrate']) {
      const args = command === 'migrate' ? elsewhere : elsewhere.slice(0, 4);
      const ran = await shop.run([command, ...args]);
      expect(ran.exit, ran.stderr).toBe(0);
    }
    const wanted = (await scanAll(dynamoUrl, table)).map(canonicalItem);
    await dropTable(dynamoUrl, table);
    const after = await texts();
    expect(wanted.filter((item) => !after.includes(item))).toHaveLength(1);
    const rest = after.filter((item) => !wanted.includes(item));
    expect(rest).toHaveLength(2); // the application's, and the old one of the order that lacks its new one
    expect(rest.some((item) => item.includes('notes'))).toBe(true);

    for (const file of files) {
      const undone = await run(['prune', '--undo', file, '--confirm', shop.table]);
      expect(undone.exit, undone.stderr).toBe(0);
    }
    await call('PutItem', { Item: lacking });
    expect(await texts()).toEqual(before);
  });

  it('is refused where only the database can tell the rows', async () => {
    const other = NEXT.replace('from: orders\n', 'from: orders\n    where: "status <> \'DRAFT\'"\n');
    await writeFile(join(shop.folder, 'other.yaml'), other);
    const ran = await run(['prune', '--from', shop.mapping, '--mapping', 'other.yaml']);
    expect([ran.exit, ran.stderr]).toEqual([2, expect.stringMatching(/the rows of Order are others/)]);
  });
});
