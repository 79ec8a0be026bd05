import type { UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from '../../dynamodb/client.js';
import { failureOf, fatal } from '../../dynamodb/errors.js';
import { askTable } from '../../dynamodb/table-description.js';
import { type Logger, silentLogger } from '../../support/log.js';
import { type Clock, systemClock } from '../../support/time.js';
import { tableMissing } from '../describe-table.js';
import { tableError } from '../errors.js';
import { waitUntilActive } from '../wait-until-active.js';
import { resumeScaling, type ScalingTarget, suspendScaling } from './auto-scaling.js';
import type { CapacityGoal } from './capacity-goal.js';
import { raiseRequest, restoreRequest } from './capacity-request.js';
import { checkQuotas } from './quotas.js';
import { readCapacity, sameSettings, sayCapacity, type TableCapacity } from './table-capacity.js';

/** What is needed to take a raise back: plain JSON, kept before anything is changed and until it is taken back. */
export interface RaisedCapacity {
  readonly table: string;
  /** The table is gone and made anew where this is another; null where DynamoDB gives no ARN. */
  readonly arn: string | null;
  readonly region: string;
  readonly before: TableCapacity;
  /** As it was set; null while that is under way. */
  readonly raised: TableCapacity | null;
  readonly scaling: readonly ScalingTarget[];
  /** A run takes it back at its end; what was raised by hand stays until somebody takes it back by hand. */
  readonly by: 'run' | 'hand';
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface CapacityOptions {
  /** Told what the table is while it changes. */
  readonly onProgress?: ((status: string) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
  readonly signal: AbortSignal;
}

/** Keeps the record, or forgets it; resolves when that is on stable storage. */
export type KeepRecord = (record: RaisedCapacity | null) => Promise<void>;

/** As the table is set now. Throws `TABLE_MISSING`, `SINK_*`. */
export async function describeCapacity(
  dynamo: DynamoDb,
  table: string,
  signal: AbortSignal,
): Promise<TableCapacity> {
  return readCapacity(await ask(dynamo, table, signal));
}

/**
 * Sets the table to the goal and waits until it is. What takes it back is kept before the first change, so that a kill
 * at any moment leaves a record; warm throughput cannot be taken back and leaves none. Returns how it is set then.
 * Throws `TABLE_CAPACITY` before anything is changed, `TABLE_REFUSED`, `TABLE_NOT_ACTIVE`, `SINK_*`.
 */
export async function raiseCapacity(
  dynamo: DynamoDb,
  table: string,
  goal: CapacityGoal,
  kept: {
    readonly record: RaisedCapacity | null;
    readonly keep: KeepRecord;
    readonly by: RaisedCapacity['by'];
  },
  options: CapacityOptions,
): Promise<TableCapacity> {
  const { keep } = kept;
  const { log = silentLogger, signal } = options;
  const description = await ask(dynamo, table, signal);
  const before = readCapacity(description);
  const request = raiseRequest(table, before, goal);
  if (request === null) return before;
  await checkQuotas(dynamo, table, before, request, { log, signal });
  if (goal.kind === 'warm') {
    await change(dynamo, request, options);
    return describeCapacity(dynamo, table, signal);
  }
  // What it was before the first of several raises is what it goes back to.
  const record = kept.record ?? {
    table,
    arn: description.TableArn ?? null,
    region: dynamo.region,
    before,
    raised: null,
    scaling: [],
    by: kept.by,
    at: new Date().toISOString(),
  };
  await keep({ ...record, raised: null });
  let { scaling } = record;
  if (scaling.length === 0) {
    const indexes = before.parts.flatMap(({ index }) => index ?? []);
    scaling = await suspendScaling(dynamo, table, indexes, { log, signal });
    if (scaling.length > 0) await keep({ ...record, raised: null, scaling });
  }
  await change(dynamo, request, options);
  const raised = await describeCapacity(dynamo, table, signal);
  await keep({ ...record, scaling, raised });
  return raised;
}

export type Restored =
  | { readonly kind: 'restored'; readonly capacity: TableCapacity }
  /** It was so already, or the table is gone or another one. */
  | { readonly kind: 'nothing'; readonly why: string }
  /** Somebody has set it otherwise since: theirs, and left alone. */
  | { readonly kind: 'changed'; readonly capacity: TableCapacity };

/**
 * Takes a raise back, sets auto scaling going and forgets the record; where that fails the record is kept. Throws
 * `TABLE_REFUSED` (too many switches or decreases a day), `TABLE_NOT_ACTIVE`, `SINK_*`.
 */
export async function restoreCapacity(
  dynamo: DynamoDb,
  record: RaisedCapacity,
  keep: KeepRecord,
  options: CapacityOptions,
): Promise<Restored> {
  const { clock = systemClock, signal } = options;
  const { table, before, raised, arn, scaling } = record;
  const description = await askTable(dynamo, table, signal);
  if (description === null || (arn !== null && description.TableArn !== arn)) {
    await keep(null);
    return { kind: 'nothing', why: description === null ? 'the table is gone' : 'it is another table now' };
  }
  // A raise that was cut off may still be under way, and a table that is changing takes no other change.
  await waitUntilActive(dynamo, table, { clock, signal });
  const now = readCapacity(await ask(dynamo, table, signal));
  const request = restoreRequest(table, now, before);
  const theirs = raised !== null && !sameSettings(now, raised) && !sameSettings(now, before);
  if (request !== null && !theirs) await change(dynamo, request, options);
  await resumeScaling(dynamo, scaling, signal);
  await keep(null);
  if (theirs) return { kind: 'changed', capacity: now };
  if (request === null) return { kind: 'nothing', why: `it is ${sayCapacity(now)} already` };
  return { kind: 'restored', capacity: await describeCapacity(dynamo, table, signal) };
}

async function ask(dynamo: DynamoDb, table: string, signal: AbortSignal) {
  const found = await askTable(dynamo, table, signal);
  if (found === null) throw tableMissing(dynamo, table);
  return found;
}

async function change(
  dynamo: DynamoDb,
  request: UpdateTableCommandInput,
  { onProgress, clock = systemClock, signal }: CapacityOptions,
): Promise<void> {
  const { UpdateTableCommand } = await import('@aws-sdk/client-dynamodb');
  const { TableName: table = '' } = request;
  try {
    await dynamo.control.send(new UpdateTableCommand(request), { abortSignal: signal });
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error);
    const { name = '', message = '' } = error instanceof Error ? error : {};
    if (failure === null) throw error;
    if (failure.kind === 'validation' || failure.kind === 'refused' || name === 'ResourceInUseException') {
      throw tableError('TABLE_REFUSED', `DynamoDB does not change the capacity of ${table}: ${message}`, {
        cause: error,
        hint: 'Try again in an hour where a limit a day was reached; `tablefold table capacity` shows how it is set.',
      });
    }
    throw fatal(failure, { ...dynamo, table });
  }
  let told = '';
  await waitUntilActive(dynamo, table, {
    clock,
    signal,
    onProgress: ({ status, indexes }) => {
      const busy = indexes.filter((index) => index.status !== 'ACTIVE').map(({ name }) => name);
      const text = `${status.toLowerCase()}${busy.length === 0 ? '' : `, indexes ${busy.join(', ')}`}`;
      if (text !== told) onProgress?.(text);
      told = text;
    },
  });
}
