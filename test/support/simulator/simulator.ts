import type { CreateTableCommandInput, UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../src/support/time.js';
import {
  type ErrorReply,
  provisionedThroughputExceeded,
  type ThrottlingReason,
  throttling,
} from '../error-replies.js';
import type { Engine } from './engine.js';
import { JsonCursor } from './json-cursor.js';
import { type Direction, RULES } from './rules.js';
import { type ScannedWrite, scanBatch, scanItem } from './scan-batch.js';
import { SimulatedTable, type TableCounts } from './simulated-table.js';
import type { TableLayout } from './table-layout.js';
import type { ThroughputOptions } from './throughput.js';

export interface SimulatorOptions extends ThroughputOptions {
  readonly clock: Clock;
  /** Milliseconds that every call of the data plane takes. Default 0. */
  readonly latencyMs?: number | undefined;
  /** Milliseconds that an UpdateTable takes. Default 0. */
  readonly updateMs?: number | undefined;
  /** Holds the items and knows the rules of every call; without one puts are counted and forgotten. */
  readonly engine?: Engine | undefined;
}

export interface SimulatorReply {
  readonly status: number;
  readonly text: string;
}

/** Calls that write, for the direction of their units; what is not named reads. */
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/**
 * DynamoDB's throughput in front of an engine that has none: partitions, budgets, quotas and the replies that
 * tell of them. The rules and their pages are in rules.ts. BatchWriteItem, the call with volume, is read byte
 * by byte here; every other call of the data plane is the engine's, asked for and charged here.
 */
export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #tables = new Map<string, SimulatedTable>();
  readonly #layouts = new Map<string, TableLayout>();
  #scans = 0;

  constructor(options: SimulatorOptions) {
    this.#options = options;
  }

  /** Null when there is no such table. */
  counts(table: string): (TableCounts & { readonly partitions: number }) | null {
    const found = this.#tables.get(table);
    return found === undefined ? null : { ...found.counts, partitions: found.partitions };
  }

  /** One call; `body` is DynamoDB JSON. */
  async call(operation: string, body: Buffer): Promise<SimulatorReply> {
    switch (operation) {
      case 'CreateTable':
        return this.#create(body);
      case 'DescribeTable':
        return this.#describe(body);
      case 'UpdateTable':
        return this.#update(body);
      case 'BatchWriteItem':
        return this.#afterLatency(() => this.#write(body));
      case 'DeleteTable':
        this.#forget(tableNameOf(body));
        return this.#ask(operation, body);
      case 'DescribeLimits':
        return this.#limits();
      case 'ListTables':
        return ok({ TableNames: [...this.#tables.keys()] });
      default:
        return this.#afterLatency(() => this.#other(operation, body));
    }
  }

  async #afterLatency(call: () => Promise<SimulatorReply>): Promise<SimulatorReply> {
    const { latencyMs = 0, clock } = this.#options;
    if (latencyMs > 0) await clock.sleep(latencyMs);
    return call();
  }

  async #create(body: Buffer): Promise<SimulatorReply> {
    const request = JSON.parse(body.toString()) as CreateTableCommandInput;
    const made = await this.#ask('CreateTable', provisioned(request));
    if (made.status !== 200) return made;
    const table = new SimulatedTable(request, this.#now(), this.#options);
    this.#tables.set(table.layout.name, table);
    this.#layouts.set(table.layout.name, table.layout);
    return ok({ TableDescription: table.describe(this.#now()) });
  }

  #describe(body: Buffer): SimulatorReply {
    const name = tableNameOf(body);
    const table = this.#tables.get(name);
    return table === undefined ? missing(name) : ok({ Table: table.describe(this.#now()) });
  }

  #update(body: Buffer): SimulatorReply {
    const request = JSON.parse(body.toString()) as UpdateTableCommandInput;
    const table = this.#tables.get(request.TableName ?? '');
    if (table === undefined) return missing(request.TableName ?? '');
    if (request.GlobalSecondaryIndexUpdates?.some(({ Create, Delete }) => Create ?? Delete) === true) {
      return refused('ValidationException', 'the simulator changes capacity, not indexes');
    }
    table.update(request, this.#now(), this.#options.updateMs ?? 0);
    return ok({ TableDescription: table.describe(this.#now()) });
  }

  #limits(): SimulatorReply {
    const { write, read } = this.#options.quota ?? RULES.tableQuota;
    const said = (most: number) => (Number.isFinite(most) ? most : undefined);
    return ok({ TableMaxWriteCapacityUnits: said(write), TableMaxReadCapacityUnits: said(read) });
  }

  #forget(name: string): void {
    this.#tables.delete(name);
    this.#layouts.delete(name);
  }

  async #write(body: Buffer): Promise<SimulatorReply> {
    const batch = scanBatch(body, this.#layouts);
    const asked = batch?.writes.length ?? 0;
    if (batch === null || asked === 0 || asked > 25) return this.#ask('BatchWriteItem', body);
    const now = this.#now();
    const taken: ScannedWrite[] = [];
    const left: ScannedWrite[] = [];
    const reasons = new Map<string, ThrottlingReason>();
    for (const write of batch.writes) {
      const short = this.#tables.get(write.table.name)?.admit(write, now) ?? null;
      if (short === null) taken.push(write);
      else {
        left.push(write);
        reasons.set(`${short.reason} ${short.resource}`, short);
      }
    }
    if (taken.length === 0) return throttled([...reasons.values()]);
    if (this.#options.engine !== undefined) {
      const part = `{"RequestItems":${requestItems(body, taken)}}`;
      const written = await this.#options.engine.call('BatchWriteItem', Buffer.from(part));
      if (written.status !== 200) return written;
    }
    const unprocessed = requestItems(body, left);
    const consumed =
      batch.capacity === 'NONE' ? '' : `,"ConsumedCapacity":${consumedBy(taken, batch.capacity)}`;
    return { status: 200, text: `{"UnprocessedItems":${unprocessed}${consumed}}` };
  }

  async #other(operation: string, body: Buffer): Promise<SimulatorReply> {
    const request = JSON.parse(body.toString()) as {
      TableName?: string;
      RequestItems?: Record<string, unknown>;
    };
    const name = request.TableName ?? Object.keys(request.RequestItems ?? {})[0] ?? '';
    const table = this.#tables.get(name);
    if (table === undefined) return missing(name);
    const direction: Direction = WRITES.has(operation) ? 'write' : 'read';
    const hash = this.#hashOf(request, table.layout);
    const short = table.shortage(hash, direction, this.#now());
    if (short !== null) return throttled([short]);
    const asked = (request as { ReturnConsumedCapacity?: string }).ReturnConsumedCapacity ?? 'NONE';
    const reply = await this.#ask(
      operation,
      Buffer.from(JSON.stringify({ ...request, ReturnConsumedCapacity: asked === 'NONE' ? 'TOTAL' : asked })),
    );
    if (reply.status !== 200) return reply;
    const { ConsumedCapacity, ...rest } = JSON.parse(reply.text) as {
      ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
    };
    for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat())
      table.charge(hash, direction, CapacityUnits);
    return asked === 'NONE' ? ok(rest) : reply;
  }

  /** Of the key that a call names; a Scan and a Query go round over all partitions. */
  #hashOf(request: object, layout: TableLayout): number {
    const { Key, Item } = request as { Key?: object; Item?: object };
    const key = Key ?? Item;
    if (key === undefined) {
      this.#scans += 1;
      return Math.imul(this.#scans, 0x9e3779b1) >>> 0;
    }
    return scanItem(new JsonCursor(Buffer.from(JSON.stringify(key))), layout).partitionHash;
  }

  async #ask(operation: string, body: Buffer): Promise<SimulatorReply> {
    if (this.#options.engine !== undefined) return this.#options.engine.call(operation, body);
    if (operation === 'CreateTable' || operation === 'DeleteTable') return ok({});
    // Nothing is kept: whatever looks finds nothing.
    if (operation === 'Scan' || operation === 'Query') return ok({ Items: [], Count: 0, ScannedCount: 0 });
    if (operation === 'DescribeTimeToLive') {
      return ok({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
    }
    return refused('UnknownOperationException', `${operation} needs an engine behind the simulator`);
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

function tableNameOf(body: Buffer): string {
  return String((JSON.parse(body.toString()) as { TableName?: unknown }).TableName ?? '');
}

/** Any mode is one to the engine: capacity is simulated, and dynalite adds no index to an on-demand table. */
function provisioned(request: CreateTableCommandInput): Buffer {
  const units = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  const { WarmThroughput: _, OnDemandThroughput: __, GlobalSecondaryIndexes: indexes, ...plain } = request;
  const bare = indexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
    ProvisionedThroughput: units,
  }));
  return Buffer.from(
    JSON.stringify({
      ...plain,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: units,
      ...(bare === undefined ? {} : { GlobalSecondaryIndexes: bare }),
    }),
  );
}

/** The requests as they stood in the body, by table. */
function requestItems(body: Buffer, writes: readonly ScannedWrite[]): string {
  const tables = new Map<string, string[]>();
  for (const { table, from, to } of writes) {
    const list = tables.get(table.name) ?? [];
    list.push(body.toString('utf8', from, to));
    tables.set(table.name, list);
  }
  return `{${[...tables].map(([name, list]) => `${JSON.stringify(name)}:[${list.join()}]`).join()}}`;
}

function consumedBy(taken: readonly ScannedWrite[], detail: string): string {
  const tables = new Map<TableLayout, { own: number; indexes: number[] }>();
  for (const { table, units, indexed } of taken) {
    const sum = tables.get(table) ?? { own: 0, indexes: table.indexes.map(() => 0) };
    sum.own += units;
    for (const { index, units: more } of indexed) sum.indexes[index] = (sum.indexes[index] ?? 0) + more;
    tables.set(table, sum);
  }
  return JSON.stringify(
    [...tables].map(([{ name, indexes }, sum]) => ({
      TableName: name,
      CapacityUnits: sum.own + sum.indexes.reduce((total, units) => total + units, 0),
      ...(detail !== 'INDEXES'
        ? {}
        : {
            Table: { CapacityUnits: sum.own },
            GlobalSecondaryIndexes: Object.fromEntries(
              indexes.flatMap((index, at) =>
                sum.indexes[at] ? [[index.name, { CapacityUnits: sum.indexes[at] }]] : [],
              ),
            ),
          }),
    })),
  );
}

function ok(body: object): SimulatorReply {
  return { status: 200, text: JSON.stringify(body) };
}

function refused(type: string, message: string): SimulatorReply {
  return {
    status: 400,
    text: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }),
  };
}

function missing(table: string): SimulatorReply {
  return refused('ResourceNotFoundException', `Requested resource not found: Table: ${table} not found`);
}

function throttled(reasons: readonly ThrottlingReason[]): SimulatorReply {
  const provisionedOnly = reasons.every(({ reason }) => reason.endsWith('ProvisionedThroughputExceeded'));
  const { status, body }: ErrorReply = (provisionedOnly ? provisionedThroughputExceeded : throttling)(
    reasons,
  );
  return { status, text: JSON.stringify(body) };
}
