import pg from 'pg';
import type { MigrationError } from '../../support/error.js';
import { messageOf } from '../../support/error.js';
import { RUN_AGAIN, type SourceErrorCode, sourceError } from '../errors.js';
import { tlsHint } from '../tls.js';

/** SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html) that are not just a failed query. */
const CODES: { readonly [sqlState: string]: { readonly code: SourceErrorCode; readonly hint: string } } = {
  '28P01': { code: 'SOURCE_ACCESS_DENIED', hint: 'Check user and password of the source URL.' },
  '28000': {
    code: 'SOURCE_ACCESS_DENIED',
    hint: 'Check the user, the database and pg_hba.conf; a server that wants TLS needs sslmode=require, one that wants a certificate sslcert and sslkey.',
  },
  '3D000': { code: 'SOURCE_DATABASE_MISSING', hint: 'Check the database name at the end of the source URL.' },
  '53300': { code: 'SOURCE_BUSY', hint: 'The server has no connection left: lower --source-concurrency.' },
  '57P03': { code: 'SOURCE_CONNECT', hint: 'The server is starting or stopping: try again.' },
  '57P01': { code: 'SOURCE_LOST', hint: `The server ended the session: ${RUN_AGAIN}.` },
  '57P02': { code: 'SOURCE_LOST', hint: `The server crashed: ${RUN_AGAIN}.` },
  '57P05': { code: 'SOURCE_LOST', hint: `The server ended the idle session: ${RUN_AGAIN}.` },
  '25P03': { code: 'SOURCE_LOST', hint: `The server ended the idle transaction: ${RUN_AGAIN}.` },
  '42501': {
    code: 'SOURCE_ACCESS_DENIED',
    hint: 'Grant the role USAGE on the schema and SELECT on the table; row-level security needs BYPASSRLS.',
  },
  '55P03': { code: 'SOURCE_BUSY', hint: 'Another session holds a lock on the table: try again later.' },
  '40P01': { code: 'SOURCE_BUSY', hint: 'The server broke a deadlock: try again.' },
  '57014': { code: 'SOURCE_QUERY', hint: 'Raise statement_timeout, or lower --chunk-size.' },
  '40001': {
    code: 'SOURCE_LOST',
    hint: 'A standby cancelled the query: raise max_standby_streaming_delay or set hot_standby_feedback.',
  },
};

const CONNECT_HINT = 'Check host and port, that the server runs, and that its firewall lets this machine in.';
const LOST_HINT = `Check the server and the network, then ${RUN_AGAIN}.`;

export interface ErrorContext {
  /** `db.example:5432`, for people. */
  readonly address: string;
  readonly secrets: readonly string[];
  /** The session stands: what fails now is a query, or the connection was lost. */
  readonly connected: boolean;
}

/** What the server said, also behind a translated error; null for a session or a network that ended. */
export function complaintOf(error: unknown): pg.DatabaseError | null {
  if (error instanceof pg.DatabaseError) return /^(08|57P|53|58|XX)/.test(error.code ?? '') ? null : error;
  return error instanceof Error && error.cause !== undefined ? complaintOf(error.cause) : null;
}

/** Anything that `pg` throws as an error of this area. No message and no cause of it holds a secret. */
export function translateError(thrown: unknown, context: ErrorContext): MigrationError {
  const error = withoutSecrets(thrown, context.secrets);
  const message = messageOf(error);
  const cause = { cause: error };
  if (error instanceof pg.DatabaseError) {
    const known = CODES[error.code ?? ''];
    const fallback = context.connected ? 'SOURCE_QUERY' : 'SOURCE_CONNECT';
    const code = known?.code ?? (error.code?.startsWith('08') === true ? 'SOURCE_LOST' : fallback);
    const hint = [error.hint, known?.hint].filter(Boolean).join(' ');
    const text = `postgres at ${context.address}: ${message} (SQLSTATE ${error.code ?? 'none'})`;
    return sourceError(code, text, hint === '' ? cause : { ...cause, hint });
  }
  if (context.connected) {
    const text = `the session with postgres at ${context.address} was lost: ${message}`;
    return sourceError('SOURCE_LOST', text, { ...cause, hint: LOST_HINT });
  }
  if (message.startsWith('SASL')) {
    const text = `postgres at ${context.address} asks for a password: ${message}`;
    return sourceError('SOURCE_ACCESS_DENIED', text, {
      ...cause,
      hint: 'Put a password into SOURCE_URL, PGPASSWORD or ~/.pgpass; or name a secret with --source-secret.',
    });
  }
  const text = `cannot reach postgres at ${context.address}: ${message}`;
  return sourceError('SOURCE_CONNECT', text, { ...cause, hint: tlsHint(message) ?? CONNECT_HINT });
}

/** A shorter password would be found inside ordinary words, where the gap would give it away. */
const SHORTEST_REDACTED = 4;

export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_REDACTED)
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

/** The error itself, or where one of its texts holds a secret, a copy that does not. */
function withoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  if (error instanceof pg.DatabaseError) {
    const clean = new pg.DatabaseError(redact(error.message, secrets), error.length, error.name);
    for (const [name, value] of Object.entries(error)) {
      Object.assign(clean, { [name]: typeof value === 'string' ? redact(value, secrets) : value });
    }
    return clean;
  }
  const message = messageOf(error);
  const clean = redact(message, secrets);
  return clean === message ? error : new Error(clean);
}
