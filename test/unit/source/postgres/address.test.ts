import { chmodSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../../src/source/postgres/address.js';
import { parseSourceUrl } from '../../../../src/source/source-url.js';
import { silentLogger } from '../../../../src/support/log.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';

const parse = (url: string, environment: NodeJS.ProcessEnv = {}) =>
  parseAddress(parseSourceUrl(url), {
    applicationName: 'tablefold',
    credentials: null,
    environment: { PGPASSFILE: '/nowhere', ...environment },
    log: silentLogger,
  });
const passwordOf = (url: string, environment: NodeJS.ProcessEnv) =>
  parse(url, environment).passwords.current();

const EVERY_VARIABLE = {
  PGHOST: 'db.example',
  PGPORT: '5433',
  PGUSER: 'reader',
  PGDATABASE: 'shop',
  PGPASSWORD: 'from-environment',
};

describe('where to connect', () => {
  test('postgres:// alone takes all from the variables that libpq reads', async () => {
    const address = parse('postgres://', EVERY_VARIABLE);
    expect(address.config).toMatchObject({
      host: 'db.example',
      port: 5433,
      user: 'reader',
      database: 'shop',
    });
    expect(address.place).toBe('db.example:5433/shop');
    expect(await address.passwords.current()).toBe('from-environment');
    expect(address.secrets).toContain('from-environment');
  });

  test('a part of the URL wins over its variable, and a parameter over both', async () => {
    const address = parse('postgres://u:pw@h:1/d', EVERY_VARIABLE);
    expect(address.config).toMatchObject({ host: 'h', port: 1, user: 'u', database: 'd' });
    expect(await address.passwords.current()).toBe('pw');
    const named = parse('postgres://h/d?host=other&port=2&user=v&dbname=e', EVERY_VARIABLE);
    expect(named.config).toMatchObject({ host: 'other', port: 2, user: 'v', database: 'e' });
  });

  test('the defaults are those of libpq: the user of this machine, and a database of that name', () => {
    const { username } = userInfo();
    expect(parse('postgres://h').config).toMatchObject({ user: username, database: username, port: 5432 });
  });

  test.each([
    'postgres:///shop?host=/var/run/postgresql',
    'postgres://%2Fvar%2Frun%2Fpostgresql/shop',
    'postgres://u:pw@/shop?host=/var/run/postgresql&sslmode=verify-full',
  ])('a socket is a folder as the host, and never encrypted: %s', (url) => {
    const address = parse(url);
    expect(address).toMatchObject({ tls: null, server: '/var/run/postgresql:5432' });
    expect(address.config).toMatchObject({ host: '/var/run/postgresql', database: 'shop' });
  });

  test('an address of IPv6 has brackets only where people read it', () => {
    const address = parse('postgres://[::1]/d');
    expect([address.config.host, address.server]).toEqual(['::1', '[::1]:5432']);
  });
});

describe('the password file', () => {
  const LINES = String.raw`# comment
other:5432:*:u:other
h:5432:shop:u:first\:with\\all
*:*:*:u:second
localhost:5432:*:socket:of socket
`;

  test('its first line that fits gives the password, unescaped', async () => {
    await using folder = await temporaryFolder();
    const PGPASSFILE = join(folder.path, 'pgpass');
    writeFileSync(PGPASSFILE, LINES, { mode: 0o600 });
    expect(await passwordOf('postgres://u@h/shop', { PGPASSFILE })).toBe('first:with\\all');
    expect(await passwordOf('postgres://u@h:1/shop', { PGPASSFILE })).toBe('second');
    expect(await passwordOf('postgres://socket@/x?host=/run', { PGPASSFILE })).toBe('of socket');
    expect(await passwordOf('postgres://nobody@h/shop', { PGPASSFILE })).toBe('');
    expect(await passwordOf('postgres://u:own@h/shop', { PGPASSFILE })).toBe('own');
    expect(await passwordOf(`postgres://u@h/shop?passfile=${PGPASSFILE}`, {})).toBe('first:with\\all');
    expect(parse('postgres://u@h/shop', { PGPASSFILE }).secrets).toContain('first:with\\all');
  });

  test.skipIf(process.platform === 'win32')('is passed over while others may read it', async () => {
    await using folder = await temporaryFolder();
    const PGPASSFILE = join(folder.path, 'pgpass');
    writeFileSync(PGPASSFILE, LINES);
    chmodSync(PGPASSFILE, 0o640);
    expect(await passwordOf('postgres://u@h/shop', { PGPASSFILE })).toBe('');
  });
});

describe('sslmode means what it means to libpq', () => {
  const modeOf = (query: string, environment = {}) => {
    const { tls } = parse(`postgres://h/d${query}`, environment);
    return tls === null ? null : [tls.optional, tls.options.rejectUnauthorized];
  };
  test.each([
    ['', [true, false]],
    ['?sslmode=disable', null],
    ['?sslmode=prefer', [true, false]],
    ['?sslmode=require', [false, false]],
    ['?sslmode=no-verify', [false, false]],
    ['?ssl=true', [false, false]],
    ['?sslmode=verify-ca', [false, true]],
    ['?sslmode=verify-full', [false, true]],
  ])('"%s"', (query, meaning) => {
    expect(modeOf(query)).toEqual(meaning);
  });
  test('PGSSLMODE serves where the URL says nothing', () => {
    expect(modeOf('', { PGSSLMODE: 'require' })).toEqual([false, false]);
    expect(modeOf('?sslmode=disable', { PGSSLMODE: 'require' })).toBeNull();
  });
});

test.each([
  ['postgres://h/d?sslmod=require', 'an unknown parameter "sslmod"', 'Did you mean sslmode?'],
  ['postgres://h/d?pool_size=3', 'an unknown parameter "pool_size"', /^Known are host, port/],
  ['postgres://h/d?sslmode=require&sslmode=disable', 'the parameter sslmode twice', /Leave one/],
  ['postgres://h/d?sslmode=on', 'an unknown sslmode', /disable, prefer, require/],
  ['postgres://h/d?sslcert=/x', 'only one of sslcert and sslkey', /both files/],
  ['postgres://h/d?sslrootcert=/no.pem&sslmode=verify-full', 'a sslrootcert that cannot be read', /path/],
  ['postgres://h/d?channel_binding=require', 'a channel_binding that is not possible here', /Leave it out/],
  ['postgres://h/d?connect_timeout=soon', 'a connect_timeout that is no time', /seconds/],
  ['postgres://u:s3cr@a,b:5433/d', 'several hosts', /replica/],
])('%s is refused by the name of the parameter', (url, message, hint) => {
  expect(() => parse(url)).toThrow(
    expect.objectContaining({
      code: 'SOURCE_URL',
      message: expect.stringContaining(`the source URL has ${message}`),
      hint: expect.stringMatching(hint),
    }),
  );
});

test('secrets are known in every spelling', () => {
  expect(parse('postgres://u:p%40ss@h/d').secrets).toEqual(['p%40ss', 'p@ss', 'p@ss']);
  expect(parse('postgres://u@h/d?password=other').secrets).toContain('other');
});

test('statement_timeout and connect_timeout of the URL are ours to set', () => {
  const address = parse('postgres://h/d?statement_timeout=5s&connect_timeout=3');
  expect(address.statementTimeout).toBe('5s');
  expect(address.config.connectionTimeoutMillis).toBe(3000);
  expect(parse('postgres://h/d').statementTimeout).toBe('0');
});
