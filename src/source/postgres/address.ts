import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { checkServerIdentity } from 'node:tls';
import type { ClientConfig } from 'pg';
import type { Logger } from '../../support/log.js';
import { type Credentials, fixedPassword, type Passwords } from '../passwords.js';
import { refusedUrl, refuseUnknown, type SourceUrl, wholeNumber } from '../source-url.js';
import { prepareTls, type Tls, tlsModeOf } from '../tls.js';
import { defaultPasswordFile, passwordFromFile } from './password-file.js';

/** Where to connect, and what must never be shown. */
export interface Address {
  readonly config: ClientConfig;
  readonly passwords: Passwords;
  /** For `ssl` of the driver; null is no TLS. */
  readonly tls: { readonly optional: boolean; readonly options: ConnectionOptions } | null;
  /** `db.example:5432`, for people. */
  readonly server: string;
  /** `db.example:5432/shop`, as it stands in a URL. */
  readonly place: string;
  /** What the URL and the environment hold, in every spelling in which a driver's message could repeat it. */
  readonly secrets: readonly string[];
  /** Milliseconds, or with a unit; `0` is none. */
  readonly statementTimeout: string;
}

export interface AddressOptions {
  readonly applicationName: string;
  readonly credentials: Credentials | null;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Logger;
}

const PORT = '5432';
const CONNECT_SECONDS = '15';
const KEEP_ALIVE_MS = 30_000;
/** Where Debian's and Red Hat's servers, and those that were built from source, listen. */
const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'];

/** libpq's names (postgresql.org/docs/current/libpq-connect.html), and its variables where there is one. */
const PARAMETERS = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  dbname: 'PGDATABASE',
  passfile: 'PGPASSFILE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: null,
  ssl: null,
  sslnegotiation: 'PGSSLNEGOTIATION',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  application_name: 'PGAPPNAME',
  options: 'PGOPTIONS',
  statement_timeout: null,
} as const;
type Parameter = keyof typeof PARAMETERS;

/** Parameters of libpq and of `pg` for what is so here in any case. */
const ALREADY_SO: { readonly [name: string]: readonly string[] } = {
  client_encoding: ['utf8', 'UTF8', 'utf-8', 'UTF-8'],
  gssencmode: ['disable', 'prefer'],
  channel_binding: ['disable', 'prefer'],
  target_session_attrs: ['any'],
  uselibpqcompat: ['true'],
};

/** Types as text: `pg`'s own parsers would put numbers and dates through JavaScript's. */
const RAW_TEXT = { getTypeParser: () => (value: string) => value } as unknown as NonNullable<
  ClientConfig['types']
>;

/**
 * Reads a URL as libpq does: what stands in the URL wins over a secret, that over the environment, that over
 * the defaults. `postgres://` alone is legal. Throws `SOURCE_URL`.
 */
export function parseAddress(url: SourceUrl, options: AddressOptions): Address {
  const { credentials, environment, log } = options;
  refuseUnknown(url, [...Object.keys(PARAMETERS), ...Object.keys(ALREADY_SO)]);
  for (const [name, values] of Object.entries(ALREADY_SO)) {
    const value = url.parameters.get(name);
    if (value !== undefined && !values.includes(value)) {
      throw refusedUrl(`a ${name} that is not possible here`, `Leave it out; possible is ${values[0]}.`);
    }
  }
  const given = (name: Parameter, ofUrl = '', ofCredentials?: string): string => {
    const variable = PARAMETERS[name];
    const ofEnvironment = variable === null ? undefined : environment[variable];
    return url.parameters.get(name) || ofUrl || ofCredentials || ofEnvironment || '';
  };
  const port = wholeNumber(given('port', url.port, credentials?.port) || PORT, 'port');
  const host = given('host', url.host, credentials?.host) || defaultHost(port);
  const user = given('user', url.user, credentials?.user) || userInfo().username;
  const database = given('dbname', url.database, credentials?.database) || user;
  const own = url.parameters.get('password') || url.password || environment['PGPASSWORD'] || null;
  const filed = () => {
    const path = given('passfile') || defaultPasswordFile(environment);
    return passwordFromFile(path, { host, port, database, user }, log);
  };
  const password = credentials === null ? (own ?? filed() ?? '') : '';
  const sslpassword = given('sslpassword');
  const server = host.startsWith('/') ? `${host}:${port}` : `${bracketed(host)}:${port}`;
  const shown = host.startsWith('/') ? `${encodeURIComponent(host)}:${port}` : server;
  const tls = tlsOf(given, host);
  if (credentials?.needsTls && (tls === null || tls.optional)) {
    throw refusedUrl(
      'auth=iam without TLS',
      'The token would go over the network in the clear: add sslmode=verify-full&sslrootcert=FILE, or at least sslmode=require.',
    );
  }
  return {
    passwords: credentials?.passwordsFor({ host, port, user }) ?? fixedPassword(password),
    tls: tls === null ? null : { optional: tls.optional, options: optionsOf(tls, host) },
    server,
    place: `${shown}/${encodeURIComponent(database)}`,
    secrets: [...url.secrets, password, sslpassword].filter((secret) => secret !== ''),
    statementTimeout: given('statement_timeout') || '0',
    config: {
      host,
      port,
      user,
      database,
      ssl: false,
      application_name: given('application_name') || options.applicationName,
      connectionTimeoutMillis: secondsOf(given('connect_timeout') || CONNECT_SECONDS) * 1000,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      types: RAW_TEXT,
      ...(given('options') === '' ? {} : { options: given('options') }),
      ...negotiationOf(given('sslnegotiation'), tls),
    },
  };
}

function tlsOf(given: (name: Parameter) => string, host: string): Tls | null {
  // JDBC's word; libpq takes it too.
  const mode = given('sslmode') || (given('ssl') === 'true' ? 'require' : 'prefer');
  const known = tlsModeOf(mode, 'sslmode');
  if (host.startsWith('/')) return null; // libpq neither encrypts a socket, whatever the mode is
  const ownFile = join(homedir(), '.postgresql', 'root.crt');
  return prepareTls({
    mode: known,
    rootCertificate:
      given('sslrootcert') || (known.startsWith('verify') && existsSync(ownFile) ? ownFile : ''),
    certificate: given('sslcert'),
    key: given('sslkey'),
    keyPassword: given('sslpassword'),
  });
}

function optionsOf(
  { ca, cert, key, passphrase, checksAuthority, checksHost }: Tls,
  host: string,
): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert, key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    rejectUnauthorized: checksAuthority,
    checkServerIdentity: (_, certificate) =>
      checksHost ? checkServerIdentity(host, certificate) : undefined,
  };
}

function negotiationOf(word: string, tls: Tls | null): { readonly sslnegotiation?: 'postgres' | 'direct' } {
  if (word === '' || word === 'postgres') return {};
  if (word !== 'direct') throw refusedUrl('an unknown sslnegotiation', 'Known are postgres and direct.');
  if (tls === null || tls.optional) {
    throw refusedUrl('sslnegotiation=direct without TLS', 'Add sslmode=require or better.');
  }
  return { sslnegotiation: 'direct' };
}

/** libpq begins with the socket of this machine. */
function defaultHost(port: number): string {
  return SOCKET_FOLDERS.find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost';
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0 && seconds < 1e6))
    throw refusedUrl('a connect_timeout that is no time', 'Write seconds.');
  return seconds;
}
