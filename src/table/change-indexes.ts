import type { UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '../dynamodb/client.js';
import { failureOf, fatal } from '../dynamodb/errors.js';
import { sayDifference } from '../dynamodb/table-shape.js';
import { keyAttributes } from '../item/key-attribute.js';
import type { ResolvedIndex } from '../mapping/resolved-mapping.js';
import { systemClock } from '../support/time.js';
import { compareTable } from './compare-table.js';
import { describeTable, type TableReport } from './describe-table.js';
import type { DesignedTable } from './designed-table.js';
import { tableError } from './errors.js';
import { indexRequest } from './table-request.js';
import { type WaitOptions, waitUntilActive } from './wait-until-active.js';

/** DynamoDB fills an index at its own pace: hours where the table is large, and nothing is gained by giving up. */
const PATIENCE_MS = Number.POSITIVE_INFINITY;
const AGAIN_MS = 3_000;

/**
 * Creates global indexes of the design that the table lacks, one after the other as DynamoDB wants it, and waits for
 * each until it is filled and active. One that is there, or being made, is only waited for. Answers which were made.
 * Throws `TABLE_REFUSED` also where one of that name is another, `TABLE_MISSING`, `SINK_*`.
 */
export async function createIndexes(
  dynamo: DynamoDb,
  design: DesignedTable,
  names: readonly string[],
  options: WaitOptions,
): Promise<readonly string[]> {
  const created: string[] = [];
  for (const name of names) {
    const index = design.indexes.find((one) => one.name === name);
    if (index === undefined) throw new TypeError(`the design has no index ${name}`);
    let table = await waitUntilActive(dynamo, design.name, { ...options, patienceMs: PATIENCE_MS });
    if (!table.indexes.some((found) => found.name === name)) {
      await update(dynamo, creation(design, index, table), options);
      table = await waitUntilActive(dynamo, design.name, { ...options, patienceMs: PATIENCE_MS });
      created.push(name);
    }
    refuseOther(design, index, table);
  }
  return created;
}

/** Drops indexes that the table has, one after the other, and waits until they are gone. Throws as `createIndexes`. */
export async function dropIndexes(
  dynamo: DynamoDb,
  table: string,
  names: readonly string[],
  options: WaitOptions,
): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const name of names) {
    const found = await describeTable(dynamo, table, options.signal);
    const index = found.indexes.find((one) => one.name === name);
    if (index === undefined) continue;
    if (index.kind === 'local') {
      throw tableError('TABLE_REFUSED', `${name} is a local index, which lives as long as its table`, {
        hint: 'Migrate into a new table without it: tablefold migrate --table NAME',
      });
    }
    await update(
      dynamo,
      { TableName: table, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }] },
      options,
    );
    await waitUntilActive(dynamo, table, { ...options, patienceMs: PATIENCE_MS });
    dropped.push(name);
  }
  return dropped;
}

function creation(
  design: DesignedTable,
  index: ResolvedIndex,
  { billing }: TableReport,
): UpdateTableCommandInput {
  const keys = [...keyAttributes(index.partitionKey), ...keyAttributes(index.sortKey)];
  const throughput =
    billing === 'on-demand'
      ? {}
      : { ProvisionedThroughput: { ReadCapacityUnits: billing.read, WriteCapacityUnits: billing.write } };
  return {
    TableName: design.name,
    AttributeDefinitions: [...new Map(keys.map(({ name, type }) => [name, type]))].map(([name, type]) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    GlobalSecondaryIndexUpdates: [{ Create: { ...indexRequest(design, index), ...throughput } }],
  };
}

function refuseOther(design: DesignedTable, index: ResolvedIndex, table: TableReport): void {
  const differences = compareTable({ ...design, indexes: [index], timeToLive: null }, table);
  if (differences.length === 0) return;
  throw tableError(
    'TABLE_REFUSED',
    `${design.name} has another index ${index.name}: ${differences.map(sayDifference).join('; ')}`,
    {
      hint: 'An index cannot be changed: give the new one another name; or drop the old one first, with backfill --drop-indexes.',
    },
  );
}

/** DynamoDB changes one index at a time, of all that anybody asks for: the others wait. */
async function update(
  dynamo: DynamoDb,
  input: UpdateTableCommandInput,
  { signal, clock = systemClock }: WaitOptions,
): Promise<void> {
  const { UpdateTableCommand } = await import('@aws-sdk/client-dynamodb');
  const table = String(input.TableName);
  for (;;) {
    try {
      await dynamo.control.send(
        new UpdateTableCommand(input),
        signal === undefined ? {} : { abortSignal: signal },
      );
      return;
    } catch (error) {
      signal?.throwIfAborted();
      const busy = error instanceof Error && BUSY.has(error.name);
      const failure = failureOf(error);
      if (!busy && failure === null) throw error;
      if (failure?.kind === 'validation' || failure?.kind === 'refused') {
        throw tableError(
          'TABLE_REFUSED',
          `DynamoDB does not change the indexes of ${table}: ${failure.message}`,
          {
            cause: error,
            hint: 'A table has 20 global indexes at most, each of one projection and one pair of keys.',
          },
        );
      }
      if (!busy && failure !== null) throw fatal(failure, { ...dynamo, table });
    }
    await clock.sleep(AGAIN_MS, signal);
  }
}

const BUSY: ReadonlySet<string> = new Set(['ResourceInUseException', 'LimitExceededException']);
