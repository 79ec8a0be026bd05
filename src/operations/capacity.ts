import type { DynamoDb } from '../dynamodb/client.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import { resolveTable } from '../mapping/resolve/resolve-table.js';
import type { StateStore } from '../state/state.js';
import { type Logger, silentLogger } from '../support/log.js';
import type { Clock } from '../support/time.js';
import { type CapacityGoal, sayGoal } from '../table/capacity/capacity-goal.js';
import {
  describeCapacity,
  type KeepRecord,
  type RaisedCapacity,
  type Restored,
  raiseCapacity,
  restoreCapacity,
} from '../table/capacity/raise-capacity.js';
import { sayCapacity, type TableCapacity } from '../table/capacity/table-capacity.js';

export interface CapacityOptions {
  readonly mapping: LoadedMapping;
  readonly dynamo: DynamoDb;
  /** Where it is kept what the table was before. */
  readonly state: StateStore;
  readonly onProgress?: ((status: string) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly log?: Logger | undefined;
  readonly signal: AbortSignal;
}

/** How the table is set. Plain JSON: `table capacity --json` prints it. */
export interface CapacityReport {
  readonly table: string;
  readonly region: string;
  readonly capacity: TableCapacity;
  /** What is still raised and by which record it goes back; null: nothing. */
  readonly raised: RaisedCapacity | null;
  /** What was done to it just now. */
  readonly done: 'shown' | 'raised' | 'restored' | 'nothing' | 'changed by others';
}

/** Throws `TABLE_MISSING`, `STATE_*`, `SINK_*`. */
export async function showCapacity(options: CapacityOptions): Promise<CapacityReport> {
  return reportOf(options, 'shown');
}

/** Raises it until `restoreTableCapacity`. Throws `TABLE_*`, `STATE_*`, `SINK_*`. */
export async function setCapacity(options: CapacityOptions, goal: CapacityGoal): Promise<CapacityReport> {
  const { dynamo, signal } = options;
  const { name, record, keep } = await openRecord(options);
  const before = await describeCapacity(dynamo, name, signal);
  const after = await raiseCapacity(dynamo, name, goal, { record, keep, by: 'hand' }, options);
  return reportOf(options, JSON.stringify(before) === JSON.stringify(after) ? 'nothing' : 'raised');
}

/** Throws `TABLE_*`, `STATE_*`, `SINK_*`; the record is kept then. */
export async function restoreTableCapacity(options: CapacityOptions): Promise<CapacityReport> {
  const { record, keep } = await openRecord(options);
  if (record === null) return reportOf(options, 'nothing');
  const restored = await restoreCapacity(options.dynamo, record, keep, options);
  return reportOf(options, DONE[restored.kind]);
}

const DONE: { readonly [kind in Restored['kind']]: CapacityReport['done'] } = {
  restored: 'restored',
  nothing: 'nothing',
  changed: 'changed by others',
};

/**
 * Raises the table for as long as `work` lasts: `raise` is called in it, once it is certain that something will be
 * written, and the raise is taken back when it ends, fails or is aborted. So is a raise that an earlier run was killed
 * in, with or without a goal; what was raised by hand stays. Throws what `work` throws, and else as
 * `restoreTableCapacity`; the record is kept then.
 */
export async function withCapacity<Result>(
  options: CapacityOptions,
  goal: CapacityGoal,
  work: (raise: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const { dynamo, log = silentLogger, onProgress } = options;
  const raise = async () => {
    if (goal.kind === 'as-is') return;
    onProgress?.(`raising to ${sayGoal(goal)}`);
    const { name, record, keep } = await openRecord(options);
    await raiseCapacity(dynamo, name, goal, { record, keep, by: 'run' }, options);
  };
  const release = async () => {
    const { record, keep } = await openRecord(options);
    if (record?.by !== 'run') return;
    onProgress?.(`going back to ${sayCapacity(record.before)}`);
    const signal = AbortSignal.timeout(RESTORE_MS); // also where the run was aborted
    const restored = await restoreCapacity(dynamo, record, keep, { ...options, signal });
    if (restored.kind === 'changed') onProgress?.('somebody has set it otherwise meanwhile: left alone');
    else onProgress?.(restored.kind === 'restored' ? 'as it was before' : restored.why);
  };
  let result: Result;
  try {
    result = await work(raise);
  } catch (error) {
    await release().catch((failed: unknown) => {
      log.error({ why: String(failed) }, `the capacity is still raised; next: ${RESTORE_COMMAND}`);
    });
    throw error;
  }
  await release();
  return result;
}

/** Taking it back may not be waited for longer. */
const RESTORE_MS = 15 * 60_000;

export const RESTORE_COMMAND = 'tablefold table capacity --restore';

/** What `status` says of a table that is still raised. */
export interface RaisedStatus {
  readonly table: string;
  readonly before: string;
  readonly raised: string;
  readonly at: string;
}

/** Of all tables that this state knows of. Throws `STATE_*`. */
export async function raisedTables(state: StateStore, name?: string): Promise<readonly RaisedStatus[]> {
  const names = name === undefined ? await state.notes('capacity') : [name];
  const found = await Promise.all(names.map((each) => readRecord(state, each)));
  return found.flatMap((record) =>
    record === null
      ? []
      : {
          table: record.table,
          before: sayCapacity(record.before),
          raised: record.raised === null ? 'being raised' : sayCapacity(record.raised),
          at: record.at,
        },
  );
}

async function openRecord({ mapping, state }: CapacityOptions) {
  const { name } = resolveTable(mapping.mapping.table);
  const keep: KeepRecord = (capacity) =>
    state.saveNote(name, 'capacity', capacity === null ? null : { capacity });
  return { name, keep, record: await readRecord(state, name) };
}

async function readRecord(state: StateStore, name: string): Promise<RaisedCapacity | null> {
  const note = (await state.note(name, 'capacity')) as { readonly capacity?: RaisedCapacity } | null;
  return note?.capacity ?? null;
}

async function reportOf(options: CapacityOptions, done: CapacityReport['done']): Promise<CapacityReport> {
  const { dynamo, signal } = options;
  const { name, record } = await openRecord(options);
  const capacity = await describeCapacity(dynamo, name, signal);
  return { table: name, region: dynamo.region, capacity, raised: record, done };
}
