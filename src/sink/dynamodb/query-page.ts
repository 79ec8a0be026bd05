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
  const keys = [...partition.map((key) => ({ ...key, kind: 'equals' as const })), ...sort];
  const conditions = keys.map((key, at) => conditionOf(key, `#k${at}`, `:v${at}`));
  return JSON.stringify({
    TableName: table,
    ...(index === null ? {} : { IndexName: index }),
    KeyConditionExpression: conditions.map(({ text }) => text).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(keys.map(({ name }, at) => [`#k${at}`, name])),
    ExpressionAttributeValues: Object.assign({}, ...conditions.map(({ values }) => values)) as WireItem,
    ScanIndexForward: !descending,
    ConsistentRead: consistent,
    ...(limit === null ? {} : { Limit: limit }),
    ...(after === null ? {} : { ExclusiveStartKey: after }),
    ReturnConsumedCapacity: 'TOTAL',
  });
}

function conditionOf(
  key: SortKeyCondition,
  name: string,
  value: string,
): { readonly text: string; readonly values: WireItem } {
  const typed = (text: string) => ({ [key.type]: text });
  if (key.kind !== 'range') {
    const text = key.kind === 'equals' ? `${name} = ${value}` : `begins_with(${name}, ${value})`;
    return { text, values: { [value]: typed(key.value) } };
  }
  const { from, to } = key;
  if (from !== null && to !== null) {
    const values = { [`${value}a`]: typed(from), [`${value}b`]: typed(to) };
    return { text: `${name} BETWEEN ${value}a AND ${value}b`, values };
  }
  if (from !== null) return { text: `${name} >= ${value}`, values: { [value]: typed(from) } };
  return { text: `${name} <= ${value}`, values: { [value]: typed(to ?? '') } };
}
