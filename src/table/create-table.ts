import type { DynamoDb } from '../dynamodb/client.js';
import { failureOf, fatal } from '../dynamodb/errors.js';
import type { Difference } from '../dynamodb/table-shape.js';
import { type Clock, systemClock } from '../support/time.js';
import { compareTable, type DesignedTable } from './compare-table.js';
import { describeTable, findTable, type TableReport } from './describe-table.js';
import { tableError } from './errors.js';
import { type Billing, tableRequest } from './table-request.js';

export interface CreateTableOptions {
  readonly billing: Billing;
  /** Told about every look at the table while it is being made. */
  readonly onProgress?: ((table: TableReport) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type CreatedTable =
  | { readonly kind: 'created'; readonly table: TableReport }
  /** It was there before and has not been touched. */
  | { readonly kind: 'exists'; readonly table: TableReport; readonly differences: readonly Difference[] };

interface Sending {
  readonly abortSignal?: AbortSignal;
}

/** On AWS a table takes seconds, with many indexes a few minutes. */
const WAIT_MS = 30 * 60_000;
const FIRST_LOOK_MS = 25;
const LAST_LOOK_MS = 3_000;

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
  const { signal } = options;
  const existing = await findTable(dynamo, design.name, signal);
  if (existing !== null) return exists(design, existing);
  const sdk = await import('@aws-sdk/client-dynamodb');
  const asked = await ask(dynamo, design.name, signal, (sending) =>
    dynamo.control.send(new sdk.CreateTableCommand(tableRequest(design, options.billing)), sending),
  );
  // Somebody was faster.
  if (asked === 'in use') return exists(design, await describeTable(dynamo, design.name, signal));
  const active = await waitUntilActive(dynamo, design.name, options);
  const { timeToLive } = design;
  if (timeToLive === null) return { kind: 'created', table: active };
  const update = new sdk.UpdateTimeToLiveCommand({
    TableName: design.name,
    TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true },
  });
  const send = (sending: Sending) => dynamo.control.send(update, sending);
  while ((await ask(dynamo, design.name, signal, send)) === 'in use') {
    await (options.clock ?? systemClock).sleep(LAST_LOOK_MS, signal);
  }
  return { kind: 'created', table: await describeTable(dynamo, design.name, signal) };
}

function exists(design: DesignedTable, table: TableReport): CreatedTable {
  return { kind: 'exists', table, differences: compareTable(design, table) };
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

async function waitUntilActive(
  dynamo: DynamoDb,
  name: string,
  { onProgress, clock = systemClock, signal }: CreateTableOptions,
): Promise<TableReport> {
  const start = clock.now();
  for (let look = FIRST_LOOK_MS; ; look = Math.min(LAST_LOOK_MS, look * 2)) {
    const table = await findTable(dynamo, name, signal);
    if (table !== null) {
      onProgress?.(table);
      const statuses = [table.status, ...table.indexes.map((index) => index.status)];
      if (statuses.every((status) => status === 'ACTIVE')) return table;
      if (table.status !== 'CREATING' && table.status !== 'UPDATING' && table.status !== 'ACTIVE') {
        throw tableError(
          'TABLE_NOT_ACTIVE',
          `the table ${name} is ${table.status} instead of becoming active`,
          {
            hint: 'Look at the table in the AWS console: somebody may be deleting it.',
          },
        );
      }
    }
    if (clock.now() - start > WAIT_MS) {
      throw tableError(
        'TABLE_NOT_ACTIVE',
        `the table ${name} is not active after ${WAIT_MS / 60_000} minutes`,
        {
          hint: 'It is still being made: watch it with `tablefold table show`.',
        },
      );
    }
    await clock.sleep(look, signal);
  }
}
