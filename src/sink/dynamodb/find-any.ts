import type { DynamoDb } from '../../dynamodb/client.js';
import type { WireItem } from '../../item/attribute-value.js';
import { LIMITS } from '../../item/limits.js';
import type { ItemProbe } from '../sink.js';
import type { Patience } from './patient-call.js';
import { scanPage } from './scan-page.js';

/** A Scan reads 1 MB a page before its filter. */
const PAGE_BYTES = 1024 * 1024;
/** Places of the table that are looked at first. */
const MAX_SEGMENTS = 16;
/** Operands of one IN. docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html */
const MAX_OPERANDS = 100;

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
      const position = { segment: segment.number, segments, consistent: true, after: segment.from };
      const page = await scanPage(dynamo, table, position, patience, signal, filter);
      patience.progress();
      const [found] = page.items;
      if (found !== undefined) return { found, exhaustive: false };
      // Consistent reads: one unit is 4 KB. A server that does not count has read a whole page.
      bytes += readBytes(page.consumedUnits);
      if (page.next !== null) next.push({ ...segment, from: page.next });
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
