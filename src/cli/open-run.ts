import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type DynamoDb, openDynamoDb } from '../dynamodb/client.js';
import { resolveAddress } from '../dynamodb/endpoint.js';
import { type LoadedMapping, loadMapping, withTable } from '../mapping/load-mapping.js';
import { resolveTable } from '../mapping/resolve/resolve-table.js';
import type { ResolvedTable } from '../mapping/resolved-mapping.js';
import { withoutIndexes } from '../operations/backfill/index-life.js';
import { bulkWarnings } from '../operations/bulk-warnings.js';
import { usageError } from '../operations/errors.js';
import { type KnownSchema, knownSchema } from '../operations/known-schema.js';
import type { CostOptions } from '../operations/plan-cost.js';
import type { OpenRows, RowsOrigin } from '../operations/rows-origin.js';
import type { Sample } from '../operations/sample-chunks.js';
import type { Selection } from '../operations/selection.js';
import { showTable } from '../operations/table.js';
import { describeTableNow } from '../operations/table-now.js';
import type { ThreadParts } from '../operations/thread-setup.js';
import { findWriteLimit, type WriteLimit } from '../operations/write-limit.js';
import { openSink } from '../sink/open-sink.js';
import type { Sink } from '../sink/sink.js';
import { openSource } from '../source/open-source.js';
import type { Source } from '../source/source.js';
import { openState } from '../state/open-state.js';
import type { StateStore } from '../state/state.js';
import { MigrationError } from '../support/error.js';
import type { CapacityGoal } from '../table/capacity/capacity-goal.js';
import type { TableNow } from '../table/capacity/foresee-load.js';
import { fetchAwsPrices } from '../table/cost/aws-prices.js';
import { loadPriceList } from '../table/cost/prices.js';
import { describeTable } from '../table/describe-table.js';
import { describePointInTimeRecovery, type PointInTimeRecovery } from '../table/point-in-time-recovery.js';
import type { Session } from './base-command.js';
import { withoutOptimizer } from './v8.js';

/**
 * The composition root: from flags to open parts. Worker threads and remote workers will come through
 * the same functions, so that a part is opened in one way only.
 */

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;

/** Throws `USAGE_VALUE` for what DynamoDB calls no table. */
export function requireTableName(table: string | undefined): void {
  if (table === undefined || TABLE_NAME.test(table)) return;
  throw usageError('USAGE_VALUE', `--table ${JSON.stringify(table)} cannot be the name of a table`, {
    hint: 'A name has 3 to 255 letters, digits, dots, underscores and hyphens.',
  });
}

/** Loads the mapping; `--table` overrides its table's name. */
export async function openMapping(flags: {
  readonly mapping: string;
  readonly table?: string | undefined;
}): Promise<LoadedMapping> {
  requireTableName(flags.table);
  if (flags.mapping.trim() === '') {
    throw usageError('USAGE_MISSING', 'no mapping is given', {
      hint: 'Name its file with --mapping FILE, or in TABLEFOLD_MAPPING.',
    });
  }
  // What is wrong with the file is said by who reads it.
  const { size } = await stat(flags.mapping).catch(() => ({ size: 0 }));
  return withTable(await withoutOptimizer(size, () => loadMapping(flags.mapping)), flags.table);
}

export interface SourceFlags {
  readonly source?: string | undefined;
  readonly 'source-secret'?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly 'statement-timeout'?: number | undefined;
}

export async function openSourceOf(flags: SourceFlags, session: Session): Promise<Source> {
  return (await openDatabaseRows(flags, session)).source;
}

export async function openDatabaseRows(flags: SourceFlags, { log, signal }: Session): Promise<OpenRows> {
  const origin = databaseOf(flags);
  const source = await openSource(origin.url, { ...origin.options, log, signal });
  return { source, origin, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
}

function databaseOf(flags: SourceFlags): Extract<RowsOrigin, { kind: 'database' }> {
  const { source, 'source-secret': secret, region, profile } = flags;
  if (source === undefined) {
    throw usageError('USAGE_MISSING', 'no source is given', {
      hint: 'Set SOURCE_URL=postgres://user:password@host:5432/database, or pass --source URL.',
    });
  }
  const options = { secret, region, profile, statementTimeoutMs: flags['statement-timeout'] };
  return { kind: 'database', url: source, options };
}

/** From what the threads of a run open its parts by themselves. */
export function threadPartsOf(
  { file, mapping }: LoadedMapping,
  rows: RowsOrigin,
  flags: AwsFlags & { readonly state: string },
): ThreadParts {
  return { mapping: file, table: mapping.table.name, state: flags.state, rows, sinkOptions: awsOf(flags) };
}

/** What a thread opens a table by as well. */
export function awsOf({ region, profile, 'endpoint-url': endpointUrl }: AwsFlags) {
  return { region, profile, endpointUrl };
}

export interface AwsFlags {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
}

/**
 * Where the table is, as the AWS CLI would find it; null: nothing says so. The SDK is loaded only where a profile may
 * say it: a dry run needs no other part of it.
 */
export async function regionOf({ region, profile }: Omit<AwsFlags, 'endpoint-url'>): Promise<string | null> {
  const { AWS_REGION, AWS_PROFILE, AWS_CONFIG_FILE = join(homedir(), '.aws', 'config') } = process.env;
  const named = profile === undefined ? (region ?? AWS_REGION) : region;
  if (named !== undefined && named !== '') return named;
  if (profile === undefined && AWS_PROFILE === undefined && !existsSync(AWS_CONFIG_FILE)) return null;
  try {
    const found = await resolveAddress(profile === undefined ? {} : { profile });
    return found.region;
  } catch (error) {
    if (error instanceof MigrationError && error.code === 'SINK_CONNECT') return null;
    throw error;
  }
}

/** With what `plan` reckons the cost of a load. Throws `TABLE_PRICES`. */
export async function costOptionsOf(
  flags: AwsFlags & { readonly prices?: string | undefined; readonly capacity?: CapacityGoal | undefined },
  signal: AbortSignal,
): Promise<CostOptions> {
  const { prices, capacity, profile } = flags;
  const region = await regionOf(flags);
  const capacities = capacity === undefined ? [] : [capacity];
  if (prices === undefined) return { region, capacities };
  const listed = prices === 'aws' ? fetchAwsPrices({ region, profile, signal }) : loadPriceList(prices);
  return { region, capacities, prices: await listed };
}

export function openDynamoDbOf(flags: AwsFlags, { log }: Session): Promise<DynamoDb> {
  return openDynamoDb({ ...awsOf(flags), log });
}

/** The mapping's table as a sink; `pendingIndexes`: those that it need not have yet. */
export function openSinkOf(
  { mapping }: LoadedMapping,
  flags: AwsFlags & { readonly concurrency: number },
  { log }: Session,
  pendingIndexes: readonly string[] = [],
): Promise<Sink> {
  const table = withoutIndexes(resolveTable(mapping.table), pendingIndexes);
  return openSink('dynamodb', { ...awsOf(flags), table, connections: flags.concurrency, log });
}

/** The mapping's table, its defaults filled in. */
export function tableOf({ mapping }: LoadedMapping): ResolvedTable {
  return resolveTable(mapping.table);
}

/** How the mapping's table is set, for whoever does not open it. */
export async function tableNowOf(
  mapping: LoadedMapping,
  flags: AwsFlags,
  session: Session,
): Promise<TableNow> {
  await using dynamo = await openDynamoDbOf(flags, session);
  return await describeTableNow(mapping, dynamo, session.signal);
}

/** What a person is asked before the first write: account, region and table. */
export async function targetOf(mapping: LoadedMapping, flags: AwsFlags, session: Session): Promise<string> {
  await using dynamo = await openDynamoDbOf(flags, session);
  const { table } = await showTable({ mapping, dynamo, signal: session.signal });
  return `Write to table ${table.name} in account ${table.account ?? 'unknown'}, region ${table.region}`;
}

/** Whether the mapping's table can be restored to a moment of the last days. */
export async function recoveryOf(
  mapping: LoadedMapping,
  flags: AwsFlags,
  session: Session,
): Promise<PointInTimeRecovery> {
  await using dynamo = await openDynamoDbOf(flags, session);
  return await describePointInTimeRecovery(dynamo, tableOf(mapping).name, session.signal);
}

/** About how many items the mapping's table holds: DynamoDB counts them every six hours. */
export async function itemsOf(mapping: LoadedMapping, flags: AwsFlags, session: Session): Promise<number> {
  await using dynamo = await openDynamoDbOf(flags, session);
  return (await describeTable(dynamo, tableOf(mapping).name, session.signal)).items;
}

/** Units a second to stay below, and aloud what a share is taken of; undefined: no limit of the user's. */
export async function maxWriteUnitsOf(
  mapping: LoadedMapping,
  flags: AwsFlags & { readonly 'max-write-units'?: WriteLimit | undefined },
  session: Session,
): Promise<number | undefined> {
  const limit = flags['max-write-units'];
  if (limit === undefined) return undefined;
  const open = () => openDynamoDbOf(flags, session);
  const { units, because } = await findWriteLimit(limit, tableOf(mapping).name, open, session.signal);
  if (because !== null && session.chatty) {
    process.stderr.write(`at most ${units} write units a second, ${because}\n`);
  }
  return units;
}

/** A limit that is asked for while the run goes on. Throws `SINK_*`. */
export async function writeUnitsOf(
  mapping: LoadedMapping,
  flags: AwsFlags,
  session: Session,
  limit: WriteLimit,
): Promise<number> {
  const open = () => openDynamoDbOf(flags, session);
  return (await findWriteLimit(limit, tableOf(mapping).name, open, session.signal)).units;
}

/** Says who else feels what is about to be written. */
export async function warnOfBulk(
  mapping: LoadedMapping,
  dynamo: DynamoDb,
  { log, signal }: Session,
): Promise<void> {
  for (const warning of await bulkWarnings(dynamo, tableOf(mapping).name, signal)) log.warn(warning);
}

/** Tells how the capacity of the mapping's table goes up and down. */
export function capacityWatch(mapping: LoadedMapping, { chatty, log, logLines, signal }: Session) {
  const { name } = tableOf(mapping);
  const onProgress = (text: string) => {
    if (chatty) logLines.write(`capacity of ${name}: ${text}\n`);
  };
  return { onProgress, log, signal };
}

export function openStateOf(flags: { readonly state: string }): Promise<StateStore> {
  return openState(flags.state);
}

/** The mapping with the types of its columns: from the run that wrote the table, else from the source. */
export async function openKnownSchema(
  mapping: LoadedMapping,
  flags: { readonly state: string } & SourceFlags,
  session: Session,
): Promise<KnownSchema> {
  await using state = await openStateOf(flags);
  const openSource = flags.source === undefined ? undefined : () => openSourceOf(flags, session);
  return knownSchema({ mapping, state, openSource, signal: session.signal });
}

export function selectionOf(flags: {
  readonly limit?: number | undefined;
  readonly 'where-key'?: readonly string[] | undefined;
}): Selection {
  return { limit: flags.limit, keys: flags['where-key'] };
}

export function sampleOf({
  sample,
  seed = 1,
}: {
  readonly sample?: number | undefined;
  readonly seed?: number | undefined;
}): Sample | undefined {
  return sample === undefined ? undefined : { percent: sample, seed };
}
