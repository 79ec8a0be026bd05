import { setMaxListeners } from 'node:events';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../src/item/item.js';
import { nothingMapped } from '../../../src/mapping/mapper.js';
import { ChunkAccount } from '../../../src/pipeline/account.js';
import { createMeter } from '../../../src/pipeline/meter.js';
import { rateLimit } from '../../../src/pipeline/rate.js';
import { rejectFuse } from '../../../src/pipeline/reject-fuse.js';
import { DEFAULT_RETRY } from '../../../src/pipeline/retry.js';
import { Writer } from '../../../src/pipeline/writer.js';
import { silentLogger } from '../../../src/support/log.js';
import type { CapacityGoal } from '../../../src/table/capacity/capacity-goal.js';
import {
  describeCapacity,
  type KeepRecord,
  type RaisedCapacity,
  raiseCapacity,
  restoreCapacity,
} from '../../../src/table/capacity/raise-capacity.js';
import type { TableCapacity } from '../../../src/table/capacity/table-capacity.js';
import { virtualClock } from '../virtual-clock.js';
import { simulatedDynamo, simulatedWriter } from './simulated-sink.js';
import { Simulator, type SimulatorOptions } from './simulator.js';

export interface Load {
  readonly table: Omit<CreateTableCommandInput, 'TableName' | 'KeySchema' | 'AttributeDefinitions'>;
  /** Partition key values that are written, each stream by a chunk of its own, for as long as the load lasts. */
  readonly streams: readonly ((item: number) => string)[];
  readonly seconds: number;
  readonly maxWriteUnits?: number;
  /** What the table is raised to before the load, and back from after it. */
  readonly goal?: CapacityGoal;
  readonly simulator?: Partial<SimulatorOptions>;
}

/** One second of a load. */
export interface Second {
  /** Units that the simulator took. */
  readonly units: number;
  readonly requests: number;
  /** Requests that left something. */
  readonly throttled: number;
}

export interface LoadReport {
  readonly seconds: readonly Second[];
  /** Items that were taken, by stream. */
  readonly written: readonly number[];
  /** How long raising the table took, and how it is set when all is over. */
  readonly raiseMs: number;
  readonly left: TableCapacity;
}

const KEYS = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ],
};

/** The pipeline's writer against the simulator on virtual time, 10 ms a request, 16 at once; items of one unit. */
export async function simulateLoad(load: Load): Promise<LoadReport> {
  const clock = virtualClock();
  const simulator = new Simulator({
    clock,
    latencyMs: 10,
    burstSeconds: 0,
    splitAfterMs: Number.POSITIVE_INFINITY,
    quota: { write: Number.POSITIVE_INFINITY, read: Number.POSITIVE_INFINITY },
    ...load.simulator,
  });
  const TableName = 'load';
  await simulator.call('CreateTable', Buffer.from(JSON.stringify({ TableName, ...KEYS, ...load.table })));
  const dynamo = simulatedDynamo(simulator);
  const sink = simulatedWriter(dynamo, {
    name: TableName,
    partitionKey: 'pk',
    sortKey: 'sk',
    indexes: [],
  });
  const meter = createMeter();
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  let requests = 0;
  const writer = new Writer(
    {
      ...sink,
      write(batch, signal) {
        requests += 1;
        return sink.write(batch, signal);
      },
    },
    {
      concurrency: 16,
      maxPendingBytes: 16 * 1024 * 1024,
      retry: DEFAULT_RETRY,
      rate: rateLimit(load.maxWriteUnits ?? Number.POSITIVE_INFINITY, clock),
      clock,
      meter,
      log: silentLogger,
      signal: end.signal,
      fail: (error) => end.abort(error),
    },
  );
  const seconds: Second[] = [];
  const accounts = load.streams.map(
    () =>
      new ChunkAccount(
        () => undefined,
        rejectFuse(undefined, 0, () => undefined),
      ),
  );

  const watch = async (): Promise<void> => {
    let before = { units: 0, requests: 0, throttled: 0 };
    while (seconds.length < load.seconds) {
      await clock.sleep(1000, end.signal);
      const now = {
        units: simulator.counts(TableName)?.writeUnits ?? 0,
        requests,
        throttled: meter.throttled,
      };
      seconds.push({
        units: now.units - before.units,
        requests: now.requests - before.requests,
        throttled: now.throttled - before.throttled,
      });
      before = now;
    }
    end.abort(OVER);
  };
  const put = async (
    stream: (item: number) => string,
    account: ChunkAccount,
    name: number,
  ): Promise<void> => {
    for (let number = 0; !end.signal.aborted; number += 1) {
      const item = itemOf(stream(number), `${name}-${number}`);
      const made = nothingMapped();
      made.items.push(item);
      account.mapped(1, made);
      await writer.put(item, account);
    }
  };
  let record: RaisedCapacity | null = null;
  const keep: KeepRecord = async (kept) => {
    record = kept;
  };
  const { signal } = new AbortController();
  const control = { clock, signal };
  let raiseMs = 0;
  await clock.run(async () => {
    if (load.goal !== undefined) {
      await raiseCapacity(dynamo, TableName, load.goal, { record, keep, by: 'run' }, control);
    }
    raiseMs = clock.now();
    await Promise.all([
      watch(),
      ...load.streams.map((stream, name) => put(stream, accounts[name] as ChunkAccount, name)),
    ]);
    await writer.idle();
    if (record !== null) await restoreCapacity(dynamo, record, keep, control);
  });
  if (end.signal.reason !== OVER) throw end.signal.reason;
  const left = await describeCapacity(dynamo, TableName, signal);
  return { seconds, written: accounts.map(({ counts }) => counts.written), raiseMs, left };
}

const OVER = new Error('the load is over');

/** As long as most items are, so that the memory for what waits holds as many as in a real run. */
const FILLER = 'x'.repeat(400);

function itemOf(pk: string, sk: string): Item {
  const key = `{"pk":{"S":"${pk}"},"sk":{"S":"${sk}"}}`;
  const json = `{"pk":{"S":"${pk}"},"sk":{"S":"${sk}"},"text":{"S":"${FILLER}"}}`;
  return {
    entity: 'Thing',
    copy: 'main',
    key,
    partition: pk,
    indexed: [],
    json,
    bytes: 8 + pk.length + sk.length + FILLER.length,
    origin: { table: 'things', key: [sk] },
  };
}

/** Sums of some of the seconds. */
export function total(seconds: readonly Second[]): Second & { readonly perSecond: number } {
  const sum = (pick: (second: Second) => number) => seconds.reduce((all, second) => all + pick(second), 0);
  const units = sum((second) => second.units);
  return {
    units,
    requests: sum((second) => second.requests),
    throttled: sum((second) => second.throttled),
    perSecond: units / seconds.length,
  };
}
