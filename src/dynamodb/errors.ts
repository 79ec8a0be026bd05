import { MigrationError, messageOf } from '../support/error.js';
import { classify, type Failure } from './failure.js';

/** What was asked of whom, for messages. */
export interface Asked {
  readonly endpoint: URL;
  readonly region: string;
  readonly table: string;
}

export const TABLE_MISSING_HINT =
  'Create it with `tablefold table create`, or check --table, --region and --profile.';

type FatalCode = 'SINK_CONNECT' | 'SINK_ACCESS_DENIED' | 'SINK_TABLE_MISSING' | 'SINK_REFUSED';

/** The failure as the error that ends the run; `retry` and `throttled` become `SINK_CONNECT`. */
export function fatal(failure: Failure, asked: Asked): MigrationError<FatalCode> {
  const where = `${asked.endpoint.origin} (${asked.region})`;
  switch (failure.kind) {
    case 'tableMissing':
      return new MigrationError('SINK_TABLE_MISSING', `there is no table ${asked.table} at ${where}`, {
        hint: TABLE_MISSING_HINT,
      });
    case 'denied':
      return new MigrationError(
        'SINK_ACCESS_DENIED',
        `${where} denies access: ${failure.message} (${failure.name})`,
        {
          hint: 'Check the credentials (`aws sts get-caller-identity`), --profile and the IAM actions on the table.',
        },
      );
    case 'retry':
      return new MigrationError('SINK_CONNECT', `DynamoDB at ${where} does not answer: ${failure.trouble}`, {
        hint: 'Check --endpoint-url and --region, and that this machine can reach it.',
      });
    case 'throttled':
      return new MigrationError(
        'SINK_CONNECT',
        `DynamoDB at ${where} refuses for now: ${failure.reasons[0].reason}`,
        {
          hint: 'Try again in a minute: the account is over its rate of requests.',
        },
      );
    case 'refused':
      return refused(`${failure.name}: ${failure.message}`, asked);
    case 'validation':
    case 'tooLarge':
      return refused(failure.message, asked);
    case 'condition':
      return refused('a condition does not hold', asked);
  }
}

function refused(message: string, asked: Asked): MigrationError<'SINK_REFUSED'> {
  return new MigrationError('SINK_REFUSED', `DynamoDB refuses a request for ${asked.table}: ${message}`, {
    hint: 'Check the name of the table and of its keys in the mapping; if they are right, report it as a bug.',
  });
}

/**
 * What an SDK command threw, in the wire's terms. Null for what is not the service's or the network's
 * doing: an abort, or a bug.
 */
export function failureOf(thrown: unknown): Failure | null {
  if (!(thrown instanceof Error) || thrown.name === 'AbortError') return null;
  const { name, message } = thrown;
  const status = statusOf(thrown);
  if (status !== null) {
    const found = classify({ status, name, message, body: thrown });
    return found.kind === 'expired' || found.kind === 'skewed' ? { ...found, kind: 'denied' } : found;
  }
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return { kind: 'denied', name: 'no credentials', message };
  }
  if (name === 'TimeoutError' || 'code' in thrown) {
    return {
      kind: 'retry',
      trouble: messageOf(thrown) || String(Object(thrown).code),
      sent: false,
      connect: true,
    };
  }
  return null;
}

function statusOf(error: Error): number | null {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? null;
}
