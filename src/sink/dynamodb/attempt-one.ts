import type { DynamoDb } from '../../dynamodb/client.js';
import { fatal } from '../../dynamodb/errors.js';
import type { WireItem } from '../../item/attribute-value.js';
import type { Item } from '../../item/item.js';
import type { WriteOutcome } from '../sink.js';
import type { SinkTable } from '../sink-options.js';
import { type Consumed, unitsOf } from './consumed.js';
import { NOTHING, rejected, unprocessed } from './outcome.js';

export interface ConditionalWrite {
  readonly operation: 'PutItem' | 'UpdateItem';
  /** Asks for the item that is there where its condition fails. */
  readonly json: string;
  /** Is this what the request was to make, and so its own work where a reply was lost? */
  readonly isDone: (there: WireItem) => boolean;
  /** What else to try where the condition fails, by the item that is there; null, and by default: nothing. */
  readonly otherwise?: (there: WireItem | undefined) => Promise<WriteOutcome> | null;
}

/** One attempt at a write of one item on a condition. Throws what ends the run. */
export async function attemptOne(
  dynamo: DynamoDb,
  table: SinkTable,
  item: Item,
  { operation, json, isDone, otherwise }: ConditionalWrite,
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const reply = await dynamo.wire.call<{ readonly ConsumedCapacity?: Consumed }>(operation, json, {
    writes: true,
    signal,
  });
  switch (reply.kind) {
    case 'ok':
      return { ...NOTHING, written: 1, consumedUnits: unitsOf(reply.body.ConsumedCapacity) };
    case 'condition': {
      const { Item: there } = Object(reply.body) as { readonly Item?: WireItem };
      if (there !== undefined && isDone(there)) return { ...NOTHING, written: 1 };
      return otherwise?.(there) ?? { ...NOTHING, skipped: [item] };
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
