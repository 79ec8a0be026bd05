import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalItem } from '../../src/item/canonical.js';
import type { MigrateReport } from '../../src/operations/migrate-report.js';
import { signalWhileReading } from '../support/cli.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { writeExport } from '../support/table-export.js';
import { openShop, type Shop } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

const ROWS = 3000;
const CUSTOMERS = 50;

const OLD = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Customer:
    from: customers
    items: { profile: { key: { pk: 'CUSTOMER#{id}', sk: PROFILE } } }
  Order:
    from: orders
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
`;

/** The name of the customer, which no order holds, and a copy whose key three orders have no value for. */
const NEW = `${OLD.replace('from: orders', 'from: orders\n    join: { customer: { via: customer_id, attributes: [name] } }')}      byRep: { key: { pk: 'REP#{rep}', sk: '{customer.name}#{id}' } }
`;

describe('a table as the source of two threads', () => {
  let shop: Shop;
  const tables: string[] = [];
  const done = async (args: readonly string[], exit = 0) => {
    const ran = await shop.run(args);
    expect(ran.exit, ran.stderr + ran.stdout).toBe(exit);
    return ran;
  };
  /** A table of its own: empty, or with the items of the old mapping. */
  const fresh = async (filled: boolean) => {
    const table = uniqueTableName();
    tables.push(table);
    await done(['table create', '--table', table]);
    if (filled) await done(['migrate', '--table', table]);
    return table;
  };
  const migrate = ['migrate', '--from', 'shop.yaml', '--chunk-size', '100', '--json'];
  const backfill = ['backfill', '--from', 'shop.yaml', '--to', 'new.yaml', '--from-table'];
  const inTwo = ['--threads', '2', '--chunk-size', '100', '--json'];
  const items = async (table: string) => (await scanAll(dynamoUrl, table)).map(canonicalItem).sort();
  const rejectsOf = async ({ rejectLog }: MigrateReport) =>
    (await readFile(String(rejectLog), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ origin, code }) => `${origin.table} ${origin.key[0]} ${code}`)
      .sort();

  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: ROWS, mapping: OLD });
    await writeFile(join(shop.folder, 'new.yaml'), NEW);
    await shop.database.query('UPDATE orders SET rep = NULL WHERE id IN (7, 1500, 2999)');
    await done(['table create']);
    await done(['migrate']);
  });
  afterAll(async () => {
    for (const table of tables) await dropTable(dynamoUrl, table).catch(() => undefined);
    await shop[Symbol.asyncDispose]();
  });

  it('makes the items, counts and rejects that one thread makes, and says what both have read', async () => {
    const into = { one: await fresh(false), two: await fresh(false) };
    const source = ['-m', 'new.yaml', '--source', `dynamodb://${shop.table}`];
    const report = async (table: string, threads: string): Promise<MigrateReport> => {
      const args = [...migrate, ...source, '--table', table, '--threads', threads];
      return JSON.parse((await done(args, 6)).stdout);
    };
    const one = await report(into.one, '1');
    const two = await report(into.two, '2');
    expect([one.threads, two.threads]).toEqual([1, 2]);
    expect(two.totals).toEqual(one.totals);
    expect(two.entities).toEqual(one.entities);
    expect(two.totals).toMatchObject({ rows: ROWS + CUSTOMERS, rejects: 3 });
    expect(await rejectsOf(two)).toEqual(await rejectsOf(one));
    const made = await items(into.two);
    expect(made).toEqual(await items(into.one));
    expect(made.filter((item) => item.includes('REP#'))).toHaveLength(ROWS - 3);
    // Chunks that are read at the same time may look up a customer at the same time: four of them, of 50.
    const scanned = Number(one.sourceReadUnits) - 4 * CUSTOMERS;
    expect(Number(two.sourceReadUnits)).toBeGreaterThan(scanned);
    expect(Number(two.sourceReadUnits)).toBeLessThan(scanned + 8 * CUSTOMERS);
  });

  it('is read from an export as well, which takes no units', async () => {
    await writeExport(join(shop.folder, 'export'), shop.table, await scanAll(dynamoUrl, shop.table));
    const again = await fresh(false);
    const args = [...migrate, '--source', 'file:export', '--table', again, '--threads', '2'];
    const report = JSON.parse((await done(args)).stdout) as MigrateReport;
    expect(report).toMatchObject({ threads: 2, sourceReadUnits: null, totals: { rows: ROWS + CUSTOMERS } });
    expect(await items(again)).toEqual(await items(shop.table));
  });

  it('reads within one limit, whatever the threads', async () => {
    const slow = await fresh(true);
    const byStatus = "      byStatus: { key: { pk: 'STATUS#{status}', sk: '{id}' } }\n";
    await writeFile(join(shop.folder, 'status.yaml'), OLD + byStatus);
    const limit = 8;
    const args = ['backfill', '--from', 'shop.yaml', '--to', 'status.yaml', '--from-table', '--table', slow];
    const ran = await done([...args, ...inTwo, '--max-read-units', String(limit)]);
    const { sourceReadUnits, durationMs, threads, totals } = JSON.parse(ran.stdout) as MigrateReport;
    expect({ threads, rows: totals.rows }).toEqual({ threads: 2, rows: ROWS });
    // A slow machine only takes longer. A page of each of four readers is under way before the first debt is known.
    expect(Number(sourceReadUnits)).toBeGreaterThan(60);
    expect(Number(sourceReadUnits)).toBeLessThan((limit * durationMs) / 1000 + 4 * 3);
  });

  it('reads what a former run has renamed already, on every thread', async () => {
    const twice = await fresh(true);
    const attributes = `attributes:
      id: '{id}'
      customerId: '{customer_id}'
      state: '{status}'
      total: '{total}'
      rep: '{rep}'
      createdAt: '{created_at}'`;
    const renamed = OLD.replace('from: orders', `from: orders\n    ${attributes}`);
    const byState = "      byState: { key: { pk: 'STATE#{status}', sk: '{id}' } }\n";
    await writeFile(join(shop.folder, 'state.yaml'), renamed + byState);
    const args = ['backfill', '--from', 'shop.yaml', '--to', 'state.yaml', '--from-table', '--table', twice];
    const once = await done([...args, ...inTwo, '--remove-attributes']);
    expect(JSON.parse(once.stdout)).toMatchObject({ threads: 2, totals: { rows: ROWS, written: 2 * ROWS } });
    const made = await items(twice);
    const again = await done([
      ...args,
      ...inTwo,
      '--remove-attributes',
      '--restart',
      '--new-copies',
      'overwrite',
    ]);
    expect(JSON.parse(again.stdout)).toMatchObject({ threads: 2, totals: { rows: ROWS, rejects: 0 } });
    expect(await items(twice)).toEqual(made);
  });

  it('by Ctrl-C while all threads wait for the limit exits with 130 and keeps the checkpoint', async () => {
    const stopped = await fresh(true);
    const args = [...backfill, ...inTwo, '--table', stopped, '--max-read-units', '1'];
    const ran = await shop.run(args, signalWhileReading(3_000, 'SIGINT'));
    expect(ran.exit, ran.stderr).toBe(130);
    const status = await shop.read(['status', `${stopped}.backfill`, '--json']);
    expect(JSON.parse(status.stdout).runs[0]).toMatchObject({ phase: 'interrupted', holder: null });
  });

  it('by kill -9, again and again, ends with the items of an uninterrupted backfill', async () => {
    const [calm, killed] = [await fresh(true), await fresh(true)];
    const whole = JSON.parse(
      (await done([...backfill, '--table', calm, '--json'], 6)).stdout,
    ) as MigrateReport;
    expect(whole).toMatchObject({ threads: 1, totals: { rows: ROWS, held: 0, rejects: 3 } });
    const slow = [...backfill, ...inTwo, '--table', killed, '--max-write-units', '1500'];
    let mode: string[] = [];
    for (const after of [800, 1_200, 1_600]) {
      const ran = await shop.run([...slow, ...mode], signalWhileReading(after, 'SIGKILL'));
      if (ran.exit !== null) break;
      // Killed before its first record: then there is nothing to resume.
      const status = await shop.read(['status', `${killed}.backfill`, '--json']);
      mode = status.exit === 0 ? ['--resume'] : [];
    }
    const report = JSON.parse((await done([...slow, ...mode], 6)).stdout) as MigrateReport;
    expect(report.resumes).toBeGreaterThan(0);
    const { rows, rejects, written, held } = report.totals;
    expect({ rows, rejects }).toEqual({ rows: ROWS, rejects: 3 });
    expect(written + held).toBe(whole.totals.written); // copies that a killed process made are held back
    expect(await rejectsOf(report)).toEqual(await rejectsOf(whole));
    expect(await items(killed)).toEqual(await items(calm));
  }, 300_000);
});
