import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareProcess } from '../support/cli.js';
import { createTable } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop, type Shop } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

/** What an operator gets wrong, each with its exit code and the next thing to do. */
describe('the command line refuses', () => {
  let shop: Shop;
  const mappingFile = async (name: string, text: string) => {
    const file = join(shop.folder, name);
    await writeFile(file, text);
    return file;
  };
  const source = (change: (url: URL) => void) => {
    const url = new URL(shop.database.url);
    change(url);
    return url.href;
  };

  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 20 });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('a password that is wrong, without showing it', async () => {
    await shop.database.query(`CREATE ROLE ${shop.database.name} LOGIN PASSWORD 'right'`);
    const url = source((to) => {
      to.username = shop.database.name;
      to.password = 'wr0ng-s3cret';
    });
    const result = await shop.read(['check', '--source', url]);
    await shop.database.query(`DROP ROLE ${shop.database.name}`);
    // A server with trust authentication lets everybody in; ours asks.
    expect(result.exit, result.stdout).toBe(4);
    expect(result.stderr).toContain('SOURCE_ACCESS_DENIED');
    expect(result.stderr + result.stdout).not.toContain('wr0ng-s3cret');
  });

  it('a database that does not exist, and a host that does not answer', async () => {
    const missing = await shop.read([
      'check',
      '--source',
      source((to) => {
        to.pathname = '/nowhere';
      }),
    ]);
    expect([missing.exit, missing.stderr]).toEqual([4, expect.stringContaining('SOURCE_DATABASE_MISSING')]);
    const silent = await shop.read([
      'check',
      '--source',
      source((to) => {
        to.port = '1';
      }),
    ]);
    expect([silent.exit, silent.stderr]).toEqual([4, expect.stringContaining('127.0.0.1:1')]);
  });

  it('a missing source, saying where to put it', async () => {
    const result = await shop.read(['check'], { env: { SOURCE_URL: '' } });
    expect([result.exit, result.stderr]).toEqual([2, expect.stringContaining('SOURCE_URL=postgres://')]);
  });

  it('a source table that does not exist, with its place in the file', async () => {
    const file = await mappingFile('no-table.yaml', MAPPING.replace('from: orders', 'from: order'));
    const result = await shop.read(['check', '--mapping', file]);
    expect(result.exit).toBe(3);
    expect(result.stdout).toMatch(/no-table\.yaml:9:11/);
    expect(result.stdout).toContain('orders');
  });

  it('an unknown column in a template, with "did you mean"', async () => {
    const file = await mappingFile('no-column.yaml', MAPPING.replace('{created_at}', '{createt_at}'));
    const result = await shop.run(['migrate', '--mapping', file]);
    expect(result.exit).toBe(3);
    expect(result.stderr).toMatch(/created_at/);
    expect(result.stderr).toMatch(/no-column\.yaml:\d+:\d+/);
  });

  it('a mapping with five mistakes, all five at once', async () => {
    const file = await mappingFile(
      'five.yaml',
      MAPPING.replace('version: 1', 'version: 2')
        .replace('sortKey: sk', 'sortkey: sk')
        .replace('via: customer_id', 'via: client_id')
        .replace("sk: 'ORDER#{id}'", "sk: 'ORDER#{id | upperr}'")
        .replace('from: customers', 'from: customer'),
    );
    // Shape first: a document of the wrong shape is not held against the source.
    const shape = await shop.read(['check', '--mapping', file, '--json']);
    expect(shape.exit).toBe(3);
    const shapeProblems = JSON.parse(shape.stdout).error.problems;
    expect(shapeProblems.length).toBeGreaterThanOrEqual(2);

    const names = await mappingFile(
      'names.yaml',
      MAPPING.replace('via: customer_id', 'via: client_id')
        .replace("sk: 'ORDER#{id}'", "sk: 'ORDER#{id | upperr}'")
        .replace('from: customers', 'from: customer')
        .replace('{created_at}#{id}', '{createdat}#{idd}'),
    );
    const report = JSON.parse((await shop.read(['check', '--mapping', names, '--json'])).stdout);
    expect(report.errors).toBeGreaterThanOrEqual(5);
    for (const problem of report.problems)
      expect(problem.place).toMatchObject({ file: expect.stringContaining('names.yaml') });
  });

  it('a mapping file that is not there', async () => {
    const result = await shop.read(['check', '--mapping', 'nowhere.yaml']);
    expect([result.exit, result.stderr]).toEqual([3, expect.stringContaining('nowhere.yaml')]);
  });

  it('a DynamoDB table that does not exist, and names the command that makes it', async () => {
    const result = await shop.run(['migrate']);
    expect([result.exit, result.stderr]).toEqual([5, expect.stringContaining('tablefold table create')]);
  });

  it('a table with other keys, listing what differs', async () => {
    await using other = await createTable(dynamoUrl, { partitionKey: 'id', sortKey: null });
    const result = await shop.run(['migrate', '--table', other.name]);
    expect(result.exit).toBe(5);
    expect(result.stderr).toMatch(/expected pk .*found id/s);
    const show = await shop.run(['table show', '--table', other.name]);
    expect(show.exit).toBe(5);
  });

  it('an endpoint that does not answer', async () => {
    const result = await shop.run(['migrate', '--endpoint-url', 'http://127.0.0.1:1']);
    expect([result.exit, result.stderr]).toEqual([5, expect.stringContaining('127.0.0.1:1')]);
  });

  it('a flag that does not exist, without repeating a password that stands beside it', async () => {
    const url = source((to) => {
      to.password = 's3cret';
    });
    const result = await shop.read(['check', '--sauce', url, '--json']);
    expect(result.exit).toBe(2);
    expect(JSON.parse(result.stdout).error).toEqual({
      name: 'UsageError',
      code: 'USAGE_ARGUMENTS',
      message: 'there is no flag --sauce',
      hint: 'Did you mean --source? `tablefold check --help` lists the flags.',
    });
    const inline = await shop.read(['check', `--sauce=${url}`]);
    expect([inline.exit, inline.stderr]).toEqual([2, expect.stringContaining('no flag --sauce\n')]);
    expect(result.stdout + result.stderr + inline.stdout + inline.stderr).not.toContain('s3cret');
  });

  it('several flags that do not exist, with those that were probably meant, and none for what is like no flag', async () => {
    const slips = ['--max-write-unit', '100', '--thread=2', '--zzzzzz', '-x', '--no-jsn'];
    const result = await shop.read(['migrate', ...slips, '--json']);
    expect([result.exit, JSON.parse(result.stdout).error]).toEqual([
      2,
      {
        name: 'UsageError',
        code: 'USAGE_ARGUMENTS',
        message: 'there are no flags --max-write-unit, --thread, --zzzzzz, -x, --no-jsn',
        hint: 'Did you mean --max-write-units and --threads? `tablefold migrate --help` lists the flags.',
      },
    ]);
    const table = await shop.run(['table create', '--write-unit', '5']);
    expect(table.stderr).toContain('Did you mean --write-units? `tablefold table create --help`');
  });

  it('a command that does not exist', async () => {
    const result = await shop.read(['migrat']);
    expect(result.exit).toBe(2);
  });

  it('a table that already holds items of the entities, until it is told what to do with them', async () => {
    await shop.run(['table create']);
    const first = await shop.run(['migrate']);
    expect(first.exit, first.stderr).toBe(0);
    const again = await shop.run(['migrate', '--restart']);
    expect([again.exit, again.stderr]).toEqual([3, expect.stringContaining('--existing overwrite')]);
    const kept = JSON.parse(
      (await shop.run(['migrate', '--restart', '--existing', 'insert-only', '--json'])).stdout,
    );
    expect(kept.totals).toMatchObject({ rows: 70, rejects: 0 });
    const over = JSON.parse(
      (await shop.run(['migrate', '--restart', '--existing', 'overwrite', '--json'])).stdout,
    );
    expect(over.totals).toMatchObject({ rows: 70, written: 90, rejects: 0 });
    const onlyChanged = ['migrate', '--restart', '--existing', 'only-changed', '--json'];
    await shop.database.query("UPDATE orders SET status = 'PAID' WHERE id = 7");
    const changed = JSON.parse((await shop.run([...onlyChanged, '--threads', '2'])).stdout);
    expect(changed.totals).toMatchObject({ rows: 70, written: 2, held: 88, units: 2 });
    const nothing = JSON.parse((await shop.run(onlyChanged)).stdout);
    expect(nothing.totals).toMatchObject({ rows: 70, written: 0, held: 90, units: 0 });
    expect(nothing.onlyChanged).toEqual({ unchanged: 90, savedWriteUnits: 90, readUnits: 90 });
  });

  it('a canary of a row that is not there, and a key that is no value of its column', async () => {
    const missing = await shop.run([
      'migrate',
      '-e',
      'Order',
      '--existing',
      'overwrite',
      '--where-key',
      'id=4711',
    ]);
    expect([missing.exit, missing.stderr]).toEqual([6, expect.stringContaining('orders#4711: no such row')]);
    const wrong = await shop.run([
      'migrate',
      '-e',
      'Order',
      '--existing',
      'overwrite',
      '--where-key',
      'id=abc',
      '--json',
    ]);
    expect([wrong.exit, JSON.parse(wrong.stdout).error.code]).toEqual([2, 'SOURCE_KEY']);
  });

  it('to resume with another mapping', async () => {
    const file = await mappingFile('other.yaml', MAPPING.replace('PROFILE', 'CARD'));
    const result = await shop.run(['migrate', '--resume', '--mapping', file]);
    expect([result.exit, result.stderr]).toEqual([3, expect.stringContaining('the mapping (was')]);
  });

  it('a mapping without a name, and a limit that no number holds', async () => {
    const mapping = await shop.run(['migrate', '-m', '', '--json']);
    expect([mapping.exit, JSON.parse(mapping.stdout).error.code]).toEqual([2, 'USAGE_MISSING']);
    expect((await shop.run(['migrate', '--limit', '9007199254740993'])).exit).toBe(2);
  });

  it('a state folder where none can be, without a wait', async () => {
    const result = await shop.run(['migrate', '--restart', '--state', '/proc/tablefold', '--json']);
    expect([result.exit, JSON.parse(result.stdout).error.code]).toEqual([3, 'STATE_IO']);
  });

  it('a name that no table can have', async () => {
    for (const name of ['', 'a b', 'ab']) {
      const result = await shop.run(['migrate', '--table', name, '--json']);
      expect(result.exit).toBe(2);
      expect(JSON.parse(result.stdout).error).toMatchObject({
        code: 'USAGE_VALUE',
        hint: expect.stringContaining('3 to 255'),
      });
    }
  });
});
