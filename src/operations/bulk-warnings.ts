import type { DynamoDb } from '../dynamodb/client.js';
import { describeTable, type TableDescription } from '../dynamodb/table-description.js';

/** Who else feels a bulk load of the table, one sentence each. Empty also for a table that is not there. */
export async function bulkWarnings(
  dynamo: DynamoDb,
  table: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const description = await describeTable(dynamo, table, signal);
  return description === null ? [] : warningsOf(description);
}

export function warningsOf({
  name,
  stream,
  replicas,
}: Pick<TableDescription, 'name' | 'stream' | 'replicas'>): readonly string[] {
  return [
    ...(stream === null
      ? []
      : [
          `${name} has a stream (${stream}): what reads it, such as a Lambda, is called for every item written`,
        ]),
    ...(replicas.length === 0
      ? []
      : [
          `${name} has replicas in ${replicas.join(', ')}: every write is made, and paid for, there again, and those regions lag behind`,
        ]),
  ];
}
