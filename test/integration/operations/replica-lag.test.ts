import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMapping } from '../../../src/mapping/load-mapping.js';
import { resolveTable } from '../../../src/mapping/resolve/resolve-table.js';
import { migrate } from '../../../src/operations/migrate.js';
import { createMeter } from '../../../src/pipeline/meter.js';
import { memorySink } from '../../../src/sink/memory/memory-sink.js';
import { openSource } from '../../../src/source/open-source.js';
import { memoryState } from '../../../src/state/memory/memory-state.js';
import { silentLogger } from '../../../src/support/log.js';
import { tablefold } from '../../support/cli.js';
import { createTable, type TestTable } from '../../support/dynamodb-table.js';
import { createMySqlDatabase, isMariaDb, numbers } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { type Replicated, startReplicated } from '../../support/replicated.js';
import { requireEngine } from '../../support/require-resource.js';

const engines = { postgres: requireEngine('postgres'), mariadb: requireEngine('mariadb') };
const dynamoUrl = requireEngine('dynamodb');
const ROWS = 4000;
const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order: { from: orders, items: { main: { key: { pk: 'ORDER#{id}', sk: ORDER } } } }
`;
const TABLES = `
  CREATE TABLE orders (id int PRIMARY KEY, note varchar(100) NOT NULL);
  CREATE TABLE beats (id int PRIMARY KEY);
  INSERT INTO orders SELECT seq, concat('note ', seq) FROM NUMBERS;`;
/** No superuser, and none of the rights that tell of replication. */
const PLAIN = {
  postgres: "CREATE ROLE plain LOGIN PASSWORD 'plain'; GRANT SELECT ON orders TO plain;",
  mariadb: "CREATE USER plain@'%' IDENTIFIED BY 'plain'; GRANT SELECT ON *.* TO plain@'%';",
};

describe.each(['postgres', 'mariadb'] as const)('--max-lag on %s', (name) => {
  let servers: Replicated;
  let folder: string;
  let table: TestTable;
  let beats = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tablefold-lag-'));
    const series = name === 'postgres' ? `generate_series(1, ${ROWS}) AS seq` : `${numbers(ROWS)} AS n`;
    servers = await startReplicated(name, TABLES.replace('NUMBERS', series) + PLAIN[name]);
    table = await createTable(dynamoUrl);
    await writeFile(join(folder, 'shop.yaml'), MAPPING);
  }, 60_000);
  afterAll(async () => {
    await table?.drop();
    await servers?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const beat = async () => {
    beats += 1;
    await servers.onPrimary(`INSERT INTO beats VALUES (${beats})`);
  };
  async function start(url: string) {
    const mapping = await loadMapping(join(folder, 'shop.yaml'));
    const meter = createMeter();
    const run = async () => {
      await using source = await openSource(url, { log: silentLogger });
      return await migrate({
        mapping,
        source,
        sink: memorySink({ table: resolveTable(mapping.mapping.table) }),
        state: memoryState(),
        chunkSize: 100,
        maxWriteUnits: 2000,
        throttle: { maxLagMs: 500, everyMs: 20 },
        meter,
        signal: new AbortController().signal,
      });
    };
    const report = run();
    let ended = false;
    report
      .catch(() => undefined)
      .finally(() => {
        ended = true;
      });
    /** Fails with the run, or with its end. */
    const until = async (condition: () => boolean) => {
      while (!condition()) {
        if (ended) throw new Error('the run has ended', { cause: await report });
        await delay(5);
      }
    };
    const paused = async () => {
      await until(() => meter.sourcePaused !== null);
      return meter.sourcePaused?.why;
    };
    return { report, meter, until, paused };
  }
  const refusal = async (url: string) => {
    const args = ['migrate', '--max-lag', '10s', '--mapping', 'shop.yaml', '--table', table.name, '--json'];
    const { exit, stdout } = await tablefold(args, {
      cwd: folder,
      env: { SOURCE_URL: url, AWS_ENDPOINT_URL: dynamoUrl },
    });
    const { code, message, hint } = JSON.parse(stdout).error;
    return { exit, code, message, hint };
  };
  const asPlain = (url: string) => url.replace(/\/\/.*@/, '//plain:plain@');

  it('pauses while the replica that is read is behind, goes on when it has caught up, and loses nothing', async () => {
    const { report, meter, until } = await start(servers.replicaUrl);
    await until(() => meter.written > 500);
    await servers.hold();
    await beat();
    // On its way there MariaDB stands still for a moment.
    await until(() => /^replica lag \d+ s over 0\.5 s$/.test(meter.sourcePaused?.why ?? ''));
    expect(meter.sourcePaused?.flag).toBe('--max-lag');
    await delay(1000); // what was read by then is written
    const { rows } = meter;
    expect(rows).toBeLessThan(ROWS);
    await delay(300);
    expect(meter.rows).toBe(rows);
    await servers.release();
    const { totals, pausedMs } = await report;
    expect(totals).toMatchObject({ rows: ROWS, written: ROWS, rejects: 0 });
    expect(pausedMs).toBeGreaterThan(1200);
  });

  it('does not pause for a replica that has applied all, however long ago the last commit was', async () => {
    await delay(1500);
    const { totals, pausedMs } = await (await start(servers.replicaUrl)).report;
    expect([totals.rows, pausedMs]).toEqual([ROWS, 0]);
  });

  if (name === 'postgres') {
    it('pauses a run that reads a primary while its furthest replica is behind', async () => {
      const { report, meter, until, paused } = await start(servers.primaryUrl);
      await until(() => meter.written > 500);
      await servers.hold();
      const beating = setInterval(() => void beat().catch(() => undefined), 100);
      expect(await paused()).toMatch(/^replica lag/);
      clearInterval(beating);
      await servers.release();
      expect((await report).totals).toMatchObject({ rows: ROWS, rejects: 0 });
    });

    it('needs no grant on a replica, and names the one that a primary asks for', async () => {
      await expect((await start(asPlain(servers.replicaUrl))).report).resolves.toMatchObject({
        totals: { rows: ROWS },
      });
      expect(await refusal(asPlain(servers.primaryUrl))).toMatchObject({
        exit: 4,
        code: 'SOURCE_ACCESS_DENIED',
        hint: expect.stringContaining('GRANT pg_read_all_stats TO "plain"'),
      });
    });
  } else {
    it('pauses with what stopped it while replication stands still', async () => {
      await servers.stopApplying?.();
      const { report, paused } = await start(servers.replicaUrl);
      expect(await paused()).toBe('replication has stopped: receiving Yes, applying No');
      await servers.startApplying?.();
      expect((await report).totals.rows).toBe(ROWS);
    });

    it('names the grant that is lacking', async () => {
      const right = (await isMariaDb(servers.replicaUrl)) ? 'REPLICA MONITOR' : 'REPLICATION CLIENT';
      expect(await refusal(asPlain(servers.replicaUrl))).toMatchObject({
        exit: 4,
        code: 'SOURCE_ACCESS_DENIED',
        hint: expect.stringContaining(`GRANT ${right} ON *.*`),
      });
    });
  }

  it('is refused where no lag can be seen, before anything is written: exit 3', async () => {
    await using database = await (name === 'postgres' ? createDatabase : createMySqlDatabase)(
      engines[name],
      'CREATE TABLE orders (id int PRIMARY KEY)',
    );
    expect(await refusal(database.url)).toEqual({
      exit: 3,
      code: 'SOURCE_LAG',
      message: expect.stringMatching(/primary/),
      hint: expect.stringContaining('--throttle-query'),
    });
  });
});
