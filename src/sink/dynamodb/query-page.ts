import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import type { KeyQuery, QueryPage, SortKeyCondition } from '../sink.js';
import { type Consumed, unitsOf } from './consumed.js';
import { type Patience, patientCall } from './patient-call.js';

interface QueryReply {
  readonly Items?: readonly WireItem[];
  readonly LastEvaluatedKey?: WireItem;
  readonly ConsumedCapacity?: Consumed;
}

/** One Query, repeated until it succeeds. */
export async function queryPage(
  dynamo: DynamoDb,
  table: string,
  query: KeyQuery,
  patience: Patience,
  signal: AbortSignal,
): Promise<QueryPage> {
  const json = queryBody(table, query);
  const reply = await patientCall<QueryReply>(dynamo, table, { operation: 'Query', json }, patience, signal);
  return {
    items: reply.Items ?? [],
    next: reply.LastEvaluatedKey ?? null,
    consumedUnits: unitsOf(reply.ConsumedCapacity),
  };
}

function queryBody(table: string, query: KeyQuery): string {
  const { index, partition, sort, descending, consistent, limit, after } = query;
  const condition = sort === null ? null : conditionOf(sort);
  return JSON.stringify({
    TableName: table,
    ...(index === null ? {} : { IndexName: index }),
    KeyConditionExpression: condition === null ? '#p = :p' : `#p = :p AND ${condition.text}`,
    ExpressionAttributeNames: {
      '#p': partition.attribute,
      ...(sort === null ? {} : { '#s': sort.attribute }),
    },
    ExpressionAttributeValues: { ':p': { S: partition.value }, ...condition?.values },
    ScanIndexForward: !descending,
    ConsistentRead: consistent,
    ...(limit === null ? {} : { Limit: limit }),
    ...(after === null ? {} : { ExclusiveStartKey: after }),
    ReturnConsumedCapacity: 'TOTAL',
  });
}

function conditionOf(sort: SortKeyCondition): { readonly text: string; readonly values: WireItem } {
  if (sort.kind !== 'range') {
    const text = sort.kind === 'equals' ? '#s = :s' : 'begins_with(#s, :s)';
    return { text, values: { ':s': { S: sort.value } } };
  }
  const { from, to } = sort;
  if (from !== null && to !== null) {
    return { text: '#s BETWEEN :a AND :b', values: { ':a': { S: from }, ':b': { S: to } } };
  }
  if (from !== null) return { text: '#s >= :s', values: { ':s': { S: from } } };
  return { text: '#s <= :s', values: { ':s': { S: to ?? '' } } };
}
