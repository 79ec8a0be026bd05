import type { MigrationError } from '../../support/error.js';
import { messageOf } from '../../support/error.js';
import { RUN_AGAIN, type SourceErrorCode, sourceError } from '../errors.js';
import { tlsHint } from '../tls.js';

/** What the server said, as the driver throws it. */
export interface ServerError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly sqlState: string;
}

interface Known {
  readonly code: SourceErrorCode;
  readonly hint: string;
}

const DENIED: Known = {
  code: 'SOURCE_ACCESS_DENIED',
  hint: 'Check user and password, and from which hosts the user may connect; one who must use TLS needs sslmode=require, with REQUIRE X509 sslcert and sslkey too.',
};
const NO_RIGHT: Known = {
  code: 'SOURCE_ACCESS_DENIED',
  hint: 'Grant the user SELECT on the database; views need it for their definer.',
};
const FULL: Known = {
  code: 'SOURCE_BUSY',
  hint: 'The server has no connection left: lower --source-concurrency.',
};
const LOST: Known = {
  code: 'SOURCE_LOST',
  hint: `Check the server and the network, then ${RUN_AGAIN}.`,
};
const TIMEOUT: Known = { code: 'SOURCE_QUERY', hint: 'Raise statement_timeout, or lower --chunk-size.' };

/**
 * Numbers of errors that are not just a failed query: mariadb.com/kb/en/mariadb-error-codes and
 * dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html, which differ from 1900 on.
 */
const KNOWN: { readonly [errno: number]: Known } = {
  1040: FULL,
  1203: FULL,
  1226: FULL,
  1044: NO_RIGHT,
  1142: NO_RIGHT,
  1143: NO_RIGHT,
  1045: DENIED,
  1698: DENIED,
  1130: DENIED,
  1049: {
    code: 'SOURCE_DATABASE_MISSING',
    hint: 'Check the database name at the end of the source URL.',
  },
  1053: LOST,
  1077: LOST,
  1152: LOST,
  1158: LOST,
  1159: LOST,
  1160: LOST,
  1161: LOST,
  1927: LOST,
  4031: LOST,
  1213: { code: 'SOURCE_BUSY', hint: 'The server broke a deadlock: try again.' },
  1205: { code: 'SOURCE_BUSY', hint: 'Another session holds a lock on the table: try again later.' },
  1412: {
    code: 'SOURCE_SNAPSHOT',
    hint: `A table was altered since the snapshot was taken; for a new one ${RUN_AGAIN}.`,
  },
  1969: TIMEOUT,
  3024: TIMEOUT,
  3159: {
    code: 'SOURCE_CONNECT',
    hint: 'The server wants TLS: add sslmode=verify-full, or at least sslmode=require, to the URL.',
  },
};

const CONNECT_HINT = 'Check host and port, that the server runs, and that its firewall lets this machine in.';

export interface ErrorContext {
  /** `db.example:3306`, for people. */
  readonly address: string;
  readonly secrets: readonly string[];
  /** The session stands: what fails now is a query, or the connection was lost. */
  readonly connected: boolean;
}

/** What the server said, also behind a translated error; null for a session or a network that ended. */
export function complaintOf(error: unknown): ServerError | null {
  if (isServerError(error)) return KNOWN[error.errno]?.code === 'SOURCE_LOST' ? null : error;
  return error instanceof Error && error.cause !== undefined ? complaintOf(error.cause) : null;
}

/** Anything that `mysql2` throws as an error of this area. No message and no cause of it holds a secret. */
export function translateError(thrown: unknown, context: ErrorContext): MigrationError {
  const error = withoutSecrets(thrown, context.secrets);
  const message = messageOf(error);
  const cause = { cause: error };
  if (isServerError(error)) {
    const known = KNOWN[error.errno];
    const code = known?.code ?? (context.connected ? 'SOURCE_QUERY' : 'SOURCE_CONNECT');
    const text = `mysql at ${context.address}: ${message} (${error.code}, ${error.errno})`;
    return sourceError(code, text, known === undefined ? cause : { ...cause, hint: known.hint });
  }
  if (context.connected) {
    const text = `the session with mysql at ${context.address} was lost: ${message}`;
    return sourceError('SOURCE_LOST', text, { ...cause, hint: LOST.hint });
  }
  const text = `cannot reach mysql at ${context.address}: ${message}`;
  return sourceError('SOURCE_CONNECT', text, { ...cause, hint: tlsHint(message) ?? CONNECT_HINT });
}

function isServerError(error: unknown): error is ServerError {
  return error instanceof Error && 'sqlState' in error && 'errno' in error && typeof error.errno === 'number';
}

/** A shorter password would be found inside ordinary words, where the gap would give it away. */
const SHORTEST_REDACTED = 4;

export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_REDACTED)
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

/** A copy of the error's texts without secrets; the driver also hangs the statement on it, which is left off. */
function withoutSecrets(error: unknown, secrets: readonly string[]): Error {
  const clean = new Error(redact(messageOf(error), secrets));
  if (isServerError(error)) {
    const { errno, code, sqlState } = error;
    return Object.assign(clean, { errno, code: code ?? 'unknown', sqlState });
  }
  return clean;
}
