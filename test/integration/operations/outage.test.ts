import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliOptions, tablefold } from '../../support/cli.js';
import { createTable, type TestTable } from '../../support/dynamodb-table.js';
import { startPrivately } from '../../support/engines/resolve-engines.js';
import { createMySqlDatabase, numbers } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';

const dynamoUrl = requireEngine('dynamodb');
const ORDERS = 3000;

const MAPPING = `version: 1
table: { name: shop, partitionKey: pk, sortKey: sk }
entities:
  Order:
    from: orders
    embed:
      lines: { from: order_lines, orderBy: line_no, attributes: [line_no, sku] }
    items:
      main: { key: { pk: 'ORDER#{id}', sk: ORDER } }
      byRep: { key: { pk: 'REP#{rep}', sk: 'ORDER#{id}' } }
`;

const TABLES = `
  CREATE TABLE orders (id int PRIMARY KEY, rep varchar(10), note varchar(100) NOT NULL);
  CREATE TABLE order_lines (
    order_id int NOT NULL, line_no int NOT NULL, sku varchar(20) NOT NULL, PRIMARY KEY (order_id, line_no),
    FOREIGN KEY (order_id) REFERENCES orders (id)
  );
  INSERT INTO orders SELECT seq, concat('rep', mod(seq, 7)), concat('note ', seq) FROM NUMBERS;
  INSERT INTO order_lines SELECT seq, 1, concat('A', seq) FROM NUMBERS;
  INSERT INTO order_lines SELECT seq, 2, concat('B', seq) FROM NUMBERS WHERE mod(seq, 3) = 0;
  UPDATE orders SET rep = NULL WHERE id IN (7, 1500, 2999);`;

/** Every chunk takes a while at this rate of writing: the server is killed in the middle of them. */
const SLOW = ['--chunk-size', '500', '--source-concurrency', '3', '--max-write-units', '1500', '--json'];

/** Of the readers: what holds the snapshot of Postgres is older. */
const NEWEST_SESSION = {
  postgres: `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name LIKE 'tablefold%' AND xact_start IS NOT NULL ORDER BY backend_start DESC LIMIT 1`,
  mariadb: `SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> connection_id()
    ORDER BY id DESC LIMIT 1`,
};

describe.each(['postgres', 'mariadb'] as const)('%s killed in the middle of a migrate', (name) => {
  let engine: Awaited<ReturnType<typeof startPrivately>>;
  let folder: string;
  let url: string;
  let calm: TestTable;
  let drop: () => Promise<void>;
  let killNewest: () => Promise<void>;

  beforeAll(async () => {
    engine = await startPrivately(name);
    folder = await mkdtemp(join(tmpdir(), 'tablefold-outage-'));
    await writeFile(join(folder, 'shop.yaml'), MAPPING);
    const series = name === 'postgres' ? `generate_series(1, ${ORDERS}) AS seq` : `${numbers(ORDERS)} AS n`;
    const script = TABLES.replaceAll('NUMBERS', series);
    const database =
      name === 'postgres'
        ? await createDatabase(engine.url, script)
        : await createMySqlDatabase(engine.url, script);
    ({ url, drop } = database);
    killNewest = async () => {
      const [id] = (await database.query(NEWEST_SESSION[name])).flatMap((row) => Object.values(row));
      await database.query(name === 'postgres' ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`);
    };
    calm = await createTable(dynamoUrl);
    const { exit, stderr } = await migrate(calm.name, 'calm', ['--json']);
    expect(exit, stderr).toBe(6);
  });
  afterAll(async () => {
    await calm?.drop();
    await drop?.();
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const migrate = (table: string, state: string, args: readonly string[], options: CliOptions = {}) =>
    tablefold(['migrate', '--table', table, ...args], {
      cwd: folder,
      ...options,
      env: {
        SOURCE_URL: url,
        TABLEFOLD_MAPPING: join(folder, 'shop.yaml'),
        TABLEFOLD_STATE: join(folder, state),
        AWS_ENDPOINT_URL: dynamoUrl,
      },
    });

  /** Calls back once, when the process has logged a piece of text. */
  const onLog = (text: string, then: (child: Parameters<NonNullable<CliOptions['onStart']>>[0]) => void) => ({
    onStart: (child: Parameters<NonNullable<CliOptions['onStart']>>[0]) => {
      let said = '';
      child.stderr?.on('data', (piece: string) => {
        const before = said.includes(text);
        said += piece;
        if (!before && said.includes(text)) then(child);
      });
    },
  });

  /** Kills the server in the middle of the rows, and starts it again once the run has missed it. */
  const goneUntilMissed = (): CliOptions => ({
    onStart: (child) => {
      onLog('snapshot taken', () => void delay(700).then(engine.outage.kill)).onStart(child);
      onLog('source lost; trying again', () => void delay(300).then(engine.outage.start)).onStart(child);
    },
  });

  it('and started again: the run ends complete by itself, every item there, and says what it is', async () => {
    await using table = await createTable(dynamoUrl);
    const ended = await migrate(table.name, 'restarted', SLOW, goneUntilMissed());
    expect(ended.exit, ended.stderr).toBe(6); // three rows have no rep
    const report = JSON.parse(ended.stdout);
    expect(report).toMatchObject({ consistent: false, resumes: 0, totals: { rows: ORDERS, rejects: 3 } });
    expect(report.snapshots.map(({ why }: { why: string }) => why)).toEqual(['begun', 'lost']);
    for (const { position } of report.snapshots) expect(position).toMatch(/^(lsn|gtid|binlog):/);
    // Whether a chunk was in the middle of its rows is chance: one whose rows were all read only waits for the writer.
    const readAgain = report.snapshots.flatMap((one: { chunksReadAgain: string[] }) => one.chunksReadAgain);
    expect(report.chunksReadAgain).toEqual([...new Set(readAgain)]);
    expect(ended.stderr).toContain('source lost; trying again');
    expect(await table.scanAll()).toEqual(await calm.scanAll());
    const status = await tablefold(['status', '--state', join(folder, 'restarted'), '--json']);
    expect(JSON.parse(status.stdout).runs[0].snapshots).toEqual(report.snapshots);
  });

  it('with --consistency chunk: the same, and not one moment from the start', async () => {
    await using table = await createTable(dynamoUrl);
    const args = [...SLOW, '--consistency', 'chunk'];
    const ended = await migrate(table.name, 'chunk', args, goneUntilMissed());
    expect(ended.exit, ended.stderr).toBe(6);
    const report = JSON.parse(ended.stdout);
    expect(report).toMatchObject({ consistent: false, totals: { rows: ORDERS, rejects: 3 } });
    expect(report.snapshots).toMatchObject([{ why: 'begun', consistent: false }]);
    expect(ended.stderr).toContain('source lost; trying again');
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('or only one session of it: the run ends complete, and of one moment, which the others hold', async () => {
    await using table = await createTable(dynamoUrl);
    let killed: Promise<void> | undefined;
    const ended = await migrate(
      table.name,
      'session',
      SLOW,
      onLog('snapshot taken', () => {
        killed = delay(700).then(killNewest);
      }),
    );
    await killed;
    expect(killed).toBeDefined();
    expect(ended.exit, ended.stderr).toBe(6);
    const report = JSON.parse(ended.stdout);
    expect(report).toMatchObject({ consistent: true, resumes: 0, totals: { rows: ORDERS, rejects: 3 } });
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('and gone for longer than --source-patience: exit 4, and --resume completes when it is back', async () => {
    await using table = await createTable(dynamoUrl);
    const ended = await migrate(
      table.name,
      'patience',
      [...SLOW, '--source-patience', '1500ms'],
      onLog('snapshot taken', () => void delay(500).then(engine.outage.kill)),
    );
    expect(ended.exit, ended.stderr).toBe(4);
    expect(JSON.parse(ended.stdout).error).toMatchObject({
      code: expect.stringMatching(/^SOURCE_(LOST|CONNECT|SNAPSHOT)$/),
      hint: expect.stringMatching(/--resume.*--source-patience/),
    });
    engine.outage.start();
    await answers();
    const resumed = await migrate(table.name, 'patience', [...SLOW, '--resume']);
    expect(resumed.exit, resumed.stderr).toBe(6);
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  it('and Ctrl-C while it is gone: exit 130 at once, with the checkpoint', async () => {
    await using table = await createTable(dynamoUrl);
    let pressed = 0;
    const log = onLog('source lost; trying again', (child) => {
      pressed = performance.now();
      child.kill('SIGINT');
    });
    const ended = await migrate(table.name, 'interrupted', SLOW, {
      onStart: (child) => {
        log.onStart(child);
        onLog('snapshot taken', () => void delay(500).then(engine.outage.kill)).onStart(child);
      },
    });
    expect(performance.now() - pressed).toBeLessThan(10_000);
    expect(ended.exit, ended.stderr).toBe(130);
    engine.outage.start();
    await answers();
    const resumed = await migrate(table.name, 'interrupted', [...SLOW, '--resume']);
    expect(resumed.exit, resumed.stderr).toBe(6);
    expect(await table.scanAll()).toEqual(await calm.scanAll());
  });

  /** Waits until the server is back. */
  async function answers(): Promise<void> {
    await expect
      .poll(async () => (await tablefold(['check', '-m', join(folder, 'shop.yaml'), '--source', url])).exit, {
        timeout: 30_000,
        interval: 200,
      })
      .toBe(0);
  }
});
