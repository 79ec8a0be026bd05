import type { WireItem } from '../../src/item/attribute-value.js';
import { callDynamoDb } from './dynamodb-call.js';

/** One change of one item. */
export interface StreamRecord {
  readonly Keys: WireItem;
  readonly OldImage?: WireItem;
  readonly NewImage?: WireItem;
}

const STREAMS = 'DynamoDBStreams_20120810';

/** Everything that a table's stream holds, of each item in the order of its changes. */
export async function streamRecords(engineUrl: string, table: string): Promise<readonly StreamRecord[]> {
  const ask = <Reply>(operation: string, body: object) =>
    callDynamoDb<Reply>(engineUrl, `${STREAMS}.${operation}`, body);
  const { Streams } = await ask<{ Streams: { StreamArn: string }[] }>('ListStreams', { TableName: table });
  const records: StreamRecord[] = [];
  for (const { StreamArn } of Streams) {
    const { StreamDescription } = await ask<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      { StreamArn },
    );
    for (const { ShardId } of StreamDescription.Shards) {
      const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
      let iterator: string | undefined = (await ask<{ ShardIterator: string }>('GetShardIterator', from))
        .ShardIterator;
      while (iterator !== undefined) {
        const page: Page = await ask('GetRecords', { ShardIterator: iterator });
        records.push(...page.Records.map(({ dynamodb }) => dynamodb));
        // An open shard has always another iterator.
        iterator = page.Records.length === 0 ? undefined : page.NextShardIterator;
      }
    }
  }
  return records;
}

interface Page {
  readonly Records: readonly { readonly dynamodb: StreamRecord }[];
  readonly NextShardIterator?: string;
}
