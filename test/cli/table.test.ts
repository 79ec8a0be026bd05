import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tablefold } from '../support/cli.js';
import { uniqueTableName } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING } from './fixture.js';

const dynamoUrl = requireEngine('dynamodb');

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
