import type { DynamoDb } from '../../dynamodb/client.js';
import { fatal } from '../../dynamodb/errors.js';
import type { WireItem, WireValue } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import type { AttributeChange, ItemRepairer, RepairOutcome } from '../item-repairer.js';
import type { SinkTable } from '../sink-options.js';
import { type Consumed, unitsOf } from './consumed.js';
import { startPatience } from './patient-call.js';

interface Request {
  readonly operation: 'PutItem' | 'UpdateItem';
  readonly body: object;
  /** Is this what the request was to make, and so its own work where a reply was lost? */
  readonly isDone: (there: WireItem) => boolean;
}

/**
 * Attributes of one UpdateItem. An expression may have 300 operators and 4 KB
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html): with its condition an attribute takes
 * about three operators and 30 bytes.
 */
const CHANGES_AT_ONCE = 60;

export function openRepairer(dynamo: DynamoDb, table: SinkTable, patienceMs: number): ItemRepairer {
  const attempt = (request: Request, signal: AbortSignal) => send(dynamo, table, request, patienceMs, signal);
  return {
    create: (item, signal) => attempt(creation(table, item), signal),
    async update(key, changes, signal) {
      let units: number | null = null;
      for (let at = 0; at < changes.length; at += CHANGES_AT_ONCE) {
        const part = changes.slice(at, at + CHANGES_AT_ONCE);
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

const REPLY = {
  ReturnConsumedCapacity: 'INDEXES',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;

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

function updating(
  { name, partitionKey }: SinkTable,
  key: WireItem,
  changes: readonly AttributeChange[],
): Request {
  const names: { [place: string]: string } = { '#pk': partitionKey };
  const values: { [place: string]: WireValue } = {};
  const conditions = ['attribute_exists(#pk)'];
  const set: string[] = [];
  const remove: string[] = [];
  for (const [at, { name: attribute, seen, wanted }] of changes.entries()) {
    names[`#a${at}`] = attribute;
    if (seen === null) conditions.push(`attribute_not_exists(#a${at})`);
    else {
      values[`:s${at}`] = seen;
      conditions.push(`#a${at}=:s${at}`);
    }
    if (wanted === null) remove.push(`#a${at}`);
    else {
      values[`:w${at}`] = wanted;
      set.push(`#a${at}=:w${at}`);
    }
  }
  const clauses = [
    ...(set.length === 0 ? [] : [`SET ${set.join(',')}`]),
    ...(remove.length === 0 ? [] : [`REMOVE ${remove.join(',')}`]),
  ];
  return {
    operation: 'UpdateItem',
    body: {
      TableName: name,
      Key: key,
      UpdateExpression: clauses.join(' '),
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: names,
      ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
      ...REPLY,
    },
    isDone: (there) => changes.every((change) => holds(there, change)),
  };
}

function holds(there: WireItem, { name, wanted }: AttributeChange): boolean {
  const value = there[name] ?? null;
  if (value === null || wanted === null) return value === wanted;
  return sameItem({ [name]: value }, { [name]: wanted });
}
