import { expect, test } from 'vitest';
import { parseAddress } from '../../../../src/source/mysql/address.js';

test('every part of the URL is read, and unescaped', () => {
  const url = 'mysql://u%40x:p%2Fw@db.example:3307/my%20shop?connect_timeout=3&statement_timeout=250';
  expect(parseAddress(url, 'app')).toMatchObject({
    server: 'db.example:3307',
    place: 'db.example:3307/my%20shop',
    secrets: ['p%2Fw', 'p/w'],
    statementTimeoutMs: 250,
    config: {
      host: 'db.example',
      port: 3307,
      user: 'u@x',
      password: 'p/w',
      database: 'my shop',
      connectTimeout: 3000,
      connectAttributes: { program_name: 'app' },
    },
  });
});

test('a host may be an address of IPv6, or a socket', () => {
  expect(parseAddress('mysql://u@[::1]/d', 'app')).toMatchObject({
    server: '[::1]:3306',
    config: { host: '::1', port: 3306 },
  });
  const socket = parseAddress('mariadb://u@localhost/d?socket=/run/mysqld/mysqld.sock', 'app');
  expect(socket.place).toBe('%2Frun%2Fmysqld%2Fmysqld.sock/d');
  expect(socket.config).toMatchObject({ socketPath: '/run/mysqld/mysqld.sock' });
});

test.each([
  ['', undefined],
  ['?ssl-mode=disabled', undefined],
  ['?ssl-mode=REQUIRED', { rejectUnauthorized: false }],
  ['?ssl-mode=VERIFY_CA', { rejectUnauthorized: true, verifyIdentity: false }],
  ['?ssl-mode=VERIFY_IDENTITY', { rejectUnauthorized: true, verifyIdentity: true }],
])('TLS as "%s" asks for it', (query, ssl) => {
  expect(parseAddress(`mysql://u@h/d${query}`, 'app').config.ssl).toEqual(ssl);
});
