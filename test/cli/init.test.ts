import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareProcess } from '../support/cli.js';
import { scanAll } from '../support/dynamodb-table.js';
import { createDatabase } from '../support/postgres-database.js';
import { requireEngine } from '../support/require-resource.js';
import { openShop, type Shop } from './fixture.js';

shareProcess();
const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

describe('init', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 60 });
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('writes a mapping that the next commands take as it is', async () => {
    const drafted = await shop.run(['init']);
    expect(drafted.exit, drafted.stderr).toBe(0);
    expect(drafted.stdout).toContain(
      'Next: read its DECIDE lines, then tablefold check --mapping mapping.yaml\n',
    );
    const text = await readFile(join(shop.folder, 'mapping.yaml'), 'utf8');
    expect(text).toContain(`  name: ${shop.table}\n`);
    expect(text).not.toContain('postgres@');
    const mapping = ['--mapping', 'mapping.yaml'];
    const checked = await shop.read(['check', ...mapping, '--strict']);
    expect(checked.exit, checked.stdout).toBe(0);
    const created = await shop.run(['table create', ...mapping]);
    expect(created.exit, created.stderr).toBe(0);
    const migrated = await shop.run(['migrate', ...mapping, '--json']);
    expect(migrated.exit, migrated.stderr).toBe(0);
    expect(JSON.parse(migrated.stdout)).toMatchObject({ totals: { rows: 110, written: 110, rejects: 0 } });
    expect(await scanAll(dynamoUrl, shop.table)).toHaveLength(110);
    const orders = await shop.run(['query', ...mapping, 'order', '--id', '7', '--json']);
    expect(orders.exit, orders.stderr).toBe(0);
  });

  it('overwrites no file unless told so, and says so before it reads anything', async () => {
    const file = join(shop.folder, 'mine.yml');
    await writeFile(file, 'mine');
    const nowhere = { env: { SOURCE_URL: 'postgres://127.0.0.1:1/none' } };
    const refused = await shop.read(['init', '--output', file], nowhere);
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('mine.yml is there already')]);
    expect(await readFile(file, 'utf8')).toBe('mine');
    const forced = await shop.read(['init', '--output', file, '--force']);
    expect(forced.exit, forced.stderr).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('from: orders');
  });

  it.each([
    [['--output', 'draft.json'], 'a draft is YAML'],
    [['--output', 'nowhere/draft.yaml'], 'cannot write nowhere/draft.yaml'],
    [['--include', 'clients'], 'no table of the source is called clients'],
    [['--exclude', '*'], 'no table to draft in schema public'],
    [['--decline', 'orders(nothing)'], 'the draft has no such choice'],
    [['--interactive'], 'there is no terminal to ask on'],
    [['--schema', 'sales'], 'no table of the source is called sales'],
    [['--table', 'x'], '--table "x" cannot be the name of a table'],
  ])('refuses %j', async (args, message) => {
    const output = args.includes('--output') ? [] : ['--output', 'refused.yaml'];
    const result = await shop.read(['init', ...output, ...args]);
    expect([result.exit, result.stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('refuses a database without tables, and names the schemas that have tables', async () => {
    await using empty = await createDatabase(postgresUrl);
    const source = ['init', '--output', 'empty.yaml', '--source', empty.url];
    const nothing = await shop.read(source);
    expect(nothing.exit).toBe(2);
    expect(nothing.stderr).toContain('grant SELECT, or name another database');
    await empty.query('CREATE SCHEMA sales; CREATE TABLE sales.orders (id int PRIMARY KEY)');
    expect((await shop.read(source)).stderr).toContain('Name one with --schema: sales');
    const drafted = await shop.read([...source, '--schema', 'sales']);
    expect(drafted.exit, drafted.stderr).toBe(0);
    expect(await readFile(join(shop.folder, 'empty.yaml'), 'utf8')).toContain('from: sales.orders');
  });
});
