import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { WireItem } from '../../src/item/attribute-value.js';
import { canonicalItem, canonicalKey } from '../../src/item/canonical.js';
import type { BackfillReport } from '../../src/operations/backfill/backfill-report.js';
import type { DiffReport } from '../../src/operations/diff-report.js';
import type { PruneReport } from '../../src/operations/prune/prune-report.js';
import { type CliResult, shareProcess, signalWhileReading } from '../support/cli.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { createMySqlDatabase } from '../support/mariadb-database.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { MYSQL_ORDERS, ORDERS, type Shop, shopOf } from './fixture.js';
import { LiveApplication, NEXT, type Written } from './live-shop.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const dynamoUrl = requireEngine('dynamodb');

const ROWS = 300;
const KILLS = 2;
type AnyShop = Shop<{ readonly url: string; drop(): Promise<void> }>;

const postgres = async (): Promise<AnyShop> =>
  shopOf(await createDatabase(postgresUrl, ORDERS(ROWS)), dynamoUrl);
const mariadb = async (): Promise<AnyShop> =>
  shopOf(await createMySqlDatabase(mariadbUrl, MYSQL_ORDERS(ROWS)), dynamoUrl);
const ITSELF = ['--from-table', '--max-read-units', '5000', '--threads', '2'];
const CASES: readonly [string, () => Promise<AnyShop>, readonly string[]][] = [
  ['Postgres', postgres, []],
  ['MariaDB', mariadb, []],
  ['the table itself', postgres, ITSELF],
];

const keyOf = (item: WireItem) => canonicalKey(item, ['pk', 'sk']);
const byKey = (items: readonly WireItem[]) => new Map(items.map((item) => [keyOf(item), item]));
const opened: AnyShop[] = [];
afterAll(async () => {
  for (const shop of opened) await shop[Symbol.asyncDispose]();
});

it.each(CASES)(
  'version 1 to 2 from %s beside a live application, killed again and again, then pruned',
  async (_, open, how) => {
    const shop = await open();
    opened.push(shop);
    const to = join(shop.folder, 'next.yaml');
    await writeFile(to, NEXT);
    const done = async (args: readonly string[], exit = 0): Promise<CliResult> => {
      const ran = await shop.run(args);
      expect(ran.exit, ran.stderr + ran.stdout).toBe(exit);
      return ran;
    };
    // What the rows make of version 2, in a table of its own.
    const whole = uniqueTableName();
    const elsewhere = ['--mapping', to, '--table', whole];
    await done(['table create', ...elsewhere]);
    await done(['migrate', ...elsewhere, '--state', `${shop.state}-whole`]);
    const wanted = byKey(await scanAll(dynamoUrl, whole));
    await dropTable(dynamoUrl, whole);
    for (const command of ['table create', 'migrate']) await done([command]);

    const first = (await scanAll(dynamoUrl, shop.table)).filter(({ pk, sk }) =>
      /^CUSTOMER#.*;ORDER#/.test(`${pk?.['S']};${sk?.['S']}`),
    );
    expect(first).toHaveLength(ROWS);
    const byStatus = new Map(
      [...wanted.values()]
        .filter(({ pk }) => String(pk?.['S']).startsWith('STATUS#'))
        .map(({ id, pk = {}, sk = {} }) => [id?.['N'], { pk, sk }]),
    );
    const application = new LiveApplication(
      dynamoUrl,
      shop.table,
      first,
      ({ id }) => byStatus.get(id?.['N']) ?? {},
    );
    application.start();
    const slow = ['--chunk-size', '50', '--source-concurrency', '2', '--max-write-units', '600'];
    const args = [
      'backfill',
      '--from',
      shop.mapping,
      '--to',
      to,
      '--remove-attributes',
      '--json',
      ...slow,
      ...how,
    ];
    let mode: readonly string[] = [];
    let kills = 0;
    let last: CliResult = { exit: null, stdout: '', stderr: '' };
    for (; kills <= KILLS; kills += 1) {
      const kill = kills < KILLS ? signalWhileReading(250 + 300 * kills, 'SIGKILL') : {};
      last = await shop.run([...args, ...mode], kill);
      if (last.exit !== null) break;
      const status = await shop.read(['status', `${shop.table}.backfill`, '--json']);
      mode = status.exit === 0 ? ['--resume'] : [];
    }
    await application.stop();
    expect(last.exit, last.stderr).toBe(0);
    expect(kills).toBeGreaterThan(1);
    const report = JSON.parse(last.stdout) as BackfillReport;
    expect(report.totals.rejects).toBe(0);
    expect(report.indexes.created).toEqual(['gsi1']);

    // The old copies are orphans, and go.
    const file = join(shop.folder, 'differences.ndjson');
    const found = await shop.run(['diff', '--mapping', to, '--json', '--out', file]);
    expect((JSON.parse(found.stdout) as DiffReport).totals.orphans).toBe(ROWS);
    const pruned = await done([
      ...['prune', '--mapping', to, '--differences', file, '--confirm', shop.table, '--json'],
      ...['--max-deletes', '100%', '--without-pitr'],
    ]);
    expect(JSON.parse(pruned.stdout) as PruneReport).toMatchObject({ deleted: ROWS });

    const there = byKey(await scanAll(dynamoUrl, shop.table));
    const writtenOf = (kind: string): readonly Written[] => application.written.get(kind) ?? [];
    for (const kind of ['owned', 'deleted', 'own', 'before', 'counted']) {
      expect(writtenOf(kind).length, kind).toBeGreaterThan(10);
    }
    const lost = lostWrites(application, there, how === ITSELF);
    expect(lost).toEqual([]);

    // What differs from version 2 is what the application has made of it, and all that diff tells.
    const account = accountOf(wanted, there, application, how === ITSELF);
    expect(account.unexplained).toEqual([]);
    const after = JSON.parse((await shop.run(['diff', '--mapping', to, '--json'])).stdout) as DiffReport;
    const { missing, different } = account;
    expect(after.totals).toMatchObject({ missing, different, orphans: 0, rejects: 0 });
    expect(after.foreign).toBe(application.written.get('own')?.length);
    expect(report.totals.held).toBeGreaterThanOrEqual(account.heldBack);
    expect(report.totals.held).toBeLessThanOrEqual(account.heldBack + account.deleted);
  },
  240_000,
);

/** The last write to each attribute is what it has; a first copy that is read by itself may have been renamed since. */
function lostWrites(
  { written }: LiveApplication,
  there: ReadonlyMap<string, WireItem>,
  renames: boolean,
): readonly Written[] {
  const last = new Map(
    [...written.values()].flat().map((one) => [`${keyOf(one.key)}.${one.attribute}`, one]),
  );
  return [...last.values()].filter(({ key, attribute, value }) => {
    const item = there.get(keyOf(key));
    if (value === null) return item !== undefined;
    const isRenamed = renames && attribute === 'customerName' && item?.['customerName'] === undefined;
    const name = isRenamed ? 'buyer' : attribute;
    return Object.values(item?.[name] ?? {})[0] !== value;
  });
}

/** Of what version 2 makes of the rows: what the table has not, or otherwise, because of the application. */
function accountOf(
  wanted: ReadonlyMap<string, WireItem>,
  there: ReadonlyMap<string, WireItem>,
  { written }: LiveApplication,
  followsTable: boolean,
) {
  const all = [...written.values()].flat();
  const theirs = new Set(all.map(({ value }) => value));
  const deleted = new Set(all.flatMap(({ key, value }) => (value === null ? [keyOf(key)] : [])));
  const goneOrders = new Set([...deleted].map((key) => wanted.get(key)?.['id']?.['N']));
  const account = {
    missing: 0,
    different: 0,
    heldBack: 0,
    deleted: deleted.size,
    unexplained: [] as unknown[],
  };
  for (const [key, item] of wanted) {
    const found = there.get(key);
    if (found === undefined) {
      account.missing += 1;
      // An order that the application deleted is no row any more where the table itself is the source.
      const isTheirs = deleted.has(key) || (followsTable && goneOrders.has(item['id']?.['N']));
      if (!isTheirs) account.unexplained.push({ key, missing: true });
      continue;
    }
    const isPutBefore = found['cart'] !== undefined;
    const isHeld = isPutBefore || found['customerName'] !== undefined;
    if (isHeld) account.heldBack += 1;
    const others = Object.keys(item).filter((name) => !isSame(item[name], found[name]));
    if (others.length > 0) account.different += 1;
    const odd = others.filter((name) => !isHeld && !theirs.has(String(Object.values(found[name] ?? {})[0])));
    if (odd.length > 0) account.unexplained.push({ key, odd, found });
  }
  return account;
}

function isSame(one: WireItem[string] | undefined, other: WireItem[string] | undefined): boolean {
  return canonicalItem({ one: one ?? { NULL: true } }) === canonicalItem({ one: other ?? { NULL: true } });
}
