import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signalWhileReading } from '../support/cli.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { openShop, type Shop } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

describe('a run that is interrupted', () => {
  let shop: Shop;
  const SLOW = ['--chunk-size', '100', '--source-concurrency', '2', '--max-write-units', '1500'];

  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 3000 });
    // A NULL in a table key: that one copy is a reject, in whatever half of the run it falls.
    await shop.database.query('UPDATE orders SET rep = NULL WHERE id IN (7, 1500, 2999)');
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('by kill -9, again and again, ends with the table and the rejects of an uninterrupted run', async () => {
    const whole = uniqueTableName();
    const create = await shop.run(['table create']);
    expect(create.exit, create.stderr).toBe(0);
    await shop.run(['table create', '--table', whole]);
    const calm = await shop.run(['migrate', '--table', whole, '--state', `${shop.state}-whole`, '--json']);
    expect(calm.exit).toBe(6);

    let mode: string[] = [];
    let kills = 0;
    let last = { exit: null as number | null, stdout: '', stderr: '' };
    for (; kills < 12; kills += 1) {
      last = await shop.run(
        ['migrate', ...SLOW, ...mode, '--json'],
        signalWhileReading(150 + 250 * kills, 'SIGKILL'),
      );
      if (last.exit !== null) break;
      const status = await shop.read(['status', shop.table, '--json']);
      // Killed before its first record: then there is nothing to resume.
      mode = status.exit === 0 ? ['--resume'] : [];
    }
    expect(last.exit, last.stderr).toBe(6);
    expect(kills).toBeGreaterThan(0);
    const report = JSON.parse(last.stdout);
    const expected = JSON.parse(calm.stdout);
    expect(report.totals).toMatchObject({
      rows: expected.totals.rows,
      written: expected.totals.written,
      rejects: 3,
      bytes: expected.totals.bytes,
    });
    expect(report.resumes).toBeGreaterThan(0);
    expect(report.consistent).toBe(false);
    expect(await scanAll(dynamoUrl, shop.table)).toEqual(await scanAll(dynamoUrl, whole));
    const rejects = (await readFile(report.rejectLog, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rejects.map(({ origin, code }) => [origin.key[0], code]).sort()).toEqual([
      ['1500', 'KEY_NULL'],
      ['2999', 'KEY_NULL'],
      ['7', 'KEY_NULL'],
    ]);
    await dropTable(dynamoUrl, whole);
  });

  it('by Ctrl-C exits with 130 and says how to go on; resuming says that it is not one moment', async () => {
    const state = `${shop.state}-int`;
    const args = ['migrate', ...SLOW, '--state', state, '--existing', 'overwrite'];
    const stopped = await shop.run(args, signalWhileReading(700, 'SIGINT'));
    expect(stopped.exit, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain('--resume');
    const status = JSON.parse((await shop.read(['status', '--state', state, '--json'])).stdout);
    expect(status.runs[0]).toMatchObject({ phase: 'interrupted', holder: null });

    const neither = await shop.run(args);
    expect(neither.exit).toBe(3);
    expect(neither.stderr).toMatch(/--resume.*--restart/);

    const resumed = await shop.run([...args, '--resume', '--json']);
    const report = JSON.parse(resumed.stdout);
    expect(report).toMatchObject({ consistent: false, resumes: 1, totals: { rows: 3050 } });
    const text = await shop.run([...args, '--resume']);
    expect(text.stdout).toContain('consistent: false');
    expect(text.stdout).toMatch(/tablefold diff --repair .*tablefold prune/);
  });

  it('before anything is read exits with 130 too, and calls it no bug', async () => {
    await using lock = await holdCatalog(shop);
    const stopped = await shop.run(['migrate', '--state', `${shop.state}-early`, '--json'], {
      onStart: (child) => void lock.waited().then(() => child.kill('SIGINT')),
    });
    expect(stopped.exit, stopped.stdout).toBe(130);
    expect(JSON.parse(stopped.stdout).error).toMatchObject({ code: 'RUN_INTERRUPTED' });
  });
});

/** Holds a table so that a run stops at its first look at it; `waited` resolves when one does. */
async function holdCatalog(shop: Shop) {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
  return {
    async waited() {
      const waiting = () => shop.database.query('SELECT FROM pg_locks WHERE NOT granted');
      while ((await waiting()).length === 0) await delay(50);
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
