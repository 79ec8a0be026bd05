import type { DynamoDb } from '../dynamodb/client.js';
import { failureOf, fatal } from '../dynamodb/errors.js';
import { type Clock, systemClock } from '../support/time.js';
import { findTable } from './describe-table.js';
import { tableError } from './errors.js';

export interface DeleteTableOptions {
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

const WAIT_MS = 30 * 60_000;
const LOOK_MS = 1_000;

/**
 * Deletes the table and waits until it is gone; one that is gone already is no error. Throws `TABLE_REFUSED` (deletion
 * protection, a table that is being changed), `TABLE_NOT_GONE`, `SINK_CONNECT`, `SINK_ACCESS_DENIED`.
 */
export async function deleteTable(
  dynamo: DynamoDb,
  name: string,
  { clock = systemClock, signal }: DeleteTableOptions = {},
): Promise<void> {
  const { DeleteTableCommand } = await import('@aws-sdk/client-dynamodb');
  try {
    await dynamo.control.send(
      new DeleteTableCommand({ TableName: name }),
      signal === undefined ? {} : { abortSignal: signal },
    );
  } catch (error) {
    signal?.throwIfAborted();
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.kind === 'tableMissing') return;
    if (error instanceof Error && error.name === 'ResourceInUseException') {
      throw tableError('TABLE_REFUSED', `the table ${name} is being changed, and cannot be deleted now`, {
        cause: error,
        hint: 'Wait until `tablefold table show` says that it is active, and try again.',
      });
    }
    if (failure.kind === 'validation' || failure.kind === 'refused') {
      throw tableError('TABLE_REFUSED', `DynamoDB does not delete the table ${name}: ${failure.message}`, {
        cause: error,
        hint: 'Where deletion protection is on, turn it off first: aws dynamodb update-table --no-deletion-protection-enabled.',
      });
    }
    throw fatal(failure, { ...dynamo, table: name });
  }
  const start = clock.now();
  while ((await findTable(dynamo, name, signal)) !== null) {
    if (clock.now() - start > WAIT_MS) {
      throw tableError('TABLE_NOT_GONE', `the table ${name} is not gone after ${WAIT_MS / 60_000} minutes`, {
        hint: 'It is still being deleted: watch it with `tablefold table show`.',
      });
    }
    await clock.sleep(LOOK_MS, signal);
  }
}
