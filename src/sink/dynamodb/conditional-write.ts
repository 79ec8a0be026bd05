import type { DynamoDb } from '../../dynamodb/client.js';
import { fatal } from '../../dynamodb/errors.js';
import type { WireItem } from '../../item/attribute-value.js';
import type { RepairOutcome } from '../item-repairer.js';
import type { SinkTable } from '../sink-options.js';
import { type Consumed, unitsOf } from './consumed.js';
import { startPatience } from './patient-call.js';

/** One request that changes one item, if a condition holds. */
export interface ConditionalWrite {
  readonly operation: 'PutItem' | 'UpdateItem' | 'DeleteItem';
  readonly body: object;
  /**
   * Is this what the request was to make, and so its own work where a reply was lost? `there` is what the table
   * holds; `again`: it was sent before.
   */
  readonly isDone: (there: WireItem | undefined, again: boolean) => boolean;
}

/** `old`: what was there before, where the request asked for it. */
type Written = RepairOutcome & { readonly old?: WireItem };

interface Reply {
  readonly ConsumedCapacity?: Consumed;
  readonly Attributes?: WireItem;
}

/** Sends it until there is an answer. Throws `SINK_*`. */
export async function writeOnCondition(
  dynamo: DynamoDb,
  table: SinkTable,
  { operation, body, isDone }: ConditionalWrite,
  patienceMs: number,
  signal: AbortSignal,
): Promise<Written> {
  const patience = startPatience(patienceMs);
  const json = JSON.stringify(body);
  for (let again = false; ; again = true) {
    const reply = await dynamo.wire.call<Reply>(operation, json, { writes: true, signal });
    switch (reply.kind) {
      case 'ok': {
        const { ConsumedCapacity, Attributes: old } = reply.body;
        return { kind: 'done', units: unitsOf(ConsumedCapacity), ...(old === undefined ? {} : { old }) };
      }
      case 'condition': {
        const { Item: there } = Object(reply.body) as { readonly Item?: WireItem };
        return isDone(there, again) ? { kind: 'done', units: null } : { kind: 'changed' };
      }
      case 'validation':
      case 'tooLarge':
        return { kind: 'refused', reason: reply.message };
      case 'throttled':
        await patience.wait(reply.reasons[0].reason, signal);
        break;
      case 'retry':
        await patience.wait(reply.trouble, signal);
        break;
      default:
        throw fatal(reply, { ...dynamo, table: table.name });
    }
  }
}
