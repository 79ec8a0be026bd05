import type { DynamoDb } from '../dynamodb/client.js';
import { failureOf, fatal } from '../dynamodb/errors.js';

/** `unknown`: the server does not know of backups (DynamoDB Local), or the caller may not ask. */
export type PointInTimeRecovery = 'on' | 'off' | 'unknown';

/** Can the table be restored to any second of the last days? Throws `SINK_TABLE_MISSING`, `SINK_CONNECT`. */
export async function describePointInTimeRecovery(
  dynamo: DynamoDb,
  table: string,
  signal?: AbortSignal,
): Promise<PointInTimeRecovery> {
  const { DescribeContinuousBackupsCommand } = await import('@aws-sdk/client-dynamodb');
  try {
    const { ContinuousBackupsDescription: found } = await dynamo.control.send(
      new DescribeContinuousBackupsCommand({ TableName: table }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    const status = found?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    return status === 'ENABLED' ? 'on' : 'off';
  } catch (error) {
    signal?.throwIfAborted();
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.kind === 'tableMissing' || failure.kind === 'retry' || failure.kind === 'throttled') {
      throw fatal(failure, { ...dynamo, table });
    }
    return 'unknown';
  }
}
