import { readFileSync } from 'node:fs';
import type { ConnectionOptions, SslOptions } from 'mysql2';
import { messageOf } from '../../support/error.js';
import { sourceError } from '../errors.js';

/** Where to connect, and what must never be shown. */
export interface Address {
  readonly config: ConnectionOptions;
  /** `db.example:3306`, or the path of a socket, for people. */
  readonly server: string;
  /** `db.example:3306/shop`, as it stands in a URL. */
  readonly place: string;
  /** Passwords in every spelling in which a driver's message could repeat them. */
  readonly secrets: readonly string[];
  /** From the URL's `statement_timeout`, in milliseconds; 0 is none. */
  readonly statementTimeoutMs: number;
}

const PORT = 3306;
const CONNECT_SECONDS = 15;
const KEEP_ALIVE_MS = 30_000;
const HINT = 'Write mysql://user:password@host:3306/database, with %XX for any of : / ? # [ ] @ in a part.';

const PARAMETERS = ['connect_timeout', 'statement_timeout', 'socket', 'ssl-mode', 'ssl-ca'];

/** The modes of MySQL's own clients (dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode). */
const SSL_MODES: { readonly [mode: string]: SslOptions | null } = {
  DISABLED: null,
  REQUIRED: { rejectUnauthorized: false },
  VERIFY_CA: { rejectUnauthorized: true, verifyIdentity: false },
  VERIFY_IDENTITY: { rejectUnauthorized: true, verifyIdentity: true },
};

/**
 * Reads a `mysql://` or `mariadb://` URL; without a password in it `MYSQL_PWD` is taken. Throws `SOURCE_URL`,
 * which never repeats the URL.
 */
export function parseAddress(url: string, applicationName: string): Address {
  const parsed = parseUrl(url);
  const { searchParams } = parsed;
  const unknown = [...searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    throw refused(`an unknown parameter "${unknown}"`, `Known are ${PARAMETERS.join(', ')}.`);
  }
  const host = decodeURIComponent(parsed.hostname).replace(/^\[(.*)\]$/, '$1');
  const port = Number(parsed.port === '' ? PORT : parsed.port);
  const socketPath = searchParams.get('socket');
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (database === '') throw refused('no database', HINT);
  const password = decodeURIComponent(parsed.password) || (process.env['MYSQL_PWD'] ?? '');
  const ssl = sslOf(searchParams);
  const server = socketPath ?? `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const shown = socketPath === null ? server : encodeURIComponent(socketPath);
  return {
    server,
    place: `${shown}/${encodeURIComponent(database)}`,
    secrets: [parsed.password, password].filter((secret) => secret !== ''),
    statementTimeoutMs: wholeNumber(searchParams, 'statement_timeout', 0),
    config: {
      ...(socketPath === null ? { host, port } : { socketPath }),
      ...(ssl === null ? {} : { ssl }),
      user: decodeURIComponent(parsed.username),
      password,
      database,
      charset: 'utf8mb4',
      connectTimeout: wholeNumber(searchParams, 'connect_timeout', CONNECT_SECONDS) * 1000,
      enableKeepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      connectAttributes: { program_name: applicationName },
      // A server must not ask this machine for its files.
      flags: ['-LOCAL_FILES'],
    },
  };
}

function sslOf(parameters: URLSearchParams): SslOptions | null {
  const mode = (parameters.get('ssl-mode') ?? 'DISABLED').toUpperCase();
  const ssl = Object.hasOwn(SSL_MODES, mode) ? SSL_MODES[mode] : undefined;
  if (ssl === undefined) {
    throw refused('an ssl-mode that is unknown', `Known are ${Object.keys(SSL_MODES).join(', ')}.`);
  }
  const file = parameters.get('ssl-ca');
  if (file === null) return ssl;
  if (ssl === null || ssl.rejectUnauthorized === false) {
    throw refused('an ssl-ca that nothing checks', 'Add ssl-mode=VERIFY_IDENTITY.');
  }
  try {
    return { ...ssl, ca: readFileSync(file) };
  } catch (error) {
    throw refused(`an ssl-ca that cannot be read: ${messageOf(error)}`, 'Check the path behind ssl-ca.');
  }
}

function wholeNumber(parameters: URLSearchParams, name: string, fallback: number): number {
  const text = parameters.get(name) ?? String(fallback);
  if (!/^\d{1,9}$/.test(text)) throw refused(`a ${name} that is no whole number`, 'Write digits only.');
  return Number(text);
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  // An unescaped `/`, `?` or `#` in a password ends the URL's authority early: its rest, up to the `@`
  // before the host, would be taken for a database name and shown.
  if (parsed === null || parsed.hash !== '' || `${parsed.pathname}${parsed.search}`.includes('@')) {
    throw sourceError('SOURCE_URL', 'the source is not a valid mysql:// URL', { hint: HINT });
  }
  try {
    for (const part of [parsed.username, parsed.password, parsed.pathname]) decodeURIComponent(part);
  } catch {
    throw sourceError('SOURCE_URL', 'the source URL has a % that is no %XX', { hint: HINT });
  }
  return parsed;
}

function refused(what: string, hint: string) {
  return sourceError('SOURCE_URL', `the source URL has ${what}`, { hint });
}
