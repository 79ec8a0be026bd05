import type { DynamoDb } from '../dynamodb/client.js';
import { describeWriteCapacity, type WriteCapacity } from '../dynamodb/write-capacity.js';
import { usageError } from './errors.js';

/** Write units a second, or a share of what the table and its indexes take. */
export type WriteLimit =
  | { readonly kind: 'units'; readonly units: number }
  | { readonly kind: 'percent'; readonly percent: number };

const HINT = 'Write units a second, such as 500; or a share of what the table takes, such as 80%.';

/** `500` or `80%`. Throws `USAGE_VALUE`. */
export function parseWriteLimit(text: string): WriteLimit {
  const [, number = '', percent] = /^(\d+(?:\.\d+)?)\s*(%)?$/.exec(text.trim()) ?? [];
  const value = Number(number);
  const fits = percent === undefined ? Number.isSafeInteger(value) && value >= 1 : value > 0 && value <= 100;
  if (number === '' || !fits) {
    throw usageError('USAGE_VALUE', `--max-write-units ${JSON.stringify(text)} is no rate`, { hint: HINT });
  }
  return percent === undefined ? { kind: 'units', units: value } : { kind: 'percent', percent: value };
}

export interface LimitFound {
  /** Write units a second, table and indexes together; at least 1. */
  readonly units: number;
  /** What it is a share of, for people; null where it was given in units. */
  readonly because: string | null;
}

/** The limit in units. A share is one of the sum of table and global indexes, as DescribeTable tells it. Throws `SINK_*`. */
export async function findWriteLimit(
  limit: WriteLimit,
  table: string,
  openDynamo: () => Promise<DynamoDb>,
  signal: AbortSignal,
): Promise<LimitFound> {
  if (limit.kind === 'units') return { units: limit.units, because: null };
  await using dynamo = await openDynamo();
  return shareOf(limit.percent, await describeWriteCapacity(dynamo, table, signal));
}

export function shareOf(percent: number, capacities: readonly WriteCapacity[]): LimitFound {
  const sum = capacities.reduce((total, { units }) => total + units, 0);
  const units = Math.max(1, Math.floor((sum * percent) / 100));
  const parts = capacities.map(
    ({ index, units: of, origin }) => `${index === null ? 'table' : `index ${index}`} ${of} (${origin})`,
  );
  return {
    units,
    because: `${percent} % of ${sum} write units a second: ${parts.join(', ')}`,
  };
}

/** The units of a limit where no table can be asked for its capacity. Throws `USAGE_VALUE` for a share. */
export async function onlyUnits(limit: WriteLimit): Promise<number> {
  if (limit.kind === 'units') return limit.units;
  throw usageError('USAGE_VALUE', `this sink has no capacity to take ${limit.percent} % of`, { hint: HINT });
}
