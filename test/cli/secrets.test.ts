import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliOptions } from '../support/cli.js';
import { createMySqlDatabase } from '../support/mariadb-database.js';
import { requireEngine } from '../support/require-resource.js';
import { MYSQL_ORDERS, openShop, type Shop, shopOf } from './fixture.js';

const dynamoUrl = requireEngine('dynamodb');

const PASSWORD = 'Gr@ss#hopper/42';

/** A user who may do no more than read the tables. */
const ENGINES = {
  async postgres() {
    const shop = await openShop(requireEngine('postgres'), dynamoUrl, { rows: 200 });
    const role = `keeper_${shop.table.replaceAll(/\W/g, '_').toLowerCase()}`;
    await shop.database.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}';
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`);
    return { shop, role, forget: `DROP OWNED BY ${role}; DROP ROLE ${role}` };
  },
  async mariadb() {
    const database = await createMySqlDatabase(requireEngine('mariadb'), MYSQL_ORDERS(200));
    const shop = await shopOf(database, dynamoUrl);
    const role = `keeper_${database.name.slice(-8)}`;
    await database.query(`CREATE USER ${role}@'%' IDENTIFIED BY '${PASSWORD}';
      GRANT SELECT ON ${database.name}.* TO ${role}@'%'`);
    return { shop, role, forget: `DROP USER ${role}@'%'` };
  },
};

/** What a shell, a log shipper and `ps` can see of a run. */
describe.each(['postgres', 'mariadb'] as const)('the password of a plain user of %s', (name) => {
  let shop: Shop<{ readonly url: string; query(sql: string): Promise<unknown> }>;
  let role: string;
  let forget: string;
  /** What the process table said of each process that ran. */
  const processTable: string[] = [];
  const watch: CliOptions['onStart'] = (child) =>
    void (async () => {
      for (const after of [300, 700]) {
        await delay(after);
        for (const file of ['cmdline', 'comm', 'status'])
          processTable.push(await readFile(`/proc/${child.pid}/${file}`, 'utf8').catch(() => ''));
      }
    })();

  beforeAll(async () => {
    ({ shop, role, forget } = await ENGINES[name]());
  });
  afterAll(async () => {
    await shop.database.query(forget);
    await shop[Symbol.asyncDispose]();
  });

  it('is in no output, log, error, checkpoint or process title, whatever the command and however it ends', async () => {
    const url = new URL(shop.database.url);
    url.username = role;
    url.password = PASSWORD;
    const env = { SOURCE_URL: url.href };
    const closed = new URL(url);
    closed.port = '1';
    const runs: (readonly [exit: number, args: readonly string[], env?: Readonly<Record<string, string>>])[] =
      [
        [0, ['check', '--json']],
        [0, ['check', '--source', url.href, '--log-level', 'debug']],
        [0, ['plan', '--json']],
        [0, ['show', '--entity', 'Order', '--where-key', 'id=1', '--json']],
        [4, ['check', '--json'], { SOURCE_URL: closed.href }],
        [4, ['plan'], { SOURCE_URL: closed.href, DEBUG: '*' }],
        [2, ['check', '--no-such-flag', url.href]],
        [4, ['check', '--source', `${url.href}?sslmod=off`, '--json']],
      ];
    const seen: string[] = [];
    for (const [exit, args, more] of runs) {
      const result = await shop.read(args, { env: { ...env, ...more }, onStart: watch });
      expect(result.exit, `${args.join(' ')}\n${result.stderr}`).toBe(exit);
      seen.push(result.stdout, result.stderr);
    }
    expect((await shop.run(['table create'])).exit).toBe(0);
    const migrated = await shop.run(['migrate', '--json', '--log-level', 'debug'], { env, onStart: watch });
    expect(migrated.exit, migrated.stderr).toBe(0);
    seen.push(migrated.stdout, migrated.stderr);
    const status = await shop.read(['status', '--json'], { env, onStart: watch });
    seen.push(status.stdout, status.stderr);

    const files = await readdir(shop.state, { recursive: true, withFileTypes: true });
    const kept = files.filter((entry) => entry.isFile());
    expect(kept.length).toBeGreaterThan(0);
    for (const { parentPath, name } of kept) seen.push(name, await readFile(join(parentPath, name), 'utf8'));

    // The command line of a process is the operating system's to show: the flag's own URL is the user's doing there.
    const titles = processTable.filter(
      (text) => !text.includes('--source\0') && !text.includes('--no-such-flag'),
    );
    expect(titles.join('').length).toBeGreaterThan(0);
    for (const spelling of [PASSWORD, encodeURIComponent(PASSWORD), url.password]) {
      for (const text of [...seen, ...titles]) expect(text).not.toContain(spelling);
    }
  });
});
