import type { DynamoDb } from '../../dynamodb/client.js';
import { fatal } from '../../dynamodb/errors.js';
import type { WireItem } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import type { Item } from '../../item/item.js';
import type { WriteOutcome } from '../sink.js';
import type { SinkTable } from '../sink-options.js';
import { type Consumed, unitsOf } from './consumed.js';
import { NOTHING, rejected, unprocessed } from './outcome.js';

interface PutReply {
  readonly ConsumedCapacity?: Consumed;
}

/**
 * Puts one item on condition that its key is free. An equal item counts as written: it is our own, of an
 * attempt whose reply was lost. Throws what ends the run.
 */
export async function putIfAbsent(
  dynamo: DynamoDb,
  table: SinkTable,
  item: Item,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const reply = await dynamo.wire.call<PutReply>('PutItem', putBody(table, item), { writes: true, signal });
  switch (reply.kind) {
    case 'ok':
      return { ...NOTHING, written: 1, consumedUnits: unitsOf(reply.body.ConsumedCapacity) };
    case 'condition': {
      const { Item: there } = Object(reply.body) as { readonly Item?: WireItem };
      const ours = there !== undefined && sameItem(there, JSON.parse(item.json) as WireItem);
      return ours ? { ...NOTHING, written: 1 } : { ...NOTHING, skipped: [item] };
    }
    case 'throttled':
      return unprocessed([item], { throttle: reply.reasons[0] });
    case 'retry':
      return unprocessed([item], { trouble: reply.trouble });
    case 'validation':
    case 'tooLarge':
      return rejected(item, reply.message);
    default:
      throw fatal(reply, { ...dynamo, table: table.name });
  }
}

function putBody(table: SinkTable, item: Item): string {
  return `{"TableName":${JSON.stringify(table.name)},"ConditionExpression":"attribute_not_exists(#pk)","ExpressionAttributeNames":{"#pk":${JSON.stringify(table.partitionKey)}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD","ReturnConsumedCapacity":"INDEXES","Item":${item.json}}`;
}
