import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import type { QueryPage, ScanPosition } from '../sink.js';
import { type Consumed, unitsOf } from './consumed.js';
import { type Patience, patientCall } from './patient-call.js';

interface ScanReply {
  readonly Items?: readonly WireItem[];
  readonly LastEvaluatedKey?: WireItem;
  readonly ConsumedCapacity?: Consumed;
}

/** One Scan of one segment, repeated until it succeeds. `filter` are members of the request, as JSON. */
export async function scanPage(
  dynamo: DynamoDb,
  table: string,
  position: ScanPosition,
  patience: Patience,
  signal: AbortSignal,
  filter = '',
): Promise<QueryPage> {
  const json = scanBody(table, position, filter);
  const reply = await patientCall<ScanReply>(dynamo, table, { operation: 'Scan', json }, patience, signal);
  return {
    items: reply.Items ?? [],
    next: reply.LastEvaluatedKey ?? null,
    consumedUnits: unitsOf(reply.ConsumedCapacity),
  };
}

function scanBody(
  table: string,
  { segment, segments, consistent, after }: ScanPosition,
  filter: string,
): string {
  const from = after === null ? '' : `,"ExclusiveStartKey":${JSON.stringify(after)}`;
  const where = filter === '' ? '' : `,${filter}`;
  return `{"TableName":${JSON.stringify(table)},"ConsistentRead":${consistent},"ReturnConsumedCapacity":"TOTAL","Segment":${segment},"TotalSegments":${segments}${where}${from}}`;
}
