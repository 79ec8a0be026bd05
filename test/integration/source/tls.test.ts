import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { tokenCredentials } from '../../../src/source/credentials/rds-token.js';
import { openSource } from '../../../src/source/open-source.js';
import type { MigrationError } from '../../../src/support/error.js';
import { never } from '../../contract/source/queries.js';
import { type Certificates, makeCertificates } from '../../support/certificates.js';
import { type Engine, follow, isEngine } from '../../support/engines/engine.js';
import { mariadbWithTls } from '../../support/engines/mariadb.js';
import { postgresWithTls } from '../../support/engines/postgres.js';
import { createMySqlDatabase } from '../../support/mariadb-database.js';
import { createDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.js';

// Not run where the machine has none of its own to start with certificates.
const plain = { postgres: requireEngine('postgres'), mysql: requireEngine('mariadb') };
const SECRET = `s3cr-${randomBytes(6).toString('hex')}`;

let certificates: Certificates;
let folder: TemporaryFolder;
const started: Engine[] = [];
const administrators = { postgres: '', mysql: '' };

beforeAll(async () => {
  certificates = makeCertificates();
  folder = await temporaryFolder();
  for (const [name, pem] of Object.entries(certificates))
    writeFileSync(join(folder.path, `${name}.pem`), pem);
  for (const recipe of [postgresWithTls(certificates), mariadbWithTls(certificates)]) {
    const found = await follow(recipe);
    if (!isEngine(found)) throw new Error(found.tried.join('; '));
    started.push(found);
    administrators[recipe.name === 'postgres' ? 'postgres' : 'mysql'] = found.url;
  }
  await using postgres = await createDatabase(administrators.postgres);
  await postgres.query(
    `CREATE ROLE reader LOGIN PASSWORD '${SECRET}'; CREATE ROLE certified LOGIN PASSWORD '${SECRET}'`,
  );
  await using mysql = await createMySqlDatabase(administrators.mysql);
  await mysql.query(`CREATE DATABASE shop; CREATE USER reader IDENTIFIED BY '${SECRET}' REQUIRE SSL;
    CREATE USER certified IDENTIFIED BY '${SECRET}' REQUIRE X509;
    GRANT SELECT ON shop.* TO reader; GRANT SELECT ON shop.* TO certified`);
});
afterAll(async () => {
  await Promise.all(started.map((engine) => engine.stop()));
  await folder?.[Symbol.asyncDispose]();
});

type Dialect = keyof typeof administrators;
const pem = (name: keyof Certificates) => join(folder.path, `${name}.pem`);

function urlOf(dialect: Dialect, query: string, user = 'reader', host = 'localhost'): string {
  const { port } = new URL(administrators[dialect]);
  const database = dialect === 'postgres' ? 'postgres' : 'shop';
  return `${dialect}://${user}:${SECRET}@${host}:${port}/${database}?${query}`;
}

async function opens(url: string): Promise<void> {
  await using source = await openSource(url);
  await source.discover(never);
}

async function failure(url: string): Promise<MigrationError> {
  const error: MigrationError = await opens(url).then(
    () => expect.fail('connected'),
    (thrown) => thrown,
  );
  expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(SECRET);
  return error;
}

/** Other certificates for the server of a dialect, without a restart. */
async function present(dialect: Dialect, name: 'server' | 'elsewhere' | 'expired'): Promise<void> {
  if (dialect === 'postgres') {
    await using database = await createDatabase(administrators.postgres);
    const loaded = () =>
      database.query<{ at: string; file: string }>(
        `SELECT pg_conf_load_time()::text AS at, current_setting('ssl_cert_file') AS file`,
      );
    const [before] = await loaded();
    writeFileSync(before?.file ?? '', certificates[name]);
    await database.query('SELECT pg_reload_conf()');
    await vi.waitFor(async () => expect(await loaded()).not.toEqual([before]), { timeout: 20_000 });
    return;
  }
  await using database = await createMySqlDatabase(administrators.mysql);
  const [row] = await database.query('SELECT @@ssl_cert');
  writeFileSync(String(row?.[0]), certificates[name]);
  await database.query('FLUSH SSL');
}

describe.each(['postgres', 'mysql'] as const)('a %s server with TLS', (dialect) => {
  beforeAll(() => present(dialect, 'server'));

  test.each(['', 'sslmode=prefer', 'sslmode=require'])(
    'is reached with "%s", no certificate checked',
    (query) => opens(urlOf(dialect, query)),
  );

  test.each(['verify-ca', 'verify-full'])(
    'is reached with %s and the file of its authority',
    async (mode) => {
      for (const host of ['localhost', '127.0.0.1']) {
        await opens(urlOf(dialect, `sslmode=${mode}&sslrootcert=${pem('authority')}`, 'reader', host));
      }
    },
  );

  test('without TLS is refused as the server says, with what to add', async () => {
    const error = await failure(urlOf(dialect, 'sslmode=disable'));
    expect(error.code).toMatch(/SOURCE_ACCESS_DENIED|SOURCE_CONNECT/);
    expect(error.hint).toContain('sslmode=require');
  });

  test.each([
    ['a foreign authority', () => `sslmode=verify-full&sslrootcert=${pem('foreignAuthority')}`],
    ['require with a foreign authority', () => `sslmode=require&sslrootcert=${pem('foreignAuthority')}`],
    ['no authority', () => 'sslmode=verify-full'],
    ['no authority, the host not asked for', () => 'sslmode=verify-ca'],
  ])('%s: the hint names sslrootcert', async (_, query) => {
    const error = await failure(urlOf(dialect, query()));
    expect(error).toMatchObject({
      code: 'SOURCE_CONNECT',
      hint: expect.stringContaining('sslrootcert=FILE'),
    });
  });

  test('a signed token is the password, over TLS only', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-31T09:30:00Z') });
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'signing');
    try {
      const port = Number(new URL(administrators[dialect]).port);
      const login = { host: 'localhost', port, user: `token_${dialect}` };
      const token = await tokenCredentials({ region: 'eu-west-1' }).passwordsFor(login).current();
      await using postgres = await createDatabase(administrators.postgres);
      await using mysql = await createMySqlDatabase(administrators.mysql);
      if (dialect === 'postgres') await postgres.query(`CREATE ROLE ${login.user} LOGIN PASSWORD '${token}'`);
      else
        await mysql.query(
          `CREATE USER ${login.user} IDENTIFIED BY '${token}'; GRANT SELECT ON shop.* TO ${login.user}`,
        );
      const own = urlOf(dialect, 'auth=iam&aws_region=eu-west-1', login.user).replace(`:${SECRET}`, '');
      await opens(`${own}&sslmode=verify-full&sslrootcert=${pem('authority')}`);
      expect(await failure(own)).toMatchObject({
        code: 'SOURCE_URL',
        hint: expect.stringContaining('sslmode='),
      });
      vi.setSystemTime(new Date('2026-01-31T09:46:00Z'));
      const refused = await failure(`${own}&sslmode=require`);
      expect(refused.code).toBe('SOURCE_ACCESS_DENIED');
      expect(inspect(refused, { depth: 9 })).not.toContain('X-Amz-Signature');
    } finally {
      vi.useRealTimers();
      vi.unstubAllEnvs();
    }
  });

  test('a client certificate is shown where the server wants one', async () => {
    const own = `sslcert=${pem('client')}&sslkey=${pem('clientKey')}`;
    await opens(urlOf(dialect, `sslmode=verify-full&sslrootcert=${pem('authority')}&${own}`, 'certified'));
    const error = await failure(urlOf(dialect, 'sslmode=require', 'certified'));
    expect(error.hint).toContain('sslcert');
  });

  test('a certificate of another host passes verify-ca and fails verify-full', async () => {
    await present(dialect, 'elsewhere');
    const authority = `sslrootcert=${pem('authority')}`;
    await opens(urlOf(dialect, `sslmode=verify-ca&${authority}`));
    for (const host of ['localhost', '127.0.0.1']) {
      const error = await failure(urlOf(dialect, `sslmode=verify-full&${authority}`, 'reader', host));
      expect(error).toMatchObject({
        code: 'SOURCE_CONNECT',
        hint: expect.stringContaining('as its certificate names it'),
      });
    }
  });

  test('an expired certificate is named as that', async () => {
    await present(dialect, 'expired');
    const error = await failure(urlOf(dialect, `sslmode=verify-ca&sslrootcert=${pem('authority')}`));
    expect(error).toMatchObject({ code: 'SOURCE_CONNECT', hint: expect.stringContaining('has expired') });
    await opens(urlOf(dialect, 'sslmode=require'));
  });
});

test.each([
  ['postgres', 'sslmode=require'],
  ['mysql', 'ssl-mode=REQUIRED'],
] as const)(
  'a %s server without TLS is refused where %s asks for it, and taken where nothing does',
  async (dialect, query) => {
    const error = await failure(`${plain[dialect]}?${query}`);
    expect(error).toMatchObject({
      code: 'SOURCE_CONNECT',
      hint: expect.stringContaining('The server has no TLS'),
    });
    await opens(plain[dialect]);
  },
);

test('a socket is a folder for Postgres and a file for MySQL', async () => {
  await using postgres = await createDatabase(administrators.postgres);
  const [row] = await postgres.query<{ file: string }>(`SELECT current_setting('ssl_key_file') AS file`);
  const { port } = new URL(administrators.postgres);
  await opens(
    `postgres://reader@/postgres?host=${dirname(row?.file ?? '')}&port=${port}&sslmode=verify-full`,
  );
  await using mysql = await createMySqlDatabase(
    administrators.mysql,
    `CREATE USER local_reader IDENTIFIED BY '${SECRET}'`,
  );
  await mysql.query(`GRANT SELECT ON shop.* TO local_reader`);
  const [socket] = await mysql.query('SELECT @@socket');
  await opens(`mysql://local_reader:${SECRET}@/shop?socket=${socket?.[0]}`);
});
