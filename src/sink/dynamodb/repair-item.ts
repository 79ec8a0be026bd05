import type { DynamoDb } from '../../dynamodb/client.js';
import { fatal } from '../../dynamodb/errors.js';
import type { WireItem } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import type { AttributeChange } from '../../item/item-change.js';
import type { ItemRepairer, RepairOutcome } from '../item-repairer.js';
import type { SinkTable } from '../sink-options.js';
import { type Consumed, unitsOf } from './consumed.js';
import { startPatience } from './patient-call.js';
import { changesByRequest, isChanged, REPLY, updateBody } from './update-request.js';

interface Request {
  readonly operation: 'PutItem' | 'UpdateItem';
  readonly body: object;
  /** Is this what the request was to make, and so its own work where a reply was lost? */
  readonly isDone: (there: WireItem) => boolean;
}

export function openRepairer(dynamo: DynamoDb, table: SinkTable, patienceMs: number): ItemRepairer {
  const attempt = (request: Request, signal: AbortSignal) => send(dynamo, table, request, patienceMs, signal);
  return {
    create: (item, signal) => attempt(creation(table, item), signal),
    async update(key, changes, signal) {
      let units: number | null = null;
      for (const part of changesByRequest(changes, [])) {
        const outcome = await attempt(updating(table, key, part), signal);
        if (outcome.kind !== 'done') return outcome;
        if (outcome.units !== null) units = (units ?? 0) + outcome.units;
      }
      return { kind: 'done', units };
    },
    // Connections belong to the sink.
    async [Symbol.asyncDispose]() {},
  };
}

async function send(
  dynamo: DynamoDb,
  table: SinkTable,
  { operation, body, isDone }: Request,
  patienceMs: number,
  signal: AbortSignal,
): Promise<RepairOutcome> {
  const patience = startPatience(patienceMs);
  const json = JSON.stringify(body);
  for (;;) {
    const reply = await dynamo.wire.call<{ readonly ConsumedCapacity?: Consumed }>(operation, json, {
      writes: true,
      signal,
    });
    switch (reply.kind) {
      case 'ok':
        return { kind: 'done', units: unitsOf(reply.body.ConsumedCapacity) };
      case 'condition': {
        const { Item: there } = Object(reply.body) as { readonly Item?: WireItem };
        return there !== undefined && isDone(there) ? { kind: 'done', units: null } : { kind: 'changed' };
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

function creation({ name, partitionKey }: SinkTable, item: WireItem): Request {
  return {
    operation: 'PutItem',
    body: {
      TableName: name,
      Item: item,
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: { '#pk': partitionKey },
      ...REPLY,
    },
    isDone: (there) => sameItem(there, item),
  };
}

function updating(table: SinkTable, key: WireItem, changes: readonly AttributeChange[]): Request {
  return {
    operation: 'UpdateItem',
    body: updateBody(table, key, changes),
    isDone: (there) => isChanged(there, changes),
  };
}
