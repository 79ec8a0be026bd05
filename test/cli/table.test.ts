import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareProcess, signalWhileReading, tablefold } from '../support/cli.js';
import { uniqueTableName } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop } from './fixture.js';

shareProcess();
const dynamoUrl = requireEngine('dynamodb');

it('migrate says before it writes that a stream of the table has readers', async () => {
  await using shop = await openShop(requireEngine('postgres'), dynamoUrl, { rows: 10 });
  const created = await shop.run(['table create', '--stream', 'keys-only']);
  expect(created.exit, created.stderr).toBe(0);
  const ran = await shop.run(['migrate']);
  expect(ran.exit, ran.stderr).toBe(0);
  expect(ran.stderr).toContain(`${shop.table} has a stream (KEYS_ONLY): what reads it`);
});

describe('migrate --capacity', () => {
  it('goes back after Ctrl-C; after kill -9 status says so, and table capacity --restore or the next --resume takes it back', async () => {
    await using shop = await openShop(requireEngine('postgres'), dynamoUrl, { rows: 5_000 });
    const mode = async () => {
      const shown = await shop.run(['table capacity', '--json']);
      return JSON.parse(shown.stdout).capacity.mode;
    };
    let units = 500; // DynamoDB Local takes no units that it had before
    const migrate = (signal: NodeJS.Signals, ...args: readonly string[]) =>
      shop.run(
        ['migrate', '--max-write-units', '100', '--capacity', `provisioned:${units++}`, ...args],
        signalWhileReading(0, signal),
      );
    expect((await shop.run(['table create'])).exit).toBe(0);
    const killed = await migrate('SIGKILL');
    expect(killed.stderr).toContain(`capacity of ${shop.table}: raising to provisioned:500`);
    expect(await mode()).toBe('provisioned');
    const status = await shop.read(['status']);
    expect(status.stdout).toMatch(
      /is raised since .*: provisioned 500 write, 100 read units instead of on-demand\./,
    );
    const restored = await shop.run(['table capacity', '--restore']);
    expect([restored.exit, restored.stdout]).toEqual([0, expect.stringContaining('As it was before.')]);
    expect(await mode()).toBe('on-demand');
    const interrupted = await migrate('SIGINT', '--resume');
    expect(interrupted.exit, interrupted.stderr).toBe(130);
    expect(interrupted.stderr).toContain(`capacity of ${shop.table}: as it was before`);
    expect(await mode()).toBe('on-demand');

    await migrate('SIGKILL', '--resume');
    expect(await mode()).toBe('provisioned');
    const resumed = await shop.run(['migrate', '--resume']);
    expect(resumed.exit, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain(`capacity of ${shop.table}: going back to on-demand`);
    expect(await mode()).toBe('on-demand');
    expect((await shop.read(['status'])).stdout).not.toContain('raised');
  });
});

describe('tablefold table', () => {
  const table = uniqueTableName();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablefold-cli-'));
    await writeFile(join(folder, 'shop.yaml'), MAPPING);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (command: string, ...args: readonly string[]) =>
    tablefold(['table', command, '-m', 'shop.yaml', '--table', table, ...args], { cwd: folder });
  const there = ['--endpoint-url', dynamoUrl];

  it('create --emit prints the table for others to make, and asks nobody', async () => {
    const { exit, stdout, stderr } = await run('create', '--emit', 'terraform', '--tag', 'team=orders');
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`name         = "${table}"`);
    expect(stdout).toContain('"team" = "orders"');
  });

  it('create refuses settings that mean nothing', async () => {
    const tag = await run('create', '--tag', 'orders');
    expect([tag.exit, tag.stderr]).toEqual([2, expect.stringContaining('--tag orders is no KEY=VALUE')]);
    const key = await run('create', '--kms-key', 'alias/mine');
    expect([key.exit, key.stderr]).toEqual([2, expect.stringContaining('is not the ARN of a KMS key')]);
  });

  it('delete does nothing until its name is said once more', async () => {
    const missing = await run('delete', ...there, '--confirm', table);
    expect([missing.exit, missing.stderr]).toEqual([
      5,
      expect.stringContaining(`there is no table ${table}`),
    ]);
    expect((await run('create', ...there)).exit).toBe(0);
    const unsaid = await run('delete', ...there);
    expect([unsaid.exit, unsaid.stderr]).toEqual([2, expect.stringContaining(`add --confirm ${table}`)]);
    const wrong = await run('delete', ...there, '--confirm', 'shop');
    expect([wrong.exit, wrong.stderr]).toEqual([2, expect.stringContaining('nothing was deleted')]);
    expect((await run('show', ...there)).exit).toBe(0);
    const said = await run('delete', ...there, '--confirm', table, '--json');
    expect([said.exit, JSON.parse(said.stdout)]).toMatchObject([0, { table, items: 0 }]);
    expect((await run('show', ...there)).exit).toBe(5);
  });
});
