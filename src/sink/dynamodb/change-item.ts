import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import type { Item } from '../../item/item.js';
import type { ItemChange } from '../../item/item-change.js';
import type { WriteOutcome } from '../sink.js';
import type { SinkTable } from '../sink-options.js';
import { attemptOne } from './attempt-one.js';
import { merge, NOTHING } from './outcome.js';
import { putOnCondition } from './put-on-condition.js';
import { changesByRequest, isChanged, updateBody } from './update-request.js';

/**
 * One attempt at changing an item in place, nearly always by one request. Where a condition fails, the item is
 * looked at: what has been changed already was our own, of a request whose reply was lost.
 */
export async function changeItem(
  dynamo: DynamoDb,
  table: SinkTable,
  item: Item,
  { changes, guards, orPut = false }: ItemChange,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const put = () => putOnCondition(dynamo, table, item, 'insert-only', signal);
  if (changes.length === 0) return orPut ? put() : { ...NOTHING, written: 1 };
  const key = JSON.parse(item.key) as WireItem;
  let sum = NOTHING;
  for (const part of changesByRequest(changes, guards)) {
    const request = {
      operation: 'UpdateItem',
      json: JSON.stringify(updateBody(table, key, part, guards)),
      isDone: (there: WireItem) => isChanged(there, part),
      whenMissing: orPut ? put : undefined,
    } as const;
    const outcome = await attemptOne(dynamo, table, item, request, signal);
    sum = { ...merge([sum, outcome]), written: outcome.written };
    if (outcome.written === 0) return sum;
  }
  return sum;
}
