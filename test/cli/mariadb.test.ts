import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiffCheckpoint } from '../../src/operations/diff-checkpoint.js';
import { fileState } from '../../src/state/file/file-state.js';
import { type CliOptions, shareProcess, signalWhileReading, tablefold } from '../support/cli.js';
import { dropTable, scanAll, uniqueTableName } from '../support/dynamodb-table.js';
import { createMySqlDatabase, type MySqlTestDatabase } from '../support/mariadb-database.js';
import { requireEngine } from '../support/require-resource.js';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.js';
import { MAPPING, MYSQL_ORDERS } from './fixture.js';

shareProcess();
const mariadbUrl = requireEngine('mariadb');
const dynamoUrl = requireEngine('dynamodb');

const SHOP = `${MYSQL_ORDERS(2000)} UPDATE orders SET rep = NULL WHERE id = 1500;`;

describe('MariaDB through the built binary', () => {
  let database: MySqlTestDatabase;
  let folder: TemporaryFolder;
  const [calm, killed] = [uniqueTableName(), uniqueTableName()];
  const run = (args: readonly string[], options: CliOptions = {}) =>
    tablefold(args, {
      ...options,
      cwd: folder.path,
      env: { SOURCE_URL: database.url, TABLEFOLD_MAPPING: 'shop.yaml', AWS_ENDPOINT_URL: dynamoUrl },
    });
  const changed = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  beforeAll(async () => {
    database = await createMySqlDatabase(mariadbUrl, SHOP);
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'shop.yaml'), MAPPING);
  });
  afterAll(async () => {
    for (const table of [calm, killed]) await dropTable(dynamoUrl, table).catch(() => undefined);
    await database?.drop();
    await folder?.[Symbol.asyncDispose]();
  });

  it('migrates every row, and names the one that cannot be', async () => {
    expect((await run(['table', 'create', '--table', calm])).exit).toBe(0);
    const result = await run(['migrate', '--table', calm, '--state', 'calm', '--json']);
    expect(result.exit, result.stderr).toBe(6);
    expect(JSON.parse(result.stdout)).toMatchObject({
      consistent: true,
      totals: { rows: 2050, written: 50 + 2000 + 1999, rejects: 1 },
    });
  });

  it('says why one connection reads all, in the report, its JSON and the status, with the GRANT that helps', async () => {
    const user = `plain_${database.name.slice(-8)}`;
    await database.query(
      `CREATE USER ${user}@'%' IDENTIFIED BY 'readonly'; GRANT SELECT ON ${database.name}.* TO ${user}@'%'`,
    );
    const source = changed((url) => {
      url.username = user;
      url.password = 'readonly';
    });
    const again = ['migrate', '--source', source, '--table', calm, '--state', 'plain'];
    const said = await run([...again, '--existing', 'overwrite']);
    const grant = `GRANT LOCK TABLES, SELECT ON \`${database.name}\`.* TO '${user}'@'%';`;
    expect(said.exit, said.stderr).toBe(6);
    const { stdout } = await run([...again, '--existing', 'overwrite', '--restart', '--json']);
    const [snapshot] = JSON.parse(stdout).snapshots;
    expect(snapshot).toMatchObject({
      readers: 1,
      position: expect.stringMatching(/^gtid:/),
      readersReason: { hint: expect.stringContaining(grant) },
    });
    const status = await run(['status', calm, '--state', 'plain']);
    for (const text of [said.stdout, status.stdout]) {
      expect(text).toContain(`read over one connection: ${snapshot.readersReason.why}`);
      expect(text).toContain(grant);
    }
    await database.query(`DROP USER ${user}@'%'`);
  });

  it('ends with the same table after kill -9 and --resume', async () => {
    expect((await run(['table', 'create', '--table', killed])).exit).toBe(0);
    const slow = ['migrate', '--table', killed, '--state', 'killed', '--chunk-size', '100', '--json'];
    const limited = [...slow, '--source-concurrency', '2', '--max-write-units', '1500'];
    let mode: string[] = [];
    let last = { exit: null as number | null, stdout: '', stderr: '' };
    let kills = 0;
    for (; kills < 10; kills += 1) {
      last = await run([...limited, ...mode], signalWhileReading(150 + 300 * kills, 'SIGKILL'));
      if (last.exit !== null) break;
      mode = (await run(['status', killed, '--state', 'killed', '--json'])).exit === 0 ? ['--resume'] : [];
    }
    expect(last.exit, last.stderr).toBe(6);
    expect(kills).toBeGreaterThan(0);
    const report = JSON.parse(last.stdout);
    expect(report.totals).toMatchObject({ rows: 2050, written: 4049, rejects: 1 });
    expect(report.resumes).toBeGreaterThan(0);
    expect(await scanAll(dynamoUrl, killed)).toEqual(await scanAll(dynamoUrl, calm));
  });

  it('refuses a wrong password without showing it, an unknown database and a silent host', async () => {
    const wrong = changed((url) => {
      url.password = 'wr0ng-s3cret';
    });
    const denied = await run(['check', '--source', wrong]);
    expect([denied.exit, denied.stderr]).toEqual([4, expect.stringContaining('SOURCE_ACCESS_DENIED')]);
    expect(denied.stderr + denied.stdout).not.toContain('wr0ng-s3cret');
    const nowhere = changed((url) => {
      url.pathname = '/nowhere';
    });
    const missing = await run(['check', '--source', nowhere]);
    expect([missing.exit, missing.stderr]).toEqual([4, expect.stringContaining('SOURCE_DATABASE_MISSING')]);
    const closed = changed((url) => {
      url.port = '1';
    });
    const silent = await run(['check', '--source', closed]);
    expect([silent.exit, silent.stderr]).toEqual([4, expect.stringContaining('127.0.0.1:1')]);
  });

  it('names a source table that does not exist, with its place in the file', async () => {
    await writeFile(join(folder.path, 'no-table.yaml'), MAPPING.replace('from: orders', 'from: order'));
    const result = await run(['check', '--mapping', 'no-table.yaml']);
    expect(result.exit).toBe(3);
    expect(result.stdout).toMatch(/no-table\.yaml:9:11/);
  });

  it('a diff that is killed -9 among the rows goes on, and says what a calm one says', async () => {
    await writeFile(
      join(folder.path, 'slow.yaml'),
      MAPPING.replace('from: orders', 'from: orders\n    where: sleep(0.001) = 0'),
    );
    await database.query(
      "DELETE FROM orders WHERE id % 50 = 0; UPDATE orders SET status = 'PAID' WHERE id % 90 = 1",
    );
    const flags = ['diff', '--mapping', 'slow.yaml', '--table', calm, '--samples', '100', '--json'];
    const lasting = (stdout: string) => {
      const { durationMs, snapshots, consistent, ...report } = JSON.parse(stdout);
      return report;
    };
    const whole = await run(flags);
    expect(whole.exit, whole.stderr).toBe(6);
    const state = fileState(join(folder.path, 'diffs'));
    const dead = await run([...flags, '--state', 'diffs'], {
      onStart(child) {
        void (async () => {
          while (child.exitCode === null && child.signalCode === null) {
            const kept = (await state.read(`${calm}.diff`))?.record.kept as DiffCheckpoint | undefined;
            if (Object.values(kept?.open ?? {}).some(({ rows }) => rows > 0)) child.kill('SIGKILL');
            await delay(20);
          }
        })();
      },
    });
    expect([dead.exit, dead.stdout]).toEqual([null, '']);
    const over = await run([...flags, '--state', 'diffs', '--resume']);
    expect(over.exit, over.stderr).toBe(6);
    expect(lasting(over.stdout)).toEqual(lasting(whole.stdout));
    expect(lasting(over.stdout)).toMatchObject({ totals: { orphans: 79 } });
  });
});
