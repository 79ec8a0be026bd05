import type { ClientConfig } from 'pg';
import { sourceError } from '../errors.js';

/** Where to connect, and what must never be shown. */
export interface Address {
  readonly config: ClientConfig;
  /** Passwords in every spelling in which a driver's message could repeat them. */
  readonly secrets: readonly string[];
  /** From the URL's `statement_timeout` (milliseconds, or with a unit); `0` is none. */
  readonly statementTimeout: string;
}

const CONNECT_SECONDS = 15;
const KEEP_ALIVE_MS = 30_000;
const HINT =
  'Write postgres://user:password@host:5432/database, with %XX for any of : / ? # [ ] @ in a part.';

/** Types as text: `pg`'s own parsers would put numbers and dates through JavaScript's. */
const RAW_TEXT = { getTypeParser: () => (value: string) => value } as unknown as NonNullable<
  ClientConfig['types']
>;

/**
 * Reads a `postgres://` URL as `pg` does (`pg-connection-string`), with libpq's meaning of `sslmode`:
 * `require` encrypts, `verify-ca` and `verify-full` check the certificate. Throws `SOURCE_URL`, which
 * never repeats the URL.
 */
export function parseAddress(url: string, applicationName: string): Address {
  const parsed = parseUrl(url);
  const { searchParams } = parsed;
  const secrets = [
    parsed.password,
    decodeURIComponent(parsed.password),
    searchParams.get('password') ?? '',
    searchParams.get('sslpassword') ?? '',
    process.env['PGPASSWORD'] ?? '',
  ].filter((secret) => secret !== '');
  const statementTimeout = searchParams.get('statement_timeout') ?? '0';
  searchParams.delete('statement_timeout');
  if (['prefer', 'require', 'verify-ca'].includes(searchParams.get('sslmode') ?? '')) {
    searchParams.set('uselibpqcompat', 'true');
  }
  const seconds = Number(searchParams.get('connect_timeout') ?? CONNECT_SECONDS);
  return {
    secrets,
    statementTimeout,
    config: {
      connectionString: parsed.href,
      application_name: applicationName,
      connectionTimeoutMillis: (Number.isFinite(seconds) ? seconds : CONNECT_SECONDS) * 1000,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      types: RAW_TEXT,
    },
  };
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  // An unescaped `/`, `?` or `#` in a password ends the URL's authority early: its rest, up to the `@`
  // before the host, would be taken for a database name and shown.
  if (parsed === null || parsed.hash !== '' || `${parsed.pathname}${parsed.search}`.includes('@')) {
    throw sourceError('SOURCE_URL', 'the source is not a valid postgres:// URL', { hint: HINT });
  }
  try {
    for (const part of [parsed.username, parsed.password, parsed.pathname]) decodeURIComponent(part);
  } catch {
    throw sourceError('SOURCE_URL', 'the source URL has a % that is no %XX', { hint: HINT });
  }
  return parsed;
}
