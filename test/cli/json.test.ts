import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliResult } from '../support/cli.js';
import { dropTable, uniqueTableName } from '../support/dynamodb-table.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop, type Shop } from './fixture.js';
import { jsonSchemaOf, RESULTS } from './result-schemas.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

type ResultName = keyof typeof RESULTS;
const NAMES = Object.keys(RESULTS) as ResultName[];

type Result = Readonly<Record<string, unknown>>;

const ajv = new Ajv2020({
  allErrors: true,
  formats: {
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  },
});

/** By the file that is committed, not by the code that it was written from. */
function validatorOf(name: ResultName): ValidateFunction {
  const file = new URL(`surface/results/${name}.schema.json`, import.meta.url);
  return ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
}

describe.each(NAMES)('the JSON Schema of "%s"', (name) => {
  it('is the one that is committed', async () => {
    const schema = `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`;
    await expect(schema).toMatchFileSnapshot(`surface/results/${name}.schema.json`);
  });
});

describe('what --json prints is one object by its schema', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, {
      rows: 30,
      mapping: MAPPING.replace(
        'sortKey: sk }',
        'sortKey: sk, indexes: { gsi1: { partitionKey: gsi1pk, sortKey: gsi1sk } } }',
      ).replace(
        'sk: PROFILE } }',
        "sk: PROFILE }, indexes: { gsi1: { pk: CUSTOMERS, sk: '{name}#{id}' } } }",
      ),
    });
    await shop.database.query('UPDATE orders SET rep = NULL WHERE id IN (3, 4)');
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  /** Holds the whole of stdout against the schema. */
  function result(name: ResultName, exit: number, ran: CliResult): Result {
    expect(ran.exit, ran.stderr + ran.stdout).toBe(exit);
    const found = JSON.parse(ran.stdout);
    const validate = validatorOf(name);
    validate(found);
    expect(validate.errors ?? [], ran.stdout).toEqual([]);
    return found;
  }

  it('check: without a complaint, with a warning, with errors', async () => {
    result('check', 0, await shop.read(['check', '--json']));
    const file = join(shop.folder, 'wrong.yaml');
    await writeFile(
      file,
      MAPPING.replace('{created_at}', '{createt_at}').replace('via: customer_id', 'via: x'),
    );
    const wrong = result('check', 3, await shop.read(['check', '-m', file, '--json']));
    expect(wrong['errors']).toBeGreaterThan(1);
  });

  it('init: with an entity that is left out', async () => {
    await shop.database.query('CREATE TABLE loose (note text)');
    const output = join(shop.folder, 'drafted.yaml');
    const drafted = result('init', 0, await shop.read(['init', '--output', output, '--json']));
    await shop.database.query('DROP TABLE loose');
    expect(drafted).toMatchObject({ mapping: output, errors: 0, leftOut: [{ table: 'loose' }] });
  });

  it('plan: with rejects, with samples and without', async () => {
    const args = ['plan', '--json', '--samples'];
    const plan = result('plan', 6, await shop.read([...args, '2']));
    expect(plan).toMatchObject({ totals: { rows: 80, rejects: 2 } });
    result('plan', 0, await shop.read([...args, '0', '-e', 'Customer', '--limit', '3']));
    result(
      'plan',
      0,
      await shop.read([...args, '0', '-e', 'Customer', '--sample', '1%', '--region', 'us-east-1']),
    );
  });

  it('plan --sql: the statements of the run, of each entity and of the measures', async () => {
    const plan = result('plan-sql', 0, await shop.read(['plan', '--sql', '--json']));
    expect(plan).toMatchObject({ entities: [{ entity: 'Customer' }, { entity: 'Order' }] });
  });

  it('table create and table show: a new one, the same again, another one', async () => {
    expect(result('table-create', 0, await shop.run(['table create', '--json']))['created']).toBe(true);
    expect(result('table-create', 0, await shop.run(['table create', '--json']))['created']).toBe(false);
    result('table-show', 0, await shop.run(['table show', '--json']));
    const file = join(shop.folder, 'other.yaml');
    await writeFile(file, MAPPING.replace('sortKey: sk', 'sortKey: range'));
    const other = result('table-show', 5, await shop.run(['table show', '-m', file, '--json']));
    expect(other['differences']).toHaveLength(1);
    const units = ['--write-units', '5', '--read-units', '4'];
    const table = uniqueTableName();
    result('table-create', 0, await shop.run(['table create', '--table', table, ...units, '--json']));
    await dropTable(dynamoUrl, table);
  });

  it('migrate and status: with rejects, and the finished run again', async () => {
    const first = result('migrate', 6, await shop.run(['migrate', '--json']));
    expect(first).toMatchObject({ totals: { rows: 80, rejects: 2 }, consistent: true });
    expect(result('migrate', 6, await shop.run(['migrate', '--resume', '--json']))['runId']).toBe(
      first['runId'],
    );
    result('status', 0, await shop.read(['status', '--json']));
    result('status', 0, await shop.read(['status', shop.table, '--json']));
  });

  it('diff: with rejects and nothing else', async () => {
    const found = result('diff', 6, await shop.run(['diff', '--json']));
    expect(found).toMatchObject({ totals: { missing: 0, different: 0, orphans: 0, rejects: 2 } });
  });

  it('verify: its patterns and its items', async () => {
    const file = join(shop.folder, 'patterns.yaml');
    const pattern = (sql: string) =>
      `{ query: table, pk: 'CUSTOMER#{customerId}', sk: PROFILE, returns: Customer, sql: '${sql}' }`;
    await writeFile(
      file,
      `${MAPPING}accessPatterns:\n  good: ${pattern('select * from customers where id = {customerId}')}\n  bad: ${pattern('select id, 1 as name from customers where id = {customerId}')}\n`,
    );
    const found = result('verify', 6, await shop.run(['verify', '-m', file, '--json']));
    expect(found).toMatchObject({ equal: false, patterns: [{ verdict: 'equal' }, { verdict: 'different' }] });
  });

  it('prune: a dry run, a prune, and its undo', async () => {
    await shop.database.query('DELETE FROM orders WHERE id = 9');
    const differences = join(shop.folder, 'differences.ndjson');
    await shop.run(['diff', '--out', differences]);
    const flags = ['--differences', differences, '--max-deletes', '9', '--without-pitr', '--json'];
    result('prune', 0, await shop.run(['prune', ...flags]));
    const pruned = result('prune', 0, await shop.run(['prune', ...flags, '--confirm', shop.table]));
    expect(pruned).toMatchObject({ mode: 'pruned', deleted: 2 });
    const undo = ['prune', '--undo', String(pruned['undo']), '--json'];
    result('prune-undo', 0, await shop.run(undo));
    result('prune-undo', 0, await shop.run([...undo, '--confirm', shop.table]));
  });

  it('query: a page of one partition, and one of nothing', async () => {
    const file = join(shop.folder, 'patterns.yaml');
    await writeFile(
      file,
      `${MAPPING}accessPatterns:
  ofCustomer: { query: table, pk: 'CUSTOMER#{id}' }
  ordersOfCustomer: { query: table, pk: 'CUSTOMER#{id}', sk: { gte: 'ORDER#{since}' }, returns: Order }
`,
    );
    await shop.run(['migrate', '--restart', '--existing', 'overwrite', '-m', file]);
    const ask = (...args: string[]) => shop.run(['query', ...args, '-m', file, '--json']);
    const page = result('query', 0, await ask('ofCustomer', '--id', '2', '--limit', '1'));
    expect(page).toMatchObject({ requests: 1, nextPageToken: expect.any(String) });
    const flags = ['--id', '2', '--since', '2024-01-01'];
    const orders = result('query', 0, await ask('ordersOfCustomer', ...flags));
    expect(orders).toMatchObject({ items: [{ copy: 'byCustomer' }], nextPageToken: null });
    result('query', 0, await ask('ordersOfCustomer', '--id', '2', '--since', '2999-01-01'));
  });

  it('show: the items of rows, with rejects and indexes, and a partition of the table', async () => {
    const shown = result('show', 6, await shop.read(['show', '--limit', '4', '--json']));
    expect(shown).toMatchObject({ rows: 8, rejects: [{ code: 'KEY_NULL' }, {}] });
    result('show', 0, await shop.read(['show', '-e', 'Order', '--where-key', 'id=1', '--json']));
    const partition = await shop.run(['show', '--partition', 'CUSTOMER#2', '--json']);
    expect(result('show-partition', 0, partition)['items']).not.toEqual([]);
  });

  it('backfill: the plan, with rejects; the run; the indexes that are dropped', async () => {
    const to = join(shop.folder, 'next.yaml');
    const next = (await readFile(shop.mapping, 'utf8'))
      .replace('gsi1sk } }', 'gsi1sk }, gsi2: { partitionKey: gsi2pk } }')
      .replace("sk: '{name}#{id}' }", "sk: '{name}#{id}' }, gsi2: { pk: '{name}' }")
      .replace("sk: 'ORDER#{id}' } }", "sk: 'ORDER#{created_at}#{id}' } }");
    await writeFile(to, next);
    const args = ['backfill', '--from', shop.mapping, '--to', to, '--json'];
    const plan = result('backfill-dry-run', 6, await shop.run([...args, '--dry-run']));
    expect(plan).toMatchObject({ totals: { puts: 27, updates: 50, rejects: 2 } });
    const report = result('backfill', 6, await shop.run(args));
    expect(report).toMatchObject({ totals: { written: 77, rejects: 2 }, indexes: { created: ['gsi2'] } });
    const back = ['backfill', '--from', to, '--to', shop.mapping, '--json', '--drop-indexes', '--confirm'];
    const dropped = result('backfill-drop-indexes', 0, await shop.run([...back, shop.table]));
    expect(dropped).toMatchObject({ dropped: ['gsi2'] });
  });

  it('an error: of usage, mapping, source, sink and state', async () => {
    const error = (exit: number, ran: CliResult) => result('error', exit, ran)['error'] as Result;
    expect(error(2, await shop.read(['check', '--json'], { env: { TABLEFOLD_MAPPING: '' } }))).toEqual({
      name: 'UsageError',
      code: 'USAGE_ARGUMENTS',
      message: 'Missing required flag mapping',
      hint: 'See the flags with --help.',
    });
    expect(error(2, await shop.read(['tabel', 'create', '--json']))).toMatchObject({
      code: 'USAGE_COMMAND',
      message: 'there is no command tabel create',
      hint: expect.stringContaining('Did you mean `tablefold table create`?'),
    });
    for (const typed of ['chek', 'check']) {
      const mistyped = await shop.read([typed, 'postgres://me:s3cret@db/shop', '--json']);
      error(2, mistyped);
      expect(mistyped.stdout + mistyped.stderr).not.toContain('s3cret');
    }
    expect(error(2, await shop.read(['show', 'orders', '42', '--json']))).toMatchObject({
      message: 'show takes no "orders 42"',
      hint: 'See its flags with `tablefold show --help`.',
    });
    expect(error(2, await shop.read(['query', '--json']))['message']).toBe(
      'the argument pattern is missing: Name of an access pattern.',
    );
    error(2, await shop.read(['plan', '-e', 'Custommer', '--json']));
    const file = join(shop.folder, 'shapeless.yaml');
    await writeFile(file, MAPPING.replace('version: 1', 'version: 2'));
    expect(error(3, await shop.read(['plan', '-m', file, '--json']))['problems']).toHaveLength(1);
    error(4, await shop.read(['check', '--source', 'postgres://127.0.0.1:1/none', '--json']));
    error(5, await shop.run(['migrate', '--table', 'missing', '--restart', '--json']));
    error(3, await shop.read(['status', 'nothing', '--json']));
  });

  it('stdout holds nothing else, and stderr no result, also where --json is not given', async () => {
    const ran = await shop.read(['check', '--source', 'postgres://127.0.0.1:1/none']);
    expect([ran.exit, ran.stdout]).toEqual([4, '']);
    expect(ran.stderr).toContain('SOURCE_CONNECT');
  });
});
