import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedMapping } from '../../../src/mapping/load-mapping.js';
import type { Mapping } from '../../../src/mapping/mapping.js';
import { migrate } from '../../../src/operations/migrate.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { silentLogger } from '../../../src/support/log.js';
import { openShop, type Shop } from '../../cli/fixture.js';
import { dropTable, scanAll, uniqueTableName } from '../../support/dynamodb-table.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const postgresUrl = requireEngine('postgres');
const mariadbUrl = requireEngine('mariadb');
const dynamoUrl = requireEngine('dynamodb');

const ROWS = 3000;
const USERS = `
  CREATE TABLE users (id int PRIMARY KEY, email varchar(80) NOT NULL, seen_at timestamp NULL);
  INSERT INTO users VALUES
    ${Array.from({ length: ROWS }, (_, at) => {
      // Every third address is that of the row before, in other letters; every ninth was never seen.
      const address = `${at % 3 === 2 ? `USER${at - 1}` : `user${at}`}@example.com`;
      const seen = at % 9 === 0 ? 'NULL' : `'2024-01-01 00:${String(at % 60).padStart(2, '0')}:00'`;
      return `(${at}, '${address}', ${seen})`;
    }).join(',\n')};`;

describe.each([
  ['Postgres', () => createDatabase(postgresUrl, USERS)],
  ['MariaDB', () => createMySqlDatabase(mariadbUrl, USERS)],
])('keys that rows of %s share', (_, open) => {
  let database: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.drop());

  async function run(collisions: 'reject' | { lastBy: string }) {
    const mapping: Mapping = {
      version: 1,
      table: { name: 'users', partitionKey: 'pk', sortKey: 'sk' },
      entities: {
        User: { from: 'users', items: { main: { key: { pk: '{email | lower}', sk: 'USER' }, collisions } } },
      },
    };
    const loaded: LoadedMapping = { mapping, file: 'users.yaml', digest: '0', place: () => null };
    const { signal } = new AbortController();
    await using source = await openSource(database.url, { log: silentLogger, signal });
    const sink = memorySink({ table: { name: 'users', partitionKey: 'pk', sortKey: 'sk', indexes: [] } });
    const state = memoryState();
    const report = await migrate({ mapping: loaded, source, sink, state, chunkSize: 100, signal });
    return {
      report,
      sources: [...sink.items.values()].map(({ _src }) =>
        Number(
          Object.values(_src ?? {})[0]
            ?.toString()
            .slice(6),
        ),
      ),
    };
  }

  it('are those that SQL groups, and rejecting leaves what is alone', async () => {
    const { report, sources } = await run('reject');
    expect(report.collisions).toMatchObject({
      rows: ROWS,
      keys: ROWS,
      collidingKeys: ROWS / 3,
      rejected: (ROWS / 3) * 2,
    });
    expect(report.totals).toMatchObject({ written: ROWS / 3, rejects: (ROWS / 3) * 2 });
    const alone = await database.query(
      'SELECT min(id) FROM users GROUP BY lower(email) HAVING count(*) = 1 ORDER BY 1',
    );
    expect(sources.sort((a, b) => a - b)).toEqual(
      alone.map((row) => Number(Object.values(row as object)[0])),
    );
  });

  it('go to the row that SQL says is the last', async () => {
    const { report, sources } = await run({ lastBy: 'seen_at' });
    expect(report.totals).toMatchObject({ written: (ROWS / 3) * 2, rejects: 0, skipped: ROWS / 3 });
    const last = await database.query(`
      SELECT id FROM (
        SELECT id, row_number() OVER (
          PARTITION BY lower(email) ORDER BY CASE WHEN seen_at IS NULL THEN 0 ELSE 1 END DESC, seen_at DESC, id DESC
        ) AS n FROM users
      ) ranked WHERE n = 1 ORDER BY id`);
    expect(sources.sort((a, b) => a - b)).toEqual(last.map((row) => Number(Object.values(row as object)[0])));
  });
});

describe('kill -9 while keys are compared, and after', () => {
  let shop: Shop;
  const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order:
    from: orders
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
      latest: { key: { pk: 'REP#{rep}', sk: '{customer_id}' }, collisions: { lastBy: created_at } }
      byTotal: { key: { pk: 'TOTAL#{total | hash}', sk: TOTAL } }
`;

  beforeAll(async () => {
    shop = await openShop(postgresUrl, dynamoUrl, { rows: 3000, mapping: MAPPING });
    await shop.database.query('UPDATE orders SET total = 1 WHERE id IN (5, 1700, 2900)');
    await shop.database.query('UPDATE orders SET total = 5000 + id WHERE id = 100');
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  it('ends with the table of a run that nobody disturbed, and leaves no temporary file', async () => {
    const whole = uniqueTableName();
    const slow = ['--chunk-size', '40', '--source-concurrency', '1', '--max-write-units', '3000'];
    await shop.run(['table create']);
    await shop.run(['table create', '--table', whole]);
    const calm = await shop.run(['migrate', '--table', whole, '--state', `${shop.state}-whole`, '--json']);
    expect(calm.exit, calm.stderr).toBe(6);
    expect(JSON.parse(calm.stdout).collisions).toMatchObject({
      copies: ['Order.latest', 'Order.byTotal'],
      rejected: 3,
    });

    let mode: string[] = [];
    let last = { exit: null as number | null, stdout: '', stderr: '' };
    for (let kills = 0; kills < 12; kills += 1) {
      last = await shop.run(['migrate', ...slow, ...mode, '--json'], {
        onStart: (child) => void delay(800 + 600 * kills).then(() => child.kill('SIGKILL')),
      });
      if (last.exit !== null) break;
      const status = await shop.read(['status', shop.table, '--json']);
      mode = status.exit === 0 ? ['--resume'] : [];
    }
    expect(last.exit, last.stderr).toBe(6);
    const [report, expected] = [JSON.parse(last.stdout), JSON.parse(calm.stdout)];
    expect(report.totals).toMatchObject({
      rows: expected.totals.rows,
      written: expected.totals.written,
      skipped: expected.totals.skipped,
      rejects: 3,
    });
    expect(await scanAll(dynamoUrl, shop.table)).toEqual(await scanAll(dynamoUrl, whole));
    const left = await readdir(join(shop.state, shop.table));
    expect(left.filter((name) => /spill|new/.test(name))).toEqual([]);
    await dropTable(dynamoUrl, whole);
  });
});
