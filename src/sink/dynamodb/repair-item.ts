import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import type { AttributeChange } from '../../item/item-change.js';
import type { ItemRepairer } from '../item-repairer.js';
import type { SinkTable } from '../sink-options.js';
import { type ConditionalWrite, writeOnCondition } from './conditional-write.js';
import { changesByRequest, isChanged, REPLY, updateBody } from './update-request.js';

/**
 * Attributes that the condition of a delete names: each takes two of its 300 operators and some 16 of its 4,096 bytes
 * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
 */
const ATTRIBUTES_HELD = 140;

export function openRepairer(dynamo: DynamoDb, table: SinkTable, patienceMs: number): ItemRepairer {
  const attempt = (request: ConditionalWrite, signal: AbortSignal) =>
    writeOnCondition(dynamo, table, request, patienceMs, signal);
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
    async remove(item, signal) {
      const outcome = await attempt(removal(table, item), signal);
      if (outcome.kind !== 'done') return outcome;
      const { old = item, units } = outcome;
      if (sameItem(old, item)) return { kind: 'done', units };
      // It was given more attributes in between: back it goes.
      await attempt(creation(table, old), signal);
      return { kind: 'changed' };
    },
    // Connections belong to the sink.
    async [Symbol.asyncDispose]() {},
  };
}

function creation({ name, partitionKey }: SinkTable, item: WireItem): ConditionalWrite {
  return {
    operation: 'PutItem',
    body: {
      TableName: name,
      Item: item,
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: { '#pk': partitionKey },
      ...REPLY,
    },
    isDone: (there) => there !== undefined && sameItem(there, item),
  };
}

function removal({ name, partitionKey, sortKey }: SinkTable, item: WireItem): ConditionalWrite {
  const isKey = (attribute: string) => attribute === partitionKey || attribute === sortKey;
  const entries = Object.entries(item);
  const held = entries.filter(([attribute]) => !isKey(attribute)).slice(0, ATTRIBUTES_HELD);
  return {
    operation: 'DeleteItem',
    body: {
      TableName: name,
      Key: Object.fromEntries(entries.filter(([attribute]) => isKey(attribute))),
      ConditionExpression: ['attribute_exists(#pk)', ...held.map((_, at) => `#a${at}=:s${at}`)].join(' AND '),
      ExpressionAttributeNames: {
        '#pk': partitionKey,
        ...Object.fromEntries(held.map(([attribute], at) => [`#a${at}`, attribute])),
      },
      ...(held.length === 0
        ? {}
        : { ExpressionAttributeValues: Object.fromEntries(held.map(([, value], at) => [`:s${at}`, value])) }),
      ReturnValues: 'ALL_OLD',
      ...REPLY,
    },
    isDone: (there, again) => there === undefined && again,
  };
}

function updating(table: SinkTable, key: WireItem, changes: readonly AttributeChange[]): ConditionalWrite {
  return {
    operation: 'UpdateItem',
    body: updateBody(table, key, changes),
    isDone: (there) => there !== undefined && isChanged(there, changes),
  };
}
