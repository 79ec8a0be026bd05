import { type Logger, silentLogger } from '../support/log.js';
import type { AdapterOptions } from './adapter-options.js';
import { sourceError } from './errors.js';
import type { TableExport, TableSourceOptions } from './item-decoder.js';
import { type CredentialOptions, openCredentials } from './open-credentials.js';
import type { Row, Source } from './source.js';
import type { SourceSchema } from './source-schema.js';
import { parseSourceUrl, SOURCE_URL_HINT, type SourceUrl } from './source-url.js';

export interface OpenSourceOptions extends CredentialOptions {
  readonly log?: Logger;
  /** How the sessions call themselves in the server's activity views. Default `tablefold`. */
  readonly applicationName?: string;
  /** Milliseconds that a statement may take; default what the URL says, which is no limit where it says nothing. */
  readonly statementTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal;
}

type Open = (url: SourceUrl, options: AdapterOptions) => Promise<Source>;

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
 * Connects to the database that `url` names; docs/connecting.md has every part and parameter. The URL is never
 * repeated in a message: it may hold a password, and a mistyped one may hold it anywhere.
 *
 * Throws `SOURCE_URL`, `SOURCE_CREDENTIALS`, `SOURCE_CONNECT`, `SOURCE_ACCESS_DENIED`, `SOURCE_DATABASE_MISSING`.
 */
export async function openSource(url: string, options: OpenSourceOptions = {}): Promise<Source> {
  const parsed = parseSourceUrl(url);
  const open = Object.hasOwn(ADAPTERS, parsed.scheme) ? ADAPTERS[parsed.scheme] : undefined;
  if (open === undefined) {
    throw sourceError('SOURCE_URL', `there is no source for ${parsed.scheme}:// URLs`, {
      hint: SOURCE_URL_HINT,
    });
  }
  const { address, credentials } = await openCredentials(parsed, options);
  return open(address, {
    log: options.log ?? silentLogger,
    statementTimeoutMs: options.statementTimeoutMs ?? null,
    applicationName: options.applicationName ?? 'tablefold',
    credentials,
    signal: options.signal ?? new AbortController().signal,
  });
}

/** Rows in memory as a source, by the label of their table, cells in the order of its columns: for examples of a mapping. */
export async function openRows(
  schema: SourceSchema,
  tables: { readonly [label: string]: readonly Row[] },
): Promise<Source> {
  return (await import('./memory/source.js')).memorySource({ schema, tables });
}

/** A table of items as a source of the rows that they were made of (source/dynamodb). */
export async function openTable(options: TableSourceOptions): Promise<Source> {
  return (await import('./dynamodb/source.js')).tableSource(options);
}

/** The items of a table that was exported to S3, from a folder: for `openTable`. Throws `SOURCE_QUERY`. */
export async function openTableExport(folder: string): Promise<TableExport> {
  return (await import('./dynamodb/export-scanner.js')).openExport(folder);
}
