import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import type { Item } from '../../item/item.js';
import type { ExistingPolicy, WriteOutcome } from '../sink.js';
import type { SinkTable } from '../sink-options.js';
import { attemptOne } from './attempt-one.js';

type Conditional = Exclude<ExistingPolicy, 'overwrite'>;

/**
 * Puts one item on condition that its key is free, or what is there is older. An equal item counts as written: it is
 * our own, of an attempt whose reply was lost. Throws what ends the run.
 */
export function putOnCondition(
  dynamo: DynamoDb,
  table: SinkTable,
  item: Item,
  policy: Conditional,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const isDone = (there: WireItem) => sameItem(there, JSON.parse(item.json) as WireItem);
  return attemptOne(
    dynamo,
    table,
    item,
    { operation: 'PutItem', json: putBody(table, item, policy), isDone },
    signal,
  );
}

function putBody(table: SinkTable, item: Item, policy: Conditional): string {
  return `{"TableName":${JSON.stringify(table.name)},${conditionOf(table, item, policy)},"ReturnValuesOnConditionCheckFailure":"ALL_OLD","ReturnConsumedCapacity":"INDEXES","Item":${item.json}}`;
}

/** An item without the attribute is newer than none. */
function conditionOf({ partitionKey }: SinkTable, item: Item, policy: Conditional): string {
  const absent = `"ConditionExpression":"attribute_not_exists(#pk)","ExpressionAttributeNames":{"#pk":${JSON.stringify(partitionKey)}}`;
  if (policy === 'insert-only') return absent;
  const { olderBy } = policy;
  const value = (JSON.parse(item.json) as WireItem)[olderBy];
  if (value === undefined) return absent;
  const names = JSON.stringify({ '#pk': partitionKey, '#by': olderBy });
  return `"ConditionExpression":"attribute_not_exists(#pk) OR #by<:by","ExpressionAttributeNames":${names},"ExpressionAttributeValues":${JSON.stringify({ ':by': value })}`;
}
