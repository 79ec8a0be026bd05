import { describe, expect, test } from 'vitest';
import { configOf, parseAddress } from '../../../../src/source/mysql/address.js';
import { parseSourceUrl } from '../../../../src/source/source-url.js';

const parse = (url: string, environment: NodeJS.ProcessEnv = {}) =>
  parseAddress(parseSourceUrl(url), { applicationName: 'app', credentials: null, environment });

test('every part of the URL is read, and unescaped', async () => {
  const url = 'mysql://u%40x:p%2Fw@db.example:3307/my%20shop?connect_timeout=3&statement_timeout=250';
  const address = parse(url);
  expect(address).toMatchObject({
    server: 'db.example:3307',
    place: 'db.example:3307/my%20shop',
    secrets: ['p%2Fw', 'p/w', 'p/w'],
    statementTimeoutMs: 250,
    config: {
      host: 'db.example',
      port: 3307,
      user: 'u@x',
      database: 'my shop',
      connectTimeout: 3000,
      connectAttributes: { program_name: 'app' },
    },
  });
  expect(await address.passwords.current()).toBe('p/w');
});

test('what the URL leaves out comes from the variables of MySQL', async () => {
  const environment = {
    MYSQL_HOST: 'db.example',
    MYSQL_TCP_PORT: '3307',
    MYSQL_USER: 'reader',
    MYSQL_PWD: 'pw',
    MYSQL_DATABASE: 'shop',
  };
  const address = parse('mysql://', environment);
  expect(address.config).toMatchObject({ host: 'db.example', port: 3307, user: 'reader', database: 'shop' });
  expect(await address.passwords.current()).toBe('pw');
  expect(parse('mysql://v@h:1/d', environment).config).toMatchObject({
    host: 'h',
    port: 1,
    user: 'v',
    database: 'd',
  });
  expect(parse('mysql:///d', { MYSQL_UNIX_PORT: '/x.sock' }).config).toMatchObject({ socketPath: '/x.sock' });
  expect(() => parse('mysql://h')).toThrow('no database');
});

test('a host may be an address of IPv6, or a socket', () => {
  expect(parse('mysql://u@[::1]/d')).toMatchObject({
    server: '[::1]:3306',
    config: { host: '::1', port: 3306 },
  });
  for (const url of [
    'mariadb://u@localhost/d?socket=/run/mysqld/mysqld.sock',
    'mysql://u:p@/d?socket=/run/mysqld/mysqld.sock&sslmode=require',
    'mysql:///d?socket=/run/mysqld/mysqld.sock',
  ]) {
    const socket = parse(url);
    expect(socket.place).toBe('%2Frun%2Fmysqld%2Fmysqld.sock/d');
    expect(socket).toMatchObject({ tls: null, config: { socketPath: '/run/mysqld/mysqld.sock' } });
    expect(socket.config.host).toBeUndefined();
  }
});

describe('TLS', () => {
  test.each([
    ['', { rejectUnauthorized: false, verifyIdentity: false }],
    ['?ssl-mode=disabled', undefined],
    ['?sslmode=disable', undefined],
    ['?ssl-mode=PREFERRED', { rejectUnauthorized: false, verifyIdentity: false }],
    ['?ssl-mode=REQUIRED', { rejectUnauthorized: false, verifyIdentity: false }],
    ['?sslmode=require', { rejectUnauthorized: false, verifyIdentity: false }],
    ['?ssl-mode=VERIFY_CA', { rejectUnauthorized: true, verifyIdentity: false }],
    ['?ssl-mode=VERIFY_IDENTITY', { rejectUnauthorized: true, verifyIdentity: true }],
    ['?sslmode=verify-full', { rejectUnauthorized: true, verifyIdentity: true }],
  ])('as "%s" asks for it', (query, ssl) => {
    expect(configOf(parse(`mysql://u@h/d${query}`), 'pw', true).ssl).toEqual(ssl);
  });

  test.each([
    ['ssl-mode=ON', 'an unknown sslmode'],
    ['ssl-mode=REQUIRED&sslmode=require', 'sslmode and ssl-mode'],
    ['tls=1', 'an unknown parameter "tls"'],
    ['ssl-ca=/no.pem&ssl-mode=VERIFY_CA', 'a sslrootcert that cannot be read'],
  ])('?%s is refused by name', (query, message) => {
    expect(() => parse(`mysql://u@h/d?${query}`)).toThrow(message);
  });
});
