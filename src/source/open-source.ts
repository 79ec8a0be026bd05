import { type Logger, silentLogger } from '../support/log.js';
import type { AdapterOptions } from './adapter-options.js';
import { sourceError } from './errors.js';
import type { Source } from './source.js';

export interface OpenSourceOptions {
  readonly log?: Logger;
  /** How the sessions call themselves in the server's activity views. Default `tablefold`. */
  readonly applicationName?: string;
  readonly signal?: AbortSignal;
}

type Open = (url: string, options: AdapterOptions) => Promise<Source>;

const openPostgres: Open = async (url, options) =>
  (await import('./postgres/source.js')).openPostgresSource(url, options);

const openMySql: Open = async (url, options) =>
  (await import('./mysql/source.js')).openMySqlSource(url, options);

/** The one list of sources that have a URL. Imported on demand: a run loads one driver. */
const ADAPTERS: { readonly [scheme: string]: Open } = {
  postgres: openPostgres,
  postgresql: openPostgres,
  mysql: openMySql,
  mariadb: openMySql,
};

/**
 * Connects to the database that `url` names. The URL is never repeated in a message: it may hold a
 * password, and a mistyped one may hold it anywhere.
 *
 * Throws `SOURCE_URL`, `SOURCE_CONNECT`, `SOURCE_ACCESS_DENIED`, `SOURCE_DATABASE_MISSING`.
 */
export async function openSource(url: string, options: OpenSourceOptions = {}): Promise<Source> {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  const supported =
    'Sources are postgres://user:password@host:5432/database (postgresql:// is the same) and ' +
    'mysql://user:password@host:3306/database (mariadb:// is the same).';
  if (scheme === undefined) {
    throw sourceError('SOURCE_URL', 'the source is not a URL', { hint: supported });
  }
  const open = Object.hasOwn(ADAPTERS, scheme) ? ADAPTERS[scheme] : undefined;
  if (open === undefined) {
    throw sourceError('SOURCE_URL', `there is no source for ${scheme}:// URLs`, { hint: supported });
  }
  return open(url, {
    log: options.log ?? silentLogger,
    applicationName: options.applicationName ?? 'tablefold',
    signal: options.signal ?? new AbortController().signal,
  });
}
