import type { DynamoDb } from '../../dynamodb/client.js';
import { fatal } from '../../dynamodb/errors.js';
import type { WireItem } from '../../item/attribute-value.js';
import { canonicalKey } from '../../item/canonical.js';
import type { Item } from '../../item/item.js';
import { LIMITS } from '../../item/limits.js';
import type { Throttle, WriteOutcome } from '../sink.js';
import type { SinkTable } from '../sink-options.js';
import { type Consumed, unitsOf } from './consumed.js';
import { merge, NOTHING, rejected, unprocessed } from './outcome.js';

const HEAD = '{"ReturnConsumedCapacity":"INDEXES","RequestItems":{';
const PUT = '{"PutRequest":{"Item":';
const TAIL = ']}}';

/** Bytes of a BatchWriteItem body around the JSON of its items, for a table of this name. */
export function overheadBytes(table: string): number {
  const frame = Buffer.byteLength(`${HEAD}${JSON.stringify(table)}:[${TAIL}`);
  return frame + LIMITS.batchWriteItems * (PUT.length + '}},'.length);
}

interface BatchReply {
  readonly UnprocessedItems?: {
    readonly [table: string]: readonly { readonly PutRequest?: { readonly Item: WireItem } }[];
  };
  readonly ConsumedCapacity?: readonly Consumed[];
}

/** DynamoDB says nothing more with UnprocessedItems. */
const UNKNOWN: Throttle = { reason: 'unknown', resource: null };

/**
 * One BatchWriteItem. When DynamoDB refuses the whole batch for something in it, the halves are tried one
 * after the other, down to the one item that is to blame: 25 items with one culprit take about ten
 * requests. Throws what ends the run.
 */
export async function putBatch(
  dynamo: DynamoDb,
  table: SinkTable,
  items: readonly Item[],
  signal: AbortSignal,
): Promise<WriteOutcome> {
  const reply = await dynamo.wire.call<BatchReply>('BatchWriteItem', batchBody(table.name, items), {
    writes: true,
    signal,
  });
  switch (reply.kind) {
    case 'ok':
      return settle(table, items, reply.body);
    case 'throttled':
      return unprocessed(items, { throttle: reply.reasons[0] });
    case 'retry':
      return unprocessed(items, { trouble: reply.trouble });
    case 'validation':
    case 'tooLarge': {
      const [only] = items;
      if (items.length === 1 && only !== undefined) return rejected(only, reply.message);
      const middle = Math.ceil(items.length / 2);
      const first = await putBatch(dynamo, table, items.slice(0, middle), signal);
      return merge([first, await putBatch(dynamo, table, items.slice(middle), signal)]);
    }
    default:
      throw fatal(reply, { ...dynamo, table: table.name });
  }
}

function batchBody(table: string, items: readonly Item[]): string {
  let body = `${HEAD}${JSON.stringify(table)}:[`;
  let separator = PUT;
  for (const { json } of items) {
    body += `${separator}${json}}}`;
    separator = `,${PUT}`;
  }
  return body + TAIL;
}

function settle(table: SinkTable, items: readonly Item[], reply: BatchReply): WriteOutcome {
  const consumedUnits = unitsOf(reply.ConsumedCapacity);
  const left = reply.UnprocessedItems?.[table.name] ?? [];
  if (left.length === 0) return { ...NOTHING, written: items.length, consumedUnits };
  const names = [table.partitionKey, table.sortKey];
  const keys = new Set(left.map((request) => canonicalKey(request.PutRequest?.Item ?? {}, names)));
  const remaining = items.filter((item) => keys.has(canonicalKey(JSON.parse(item.key) as WireItem, names)));
  // A reply that names other items than ours proves nothing about any of them: a put may be repeated.
  if (remaining.length !== left.length) {
    return {
      ...unprocessed(items, { trouble: 'UnprocessedItems names items that were not sent' }),
      consumedUnits,
    };
  }
  return {
    ...NOTHING,
    written: items.length - remaining.length,
    unprocessed: remaining,
    consumedUnits,
    throttle: UNKNOWN,
  };
}
