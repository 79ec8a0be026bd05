import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import { LIMITS } from '../../item/limits.js';
import type { ItemProbe } from '../sink.js';
import { type Consumed, unitsOf } from './consumed.js';
import { type Patience, patientCall } from './patient-call.js';

/** A Scan reads 1 MB a page before its filter. */
const PAGE_BYTES = 1024 * 1024;
/** Places of the table that are looked at first. */
const MAX_SEGMENTS = 16;
/** Operands of one IN. docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html */
const MAX_OPERANDS = 100;

interface ScanReply {
  readonly Items?: readonly WireItem[];
  readonly LastEvaluatedKey?: WireItem;
  readonly ConsumedCapacity?: Consumed;
}

interface Segment {
  readonly number: number;
  readonly from: WireItem | null;
}

/**
 * Scans the table in segments, a page of each in turn, so that the first bytes read come from all over the
 * key space. Stops at the first item, at the end of all segments, or after about `maxBytes`.
 */
export async function findAny(
  dynamo: DynamoDb,
  table: string,
  probe: ItemProbe,
  patience: Patience,
  signal: AbortSignal,
): Promise<{ readonly found: WireItem | null; readonly exhaustive: boolean }> {
  if (probe.values.length === 0) return { found: null, exhaustive: true };
  const segments = Math.max(1, Math.min(MAX_SEGMENTS, Math.floor(probe.maxBytes / PAGE_BYTES)));
  const filter = filterOf(probe);
  let bytes = 0;
  let open: Segment[] = Array.from({ length: segments }, (_, number) => ({ number, from: null }));
  while (open.length > 0) {
    const next: Segment[] = [];
    for (const segment of open) {
      if (bytes >= probe.maxBytes) return { found: null, exhaustive: false };
      const json = scanBody(table, segment, segments, filter);
      const reply = await patientCall<ScanReply>(
        dynamo,
        table,
        { operation: 'Scan', json },
        patience,
        signal,
      );
      patience.progress();
      const [found] = reply.Items ?? [];
      if (found !== undefined) return { found, exhaustive: false };
      // Consistent reads: one unit is 4 KB. A server that does not count has read a whole page.
      bytes += readBytes(unitsOf(reply.ConsumedCapacity));
      if (reply.LastEvaluatedKey !== undefined) next.push({ ...segment, from: reply.LastEvaluatedKey });
    }
    open = next;
  }
  return { found: null, exhaustive: true };
}

function readBytes(units: number | null): number {
  return units === null ? PAGE_BYTES : units * LIMITS.readUnitBytes;
}

/** The parts of the request that the probe decides, as JSON members. */
function filterOf({ attribute, values }: ItemProbe): string {
  const operands = values.map((_, n) => `:v${n}`);
  const tests: string[] = [];
  for (let start = 0; start < operands.length; start += MAX_OPERANDS) {
    tests.push(`#a IN (${operands.slice(start, start + MAX_OPERANDS).join(',')})`);
  }
  const named = Object.fromEntries(values.map((value, n) => [`:v${n}`, { S: value }]));
  return `"FilterExpression":${JSON.stringify(tests.join(' OR '))},"ExpressionAttributeNames":{"#a":${JSON.stringify(attribute)}},"ExpressionAttributeValues":${JSON.stringify(named)}`;
}

function scanBody(table: string, segment: Segment, segments: number, filter: string): string {
  const from = segment.from === null ? '' : `,"ExclusiveStartKey":${JSON.stringify(segment.from)}`;
  return `{"TableName":${JSON.stringify(table)},"ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL","Segment":${segment.number},"TotalSegments":${segments},${filter}${from}}`;
}
