import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import type { Item } from '../../item/item.js';
import type { AttributeChange, ItemChange } from '../../item/item-change.js';
import type { WriteOutcome } from '../sink.js';
import type { SinkTable } from '../sink-options.js';
import { attemptOne, type ConditionalWrite } from './attempt-one.js';
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
  const attempt = (part: readonly AttributeChange[]): Promise<WriteOutcome> => {
    const request: ConditionalWrite = {
      operation: 'UpdateItem',
      json: JSON.stringify(updateBody(table, key, part, guards)),
      isDone: (there) => isChanged(there, part),
      otherwise(there) {
        if (there === undefined) return orPut ? put() : null;
        // Of several changes some may have been made before, by a backfill that did not ask for the others.
        const left = part.filter((change) => !isChanged(there, [change]));
        return left.length < part.length ? attempt(left) : null;
      },
    };
    return attemptOne(dynamo, table, item, request, signal);
  };
  let sum = NOTHING;
  for (const part of changesByRequest(changes, guards)) {
    const outcome = await attempt(part);
    sum = { ...merge([sum, outcome]), written: outcome.written };
    if (outcome.written === 0) return sum;
  }
  return sum;
}
