import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { type MigrateOptions, migrate } from '../../../src/operations/migrate.js';
import { createMeter } from '../../../src/pipeline/meter.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { silentLogger } from '../../../src/support/log.js';
import { tablefold } from '../../support/cli.js';
import { createTable, type TestTable } from '../../support/dynamodb-table.js';
import { createMySqlDatabase, numbers } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const dynamoUrl = requireEngine('dynamodb');
const ROWS = 4000;
const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order: { from: orders, items: { main: { key: { pk: 'ORDER#{id}', sk: ORDER } } } }
`;
const TABLES = `
  CREATE TABLE orders (id int PRIMARY KEY, note varchar(100) NOT NULL);
  CREATE TABLE brake (held int);
  INSERT INTO brake VALUES (0);
  INSERT INTO orders SELECT seq, concat('note ', seq) FROM NUMBERS;`;

describe.each(['postgres', 'mariadb'] as const)('--throttle-query on %s', (name) => {
  const engineUrl = requireEngine(name);
  let database: { url: string; query(sql: string): Promise<unknown>; drop(): Promise<void> };
  let folder: string;
  let table: TestTable;

  beforeAll(async () => {
    const series = name === 'postgres' ? `generate_series(1, ${ROWS}) AS seq` : `${numbers(ROWS)} AS n`;
    const script = TABLES.replace('NUMBERS', series);
    database = await (name === 'postgres' ? createDatabase : createMySqlDatabase)(engineUrl, script);
    table = await createTable(dynamoUrl);
    folder = await mkdtemp(join(tmpdir(), 'tablefold-throttle-'));
    await writeFile(join(folder, 'shop.yaml'), MAPPING);
  });
  afterAll(async () => {
    await database?.drop();
    await table?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const setHeld = (held: number) => database.query(`UPDATE brake SET held = ${held}`);
  const until = async (condition: () => boolean) => {
    while (!condition()) await delay(5);
  };
  async function start(more: Partial<MigrateOptions> = {}) {
    const mapping = await loadMapping(join(folder, 'shop.yaml'));
    const meter = createMeter();
    const end = new AbortController();
    const sink = memorySink({ table: resolveTable(mapping.mapping.table) });
    const run = async () => {
      await using source = await openSource(database.url, { log: silentLogger, signal: end.signal });
      return await migrate({
        mapping,
        source,
        sink,
        state: memoryState(),
        chunkSize: 100,
        maxWriteUnits: 2000,
        throttle: { query: 'SELECT held FROM brake', everyMs: 20 },
        meter,
        signal: end.signal,
        ...more,
      });
    };
    const report = run();
    report.catch(() => undefined); // judged where it is awaited
    return { report, meter, end };
  }

  it('stops reading and writing while the answer is true, goes on, and loses nothing', async () => {
    const { report, meter } = await start();
    await until(() => meter.written > 500);
    await setHeld(1);
    await until(() => meter.sourcePaused !== null);
    await delay(1000); // what was read by then is written
    const { rows, written } = meter;
    expect(rows).toBeLessThan(ROWS);
    await delay(500);
    expect([meter.rows, meter.written]).toEqual([rows, written]);
    await setHeld(0);
    const { totals, pausedMs, consistent } = await report;
    expect(totals).toMatchObject({ rows: ROWS, written: ROWS, rejects: 0 });
    expect(consistent).toBe(true);
    expect(pausedMs).toBeGreaterThan(1400);
  });

  it('takes no snapshot before the answer is not true any more; an abort ends the wait', async () => {
    await setHeld(1);
    const { report, meter, end } = await start();
    await until(() => meter.sourcePaused !== null);
    end.abort(new Error('Ctrl-C'));
    await expect(report).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' });
    expect(meter.rows).toBe(0);
    await setHeld(0);
  });

  it('ends the run when the query fails in the middle', async () => {
    const { report, meter } = await start({ maxWriteUnits: 500 });
    await until(() => meter.written > 100);
    await database.query('ALTER TABLE brake RENAME TO brakes');
    await expect(report).rejects.toMatchObject({ code: 'SOURCE_QUERY' });
    await database.query('ALTER TABLE brakes RENAME TO brake');
    expect(meter.written).toBeLessThan(ROWS);
  });

  it.each([
    ['SELECT held FROM handbrake', /handbrake/],
    ['SELECT 1; SELECT 2', /refuses --throttle-query/],
    ['UPDATE brake SET held = 7', /read.only/i],
  ])('refuses %s before anything is written: exit 3', async (query, message) => {
    const { exit, stderr } = await tablefold(
      ['migrate', '--throttle-query', query, '--mapping', 'shop.yaml', '--table', table.name],
      { cwd: folder, env: { SOURCE_URL: database.url, AWS_ENDPOINT_URL: dynamoUrl } },
    );
    expect([exit, stderr]).toEqual([3, expect.stringContaining('SOURCE_THROTTLE')]);
    expect(stderr).toMatch(message);
  });
});
