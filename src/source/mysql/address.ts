import { existsSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import { userInfo } from 'node:os';
import type { ConnectionOptions, SslOptions } from 'mysql2';
import { type Credentials, fixedPassword, type Passwords } from '../passwords.js';
import { refusedUrl, refuseUnknown, SOURCE_URL_HINT, type SourceUrl, wholeNumber } from '../source-url.js';
import { prepareTls, type Tls, type TlsMode, tlsModeOf } from '../tls.js';

/** Where to connect, and what must never be shown. */
export interface Address {
  /** All but password and TLS; see `configOf`. */
  readonly config: ConnectionOptions;
  readonly passwords: Passwords;
  readonly tls: Tls | null;
  /** `db.example:3306`, or the path of a socket, for people. */
  readonly server: string;
  /** `db.example:3306/shop`, as it stands in a URL. */
  readonly place: string;
  /** What the URL and the environment hold, in every spelling in which a driver's message could repeat it. */
  readonly secrets: readonly string[];
  /** In milliseconds; 0 is none. */
  readonly statementTimeoutMs: number;
}

export interface AddressOptions {
  readonly applicationName: string;
  readonly credentials: Credentials | null;
  readonly environment: NodeJS.ProcessEnv;
}

const PORT = '3306';
const CONNECT_SECONDS = '15';
const KEEP_ALIVE_MS = 30_000;
/** Of Debian and Red Hat, and of servers that were built from source. */
const SOCKETS = ['/run/mysqld/mysqld.sock', '/var/lib/mysql/mysql.sock', '/tmp/mysql.sock'];

/** Ours, in libpq's words, and those of MySQL's own clients for the same. */
const PARAMETERS = {
  socket: [],
  connect_timeout: [],
  statement_timeout: [],
  sslmode: ['ssl-mode'],
  sslrootcert: ['ssl-ca'],
  sslcert: ['ssl-cert'],
  sslkey: ['ssl-key'],
  sslpassword: [],
} as const satisfies { readonly [name: string]: readonly string[] };

/** dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode */
const SSL_MODES: { readonly [mode: string]: TlsMode } = {
  DISABLED: 'disable',
  PREFERRED: 'prefer',
  REQUIRED: 'require',
  VERIFY_CA: 'verify-ca',
  VERIFY_IDENTITY: 'verify-full',
};

/**
 * Reads a `mysql://` or `mariadb://` URL. What stands in the URL wins over a secret, that over the variables
 * of MySQL's own clients and of its container images (MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_UNIX_PORT, MYSQL_PWD,
 * MYSQL_USER, MYSQL_DATABASE). Throws `SOURCE_URL`.
 */
export function parseAddress(url: SourceUrl, options: AddressOptions): Address {
  const { credentials, environment } = options;
  refuseUnknown(
    url,
    Object.entries(PARAMETERS).flatMap(([name, others]) => [name, ...others]),
  );
  const parameter = (name: keyof typeof PARAMETERS): string => {
    const [first, ...more] = [name, ...PARAMETERS[name]].flatMap((one) => url.parameters.get(one) ?? []);
    if (more.length > 0)
      throw refusedUrl(`${[name, ...PARAMETERS[name]].join(' and ')}`, 'They mean the same.');
    return first ?? '';
  };
  const named = url.host || credentials?.host || '';
  const socket = parameter('socket') || (named.startsWith('/') ? named : '');
  const host = socket === '' ? named || environment['MYSQL_HOST'] || '' : '';
  const socketPath =
    socket ||
    (host === '' ? environment['MYSQL_UNIX_PORT'] || SOCKETS.find((path) => existsSync(path)) : '') ||
    '';
  const place = socketPath === '' ? host || 'localhost' : '';
  const port = wholeNumber(url.port || credentials?.port || environment['MYSQL_TCP_PORT'] || PORT, 'port');
  const user = url.user || credentials?.user || environment['MYSQL_USER'] || userInfo().username;
  const database = url.database || credentials?.database || environment['MYSQL_DATABASE'] || '';
  if (database === '') throw refusedUrl('no database', SOURCE_URL_HINT);
  const tls = socketPath === '' ? tlsOf(parameter) : null;
  if (credentials?.needsTls && (tls === null || tls.optional)) {
    throw refusedUrl(
      'auth=iam without TLS',
      'The token would go over the network in the clear: add sslmode=verify-full&sslrootcert=FILE, or at least sslmode=require.',
    );
  }
  const password = credentials === null ? url.password || (environment['MYSQL_PWD'] ?? '') : '';
  const server = socketPath || `${place.includes(':') ? `[${place}]` : place}:${port}`;
  const connectTimeout = parameter('connect_timeout') || CONNECT_SECONDS;
  return {
    server,
    place: `${socketPath === '' ? server : encodeURIComponent(socketPath)}/${encodeURIComponent(database)}`,
    passwords: credentials?.passwordsFor({ host: place, port, user }) ?? fixedPassword(password),
    tls,
    secrets: [...url.secrets, password, parameter('sslpassword')].filter((secret) => secret !== ''),
    statementTimeoutMs: wholeNumber(parameter('statement_timeout') || '0', 'statement_timeout'),
    config: {
      ...(socketPath === '' ? { host: place, port } : { socketPath }),
      user,
      database,
      charset: 'utf8mb4',
      connectTimeout: wholeNumber(connectTimeout, 'connect_timeout') * 1000,
      enableKeepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
      connectAttributes: { program_name: options.applicationName },
      // RDS takes a token only so; it is refused without TLS.
      ...(credentials?.needsTls ? { enableCleartextPlugin: true } : {}),
      // A server must not ask this machine for its files.
      flags: ['-LOCAL_FILES'],
    },
  };
}

/** What the driver needs for one connection. */
export function configOf({ config, tls }: Address, password: string, encrypted: boolean): ConnectionOptions {
  if (tls === null || !encrypted) return { ...config, password };
  const { ca, cert, key, passphrase, checksAuthority, checksHost } = tls;
  const ssl: SslOptions = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    rejectUnauthorized: checksAuthority,
    verifyIdentity: checksHost,
  };
  const { host = '', port = Number(PORT) } = config;
  if (!checksHost || isIP(host) !== 4) return { ...config, password, ssl };
  // The driver names no address to TLS, which then compares the certificate with `localhost`. A dot at the end
  // makes a name of it, and `checkServerIdentity` takes that off again and compares addresses.
  const stream = () => connect({ host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  return { ...config, host: `${host}.`, password, ssl, stream };
}

function tlsOf(parameter: (name: keyof typeof PARAMETERS) => string): Tls | null {
  const word = parameter('sslmode') || 'prefer';
  const own = word.toUpperCase();
  const mode = Object.hasOwn(SSL_MODES, own) ? SSL_MODES[own] : undefined;
  return prepareTls({
    mode: mode ?? tlsModeOf(word, 'sslmode'),
    rootCertificate: parameter('sslrootcert'),
    certificate: parameter('sslcert'),
    key: parameter('sslkey'),
    keyPassword: parameter('sslpassword'),
  });
}
