import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signalWhileReading, tablefold } from '../support/cli.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { createMySqlDatabase, numbers } from '../support/mariadb-database.js';
import { requireEngine } from '../support/require-resource.js';
import { MAPPING, openShop, type Shop } from './fixture.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const dynamoUrl = requireEngine('dynamodb');

/** Two customers share a name: their cards have one key, which only the rows can tell. */
const COLLIDING = MAPPING.replace(
  'sk: PROFILE } }\n',
  "sk: PROFILE } }\n      card: { key: { pk: 'NAME#{name}', sk: CARD }, collisions: reject }\n",
);

describe('migrate --threads 2', () => {
  let shop: Shop;
  const calm = uniqueTableName();
  let whole: unknown;

  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 3000, mapping: COLLIDING });
    await shop.database.query('UPDATE orders SET rep = NULL WHERE id IN (7, 1500, 2999)');
    await shop.database.query("UPDATE customers SET name = 'Customer 1' WHERE id = 2");
    await shop.run(['table create', '--table', calm]);
    const one = await shop.run(['migrate', '--table', calm, '--state', `${shop.state}-calm`, '--json']);
    expect(one.exit, one.stderr).toBe(6);
    expect(JSON.parse(one.stdout)).toMatchObject({ threads: 1 });
    whole = { totals: JSON.parse(one.stdout).totals, items: await scanAll(dynamoUrl, calm) };
  });
  afterAll(async () => {
    await dropTable(dynamoUrl, calm).catch(() => undefined);
    await shop[Symbol.asyncDispose]();
  });

  const rejectsOf = async (report: { rejectLog: string }) =>
    (await readFile(report.rejectLog, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ origin, code }) => `${origin.table} ${origin.key[0]} ${code}`)
      .sort();

  it('makes the same items, counts and rejects as one, of one moment', async () => {
    const table = uniqueTableName();
    await shop.run(['table create', '--table', table]);
    const args = ['migrate', '--table', table, '--state', `${shop.state}-two`, '--json'];
    const two = await shop.run([...args, '--threads', '2', '--chunk-size', '100']);
    expect(two.exit, two.stderr).toBe(6);
    const report = JSON.parse(two.stdout);
    expect(report).toMatchObject({ threads: 2, consistent: true });
    expect({ totals: report.totals, items: await scanAll(dynamoUrl, table) }).toEqual(whole);
    expect(await rejectsOf(report)).toEqual([
      'customers 1 KEY_COLLISION',
      'customers 2 KEY_COLLISION',
      'orders 1500 KEY_NULL',
      'orders 2999 KEY_NULL',
      'orders 7 KEY_NULL',
    ]);
    await dropTable(dynamoUrl, table);
  });

  it('by kill -9, again and again, ends with the table and the rejects of an uninterrupted run', async () => {
    await shop.run(['table create']);
    const slow = ['migrate', '--threads', '2', '--chunk-size', '100', '--max-write-units', '700', '--json'];
    let mode: string[] = [];
    for (const after of [1_500, 2_500, 3_500]) {
      const killed = await shop.run([...slow, ...mode], signalWhileReading(after, 'SIGKILL'));
      if (killed.exit !== null) break;
      // Killed before its first record: then there is nothing to resume.
      mode = (await shop.read(['status', shop.table, '--json'])).exit === 0 ? ['--resume'] : [];
    }
    const last = await shop.run([...slow, ...mode]);
    expect(last.exit, last.stderr).toBe(6);
    const report = JSON.parse(last.stdout);
    expect(report.resumes).toBeGreaterThan(0);
    const { rows, written, rejects, bytes } = report.totals;
    expect(whole).toMatchObject({ totals: { rows, written, rejects, bytes } });
    expect(await scanAll(dynamoUrl, shop.table)).toEqual((whole as { items: unknown }).items);
    expect(await rejectsOf(report)).toHaveLength(5);
  }, 300_000);

  it('runs the functions of a mapping on every thread, and resumes only with the modules that it began with', async () => {
    const file = join(shop.folder, 'derived.ts');
    const helper = (text: string) =>
      writeFile(join(shop.folder, 'label.ts'), `export const label = ${text};`);
    await writeFile(
      file,
      `import { threadId } from 'node:worker_threads';
       import { defineMapping, derive } from 'tablefold';
       import { label } from './label.js';
       export default defineMapping({
         version: 1,
         table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
         entities: {
           Order: {
             from: 'orders',
             attributes: {
               label: derive(['id', 'total'], ({ id, total }) => label(id, total)),
               thread: derive(['id'], () => threadId),
             },
             items: { one: { key: { pk: 'D#{id}', sk: 'D' } } },
           },
         },
       });`,
    );
    await helper('(id: unknown, total: unknown) => [id, total]');
    const table = uniqueTableName();
    await shop.run(['table create', '-m', file, '--table', table]);
    const args = ['migrate', '-m', file, '--table', table, '--state', `${shop.state}-derived`, '--json'];
    const done = await shop.run([...args, '--threads', '2', '--chunk-size', '100']);
    expect(done.exit, done.stderr).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ threads: 2, totals: { rows: 3000, written: 3000 } });
    const items = await scanAll(dynamoUrl, table);
    expect(items).toHaveLength(3000);
    expect(items.find((item) => item['pk']?.['S'] === 'D#1250')?.['label']).toEqual({
      L: [{ S: '1250' }, { S: '12.5' }],
    });
    // The main thread is one of the two.
    const threads = new Set(items.map((item) => item['thread']?.['N']));
    expect(threads).toContain('0');
    expect(threads.size).toBe(2);

    await helper('(id: unknown) => [id]');
    const other = await shop.run([...args, '--resume']);
    expect(other.exit).toBe(3);
    expect(JSON.parse(other.stdout).error).toMatchObject({ code: 'STATE_OTHER_RUN' });

    await helper('() => Date.now()');
    const impure = await shop.run([...args, '--restart', '--existing', 'overwrite', '--threads', '2']);
    expect(impure.exit, impure.stdout).toBe(3);
    expect(JSON.parse(impure.stdout).error).toMatchObject({
      code: 'MAPPING_IMPURE',
      message: 'entities.Order.attributes.label made different values of one row',
    });
    await dropTable(dynamoUrl, table);
  });

  it('ends with a clear error when a thread dies, and a resume without threads goes on', async () => {
    const file = join(shop.folder, 'dying.ts');
    await writeFile(
      file,
      `import { isMainThread } from 'node:worker_threads';
       if (!isMainThread) setTimeout(() => process.exit(7), 1500);
       export default ${JSON.stringify({
         version: 1,
         table: { name: 'shop', partitionKey: 'pk', sortKey: 'sk' },
         entities: { Order: { from: 'orders', items: { one: { key: { pk: 'O#{id}', sk: 'O' } } } } },
       })};`,
    );
    const args = [
      'migrate',
      '-m',
      file,
      '--existing',
      'overwrite',
      '--state',
      `${shop.state}-dying`,
      '--json',
    ];
    const died = await shop.run([
      ...args,
      '--threads',
      '2',
      '--max-write-units',
      '300',
      '--chunk-size',
      '50',
    ]);
    expect(died.exit).toBe(1);
    expect(JSON.parse(died.stdout).error).toMatchObject({
      code: 'RUN_THREAD',
      message: expect.stringMatching(/thread \d has died: it ended by itself with code 7/),
    });
    const resumed = await shop.run([...args, '--resume']);
    expect(resumed.exit, resumed.stderr).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ threads: 1, resumes: 1, totals: { rows: 3000 } });
  });

  // The threads take about a second to begin: the first comes into that.
  it.each([300, 700, 2_000])(
    'by Ctrl-C after %i ms exits with 130 and keeps the checkpoint',
    async (after) => {
      const state = `${shop.state}-interrupted-${after}`;
      const args = ['migrate', '--threads', '2', '--max-write-units', '500', '--chunk-size', '50'];
      const stopped = await shop.run(
        [...args, '--existing', 'overwrite', '--state', state],
        signalWhileReading(after, 'SIGINT'),
      );
      expect(stopped.exit, stopped.stderr).toBe(130);
      const status = JSON.parse((await shop.read(['status', '--state', state, '--json'])).stdout);
      expect(status.runs[0]).toMatchObject({ phase: 'interrupted', holder: null });
    },
  );

  it('ends at --max-rejects, counted over all threads', async () => {
    const state = `${shop.state}-fuse`;
    const args = ['migrate', '--threads', '2', '--chunk-size', '100', '--existing', 'overwrite', '--json'];
    const ended = await shop.run([...args, '--state', state, '--max-rejects', '3']);
    expect(ended.exit, ended.stdout).toBe(6);
    expect(JSON.parse(ended.stdout).error).toMatchObject({ code: 'RUN_TOO_MANY_REJECTS' });
  });

  it('of MariaDB wants consistency by the chunk, and makes the same items', async () => {
    const database = await createMySqlDatabase(
      mariadbUrl,
      `CREATE TABLE orders (id bigint PRIMARY KEY, total decimal(10,2) NOT NULL);
       INSERT INTO orders SELECT seq, seq / 100 FROM ${numbers(1000)} n;`,
    );
    const table = uniqueTableName();
    const [one, two] = [`${table}-1`, `${table}-2`];
    const file = join(shop.folder, 'maria.yaml');
    await writeFile(
      file,
      `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order: { from: orders, items: { one: { key: { pk: 'O#{id}', sk: O } } } }
`,
    );
    const run = (args: readonly string[]) =>
      tablefold(args, {
        cwd: shop.folder,
        env: { SOURCE_URL: database.url, TABLEFOLD_MAPPING: file, AWS_ENDPOINT_URL: dynamoUrl },
      });
    const threads = ['--threads', '2', '--chunk-size', '50', '--state', 'maria-two', '--json'];
    try {
      for (const name of [one, two]) await run(['table', 'create', '--table', name]);
      const refused = await run(['migrate', '--table', two, ...threads]);
      expect(refused.exit).toBe(2);
      expect(JSON.parse(refused.stdout).error.hint).toContain('--consistency chunk');
      const calmly = await run(['migrate', '--table', one, '--state', 'maria-one']);
      expect(calmly.exit, calmly.stderr).toBe(0);
      const chunked = await run([
        'migrate',
        '--table',
        two,
        ...threads,
        '--consistency',
        'chunk',
        '--restart',
      ]);
      expect(chunked.exit, chunked.stderr).toBe(0);
      expect(JSON.parse(chunked.stdout)).toMatchObject({ threads: 2, totals: { rows: 1000 } });
      expect(await scanAll(dynamoUrl, two)).toEqual(await scanAll(dynamoUrl, one));
    } finally {
      for (const name of [one, two]) await dropTable(dynamoUrl, name).catch(() => undefined);
      await database.drop();
    }
  });
});
