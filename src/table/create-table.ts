import type { DynamoDb } from '../dynamodb/client.js';
import { failureOf, fatal } from '../dynamodb/errors.js';
import type { Difference } from '../dynamodb/table-shape.js';
import { systemClock } from '../support/time.js';
import { compareTable } from './compare-table.js';
import { describeTable, findTable, type TableReport } from './describe-table.js';
import type { DesignedTable } from './designed-table.js';
import { tableError } from './errors.js';
import { tableRequest } from './table-request.js';
import type { TableSettings } from './table-settings.js';
import { type WaitOptions, waitUntilActive } from './wait-until-active.js';

export interface CreateTableOptions extends WaitOptions {
  /** What is left out is DynamoDB's default. */
  readonly settings?: TableSettings | undefined;
}

export type CreatedTable =
  | { readonly kind: 'created'; readonly table: TableReport }
  /** It was there before and has not been touched. */
  | { readonly kind: 'exists'; readonly table: TableReport; readonly differences: readonly Difference[] };

interface Sending {
  readonly abortSignal?: AbortSignal;
}

const AGAIN_MS = 3_000;

/**
 * Makes the table that a mapping designs, with indexes and time to live, and waits until it is active. A
 * table that exists is compared and never changed. Throws `TABLE_REFUSED`, `TABLE_NOT_ACTIVE`,
 * `SINK_CONNECT`, `SINK_ACCESS_DENIED`.
 */
export async function createTable(
  dynamo: DynamoDb,
  design: DesignedTable,
  options: CreateTableOptions,
): Promise<CreatedTable> {
  const { settings = {}, signal } = options;
  const existing = await findTable(dynamo, design.name, signal);
  if (existing !== null) return exists(design, existing, settings);
  const sdk = await import('@aws-sdk/client-dynamodb');
  const asked = await ask(dynamo, design.name, signal, (sending) =>
    dynamo.control.send(new sdk.CreateTableCommand(tableRequest(design, settings)), sending),
  );
  // Somebody was faster.
  if (asked === 'in use') {
    return exists(design, await describeTable(dynamo, design.name, signal), settings);
  }
  const active = await waitUntilActive(dynamo, design.name, options);
  const further: ((sending: Sending) => Promise<unknown>)[] = [];
  if (design.timeToLive !== null) {
    const TimeToLiveSpecification = { AttributeName: design.timeToLive, Enabled: true };
    const update = new sdk.UpdateTimeToLiveCommand({ TableName: design.name, TimeToLiveSpecification });
    further.push((sending) => dynamo.control.send(update, sending));
  }
  if (settings.pointInTimeRecovery === true) {
    const update = new sdk.UpdateContinuousBackupsCommand({
      TableName: design.name,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    further.push((sending) => dynamo.control.send(update, sending));
  }
  if (further.length === 0) return { kind: 'created', table: active };
  for (const send of further) {
    while ((await ask(dynamo, design.name, signal, send)) === 'in use') {
      await (options.clock ?? systemClock).sleep(AGAIN_MS, signal);
    }
  }
  return { kind: 'created', table: await describeTable(dynamo, design.name, signal) };
}

function exists(design: DesignedTable, table: TableReport, settings: TableSettings): CreatedTable {
  return { kind: 'exists', table, differences: compareTable(design, table, settings) };
}

async function ask(
  dynamo: DynamoDb,
  table: string,
  signal: AbortSignal | undefined,
  send: (sending: Sending) => Promise<unknown>,
): Promise<'done' | 'in use'> {
  try {
    await send(signal === undefined ? {} : { abortSignal: signal });
    return 'done';
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && error.name === 'ResourceInUseException') return 'in use';
    const failure = failureOf(error);
    if (failure === null) throw error;
    if (failure.kind === 'validation' || failure.kind === 'refused') {
      throw tableError('TABLE_REFUSED', `DynamoDB does not make the table ${table}: ${failure.message}`, {
        cause: error,
        hint: 'Change the `table` part of the mapping; the limits are in the DynamoDB developer guide, Constraints.',
      });
    }
    throw fatal(failure, { ...dynamo, table });
  }
}
