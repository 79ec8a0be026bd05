import type { DynamoDb } from '../dynamodb/client.js';
import { failureOf, TABLE_MISSING_HINT } from '../dynamodb/errors.js';
import { describeTable as describe, type TableDescription } from '../dynamodb/table-description.js';
import { tableError } from './errors.js';

/** The attribute that ends an item's life; `unknown` where the caller may not ask or the server does not know. */
export type TimeToLive =
  | { readonly kind: 'enabled'; readonly attribute: string }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'unknown' };

/** Everything that `table show` says. */
export interface TableReport extends TableDescription {
  readonly timeToLive: TimeToLive;
  /** Twelve digits, from the ARN; null where the server gives no ARN. */
  readonly account: string | null;
  readonly region: string;
}

/** Throws `TABLE_MISSING`, `SINK_CONNECT`, `SINK_ACCESS_DENIED`. */
export async function describeTable(
  dynamo: DynamoDb,
  table: string,
  signal?: AbortSignal,
): Promise<TableReport> {
  const found = await findTable(dynamo, table, signal);
  if (found === null) throw tableMissing(dynamo, table);
  return found;
}

export function tableMissing({ endpoint, region }: DynamoDb, table: string): Error {
  return tableError('TABLE_MISSING', `there is no table ${table} at ${endpoint.origin} (${region})`, {
    hint: TABLE_MISSING_HINT,
  });
}

/** The same, null when there is no such table. */
export async function findTable(
  dynamo: DynamoDb,
  table: string,
  signal?: AbortSignal,
): Promise<TableReport | null> {
  const description = await describe(dynamo, table, signal);
  if (description === null) return null;
  return {
    ...description,
    timeToLive: await describeTimeToLive(dynamo, table, signal),
    account: /^arn:[^:]*:dynamodb:[^:]*:(\d{12}):/.exec(description.arn ?? '')?.[1] ?? null,
    region: dynamo.region,
  };
}

/** It takes a right of its own (`dynamodb:DescribeTimeToLive`) that a report can do without. */
async function describeTimeToLive(
  dynamo: DynamoDb,
  table: string,
  signal?: AbortSignal,
): Promise<TimeToLive> {
  const { DescribeTimeToLiveCommand } = await import('@aws-sdk/client-dynamodb');
  try {
    const { TimeToLiveDescription: found } = await dynamo.control.send(
      new DescribeTimeToLiveCommand({ TableName: table }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    const on = found?.TimeToLiveStatus === 'ENABLED' || found?.TimeToLiveStatus === 'ENABLING';
    return on && found.AttributeName !== undefined
      ? { kind: 'enabled', attribute: found.AttributeName }
      : { kind: 'disabled' };
  } catch (error) {
    signal?.throwIfAborted();
    if (failureOf(error) === null) throw error;
    return { kind: 'unknown' };
  }
}
