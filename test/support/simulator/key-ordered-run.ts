import { setMaxListeners } from 'node:events';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { runInProcess } from '../../../src/executor/in-process.js';
import type { Item } from '../../../src/item/item.js';
import type { EntityMapper, Mapped } from '../../../src/mapping/mapper.js';
import { farApart } from '../../../src/pipeline/far-apart.js';
import { createMeter, type ThrottleCount } from '../../../src/pipeline/meter.js';
import { runChunk } from '../../../src/pipeline/pipeline.js';
import { rateLimit } from '../../../src/pipeline/rate.js';
import { rejectFuse } from '../../../src/pipeline/reject-fuse.js';
import { plannedChunks } from '../../../src/pipeline/remaining-chunks.js';
import { DEFAULT_RETRY } from '../../../src/pipeline/retry.js';
import type { SnapshotKeeper } from '../../../src/pipeline/snapshot-keeper.js';
import { inOrder, spreadOf } from '../../../src/pipeline/spread.js';
import { Writer } from '../../../src/pipeline/writer.js';
import { keyRangeChunk, keyRangeOf } from '../../../src/source/key-range.js';
import { LeasePool } from '../../../src/source/lease-pool.js';
import type { EntityQuery } from '../../../src/source/row-query.js';
import type { Chunk, ChunkPlan, RowTree, Snapshot } from '../../../src/source/source.js';
import { silentLogger } from '../../../src/support/log.js';
import { virtualClock } from '../virtual-clock.js';
import { JsonCursor } from './json-cursor.js';
import { simulatedDynamo, simulatedWriter } from './simulated-sink.js';
import { Simulator, type SimulatorOptions } from './simulator.js';

export interface KeyOrderedRun {
  readonly table: Omit<CreateTableCommandInput, 'TableName' | 'KeySchema' | 'AttributeDefinitions'>;
  readonly rows: number;
  /** Partition key of a row; rows are read by their number. */
  readonly partitionOf: (row: number) => string;
  /** Partition key in the index `gsi1`, where the table has it. */
  readonly indexPartitionOf?: (row: number) => string;
  readonly itemBytes: number;
  /** `naive` takes the rows in large chunks one after the other, whatever is hot. */
  readonly order: 'naive' | 'spread';
  readonly simulator?: Partial<SimulatorOptions>;
}

export interface KeyOrderedReport {
  readonly seconds: number;
  /** Units a second over the whole run. */
  readonly unitsPerSecond: number;
  readonly requests: number;
  readonly throttled: number;
  readonly itemsLeft: number;
  readonly throttles: readonly ThrottleCount[];
  readonly hotKeys: number;
  /** The most bytes of items that waited at once. */
  readonly mostPendingBytes: number;
}

const READERS = 4;
const ROWS_PER_CHUNK = 10_000;

/** The pipeline from chunk boundaries to the last item against the simulator on virtual time, 10 ms a request, 16 at once. */
export async function runKeyOrdered(run: KeyOrderedRun): Promise<KeyOrderedReport> {
  const clock = virtualClock();
  const simulator = new Simulator({
    clock,
    latencyMs: 10,
    burstSeconds: 0,
    splitAfterMs: Number.POSITIVE_INFINITY,
    quota: { write: Number.POSITIVE_INFINITY, read: Number.POSITIVE_INFINITY },
    ...run.simulator,
  });
  const TableName = 'ordered';
  await simulator.call('CreateTable', Buffer.from(JSON.stringify({ TableName, ...KEYS, ...run.table })));
  const table = { name: TableName, partitionKey: 'pk', sortKey: 'sk', indexes: [] };
  const sink = simulatedWriter(simulatedDynamo(simulator), table);
  const meter = createMeter();
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const report = { requests: 0, mostPendingBytes: 0 };
  const rate = rateLimit(Number.POSITIVE_INFINITY, clock);
  const writer = new Writer(
    {
      ...sink,
      write(batch, signal) {
        report.requests += 1;
        report.mostPendingBytes = Math.max(report.mostPendingBytes, meter.pendingBytes);
        return sink.write(batch, signal);
      },
    },
    {
      concurrency: 16,
      maxPendingBytes: 16 * 1024 * 1024,
      retry: DEFAULT_RETRY,
      rate,
      clock,
      meter,
      log: silentLogger,
      signal: end.signal,
      fail: (error) => end.abort(error),
    },
  );
  const snapshot = numberedRows(run.rows);
  const mapper = mapperOf(run);
  const spread =
    run.order === 'naive' ? inOrder(ROWS_PER_CHUNK, READERS) : spreadOf(meter, ROWS_PER_CHUNK, READERS);
  const context = {
    writer,
    meter,
    signal: end.signal,
    fuse: rejectFuse(undefined, 0, () => undefined),
    state: { reject: () => undefined, done: async () => undefined },
  };
  const keeper = { run: (_: unknown, work: (from: Snapshot) => unknown) => work(snapshot) };
  const chunks = plannedChunks(
    keeper as unknown as SnapshotKeeper,
    mapper.query,
    { rowsPerChunk: ROWS_PER_CHUNK },
    spread,
  );
  await clock.run(async () => {
    await runInProcess(
      farApart(chunks, () => spread.apart),
      () => spread.chunksAtOnce,
      (chunk) => runChunk(chunk, mapper, snapshot, context),
      clock,
    );
    await writer.idle();
  });
  const seconds = clock.now() / 1000;
  const units = simulator.counts(TableName)?.writeUnits ?? 0;
  return {
    ...report,
    seconds,
    unitsPerSecond: units / seconds,
    throttled: meter.throttled,
    itemsLeft: meter.retried,
    throttles: meter.throttles,
    hotKeys: meter.hotKeys,
  };
}

const KEYS = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ],
};

/** Rows that are their numbers, read by at most `READERS` at once. */
function numberedRows(rows: number): Snapshot {
  const session = { failure: null, end: async () => {}, destroy: () => {} };
  const readers = new LeasePool(READERS, async () => ({ ...session }));
  return {
    async *planChunks(query: EntityQuery, { rowsPerChunk, after }: ChunkPlan) {
      const range = after === undefined ? null : keyRangeOf(after, 1);
      let from = range?.kind === 'span' ? Number(range.upTo?.[0] ?? rows - 1) + 1 : 0;
      for (
        let number = after === undefined ? 0 : Number(after.id.split('/')[1]) + 1;
        from < rows;
        number += 1
      ) {
        const upTo = Math.min(rows, from + rowsPerChunk) - 1;
        const span = { kind: 'span' as const, after: [String(from - 1)], upTo: [String(upTo)], taken: null };
        yield keyRangeChunk(query.entity, number, span);
        from = upTo + 1;
      }
    },
    async *readChunk(_: EntityQuery, chunk: Chunk) {
      const range = keyRangeOf(chunk, 1);
      if (range.kind !== 'span') throw new TypeError('no such chunk was planned');
      const lease = await readers.lease();
      try {
        const last = Number(range.upTo?.[0]);
        for (let first = Number(range.after?.[0]) + 1; first <= last; first += PAGE) {
          const count = Math.min(PAGE, last - first + 1);
          const page = Array.from({ length: count }, (_, at) => [String(first + at)]);
          yield { rows: page.map((row) => ({ row, children: [], overflow: false })), bytes: 0 };
        }
      } finally {
        await readers.release(lease);
      }
    },
  } as unknown as Snapshot;
}

const PAGE = 250;

function mapperOf({ partitionOf, indexPartitionOf, itemBytes }: KeyOrderedRun): EntityMapper {
  return {
    entity: 'Thing',
    query: { entity: 'Thing', identity: [{ name: 'id' }] },
    map({ row }: RowTree, made: Mapped) {
      const id = Number(row[0]);
      made.items.push(itemOf(id, partitionOf(id), indexPartitionOf?.(id) ?? null, itemBytes));
    },
  } as unknown as EntityMapper;
}

function itemOf(id: number, pk: string, gsi: string | null, itemBytes: number): Item {
  const key = `{"pk":{"S":"${pk}"},"sk":{"S":"${id}"}}`;
  const text = 'x'.repeat(itemBytes - 50);
  const index = gsi === null ? '' : `,"gsi1pk":{"S":"${gsi}"}`;
  return {
    entity: 'Thing',
    copy: 'main',
    key,
    partition: pk,
    indexed: gsi === null ? [] : [{ index: 'gsi1', partition: gsi, bytes: itemBytes }],
    json: `{"pk":{"S":"${pk}"},"sk":{"S":"${id}"}${index},"text":{"S":"${text}"}}`,
    bytes: itemBytes,
    origin: { table: 'things', key: [String(id)] },
  };
}

/**
 * Names for as many partition keys, in an order of chance, of which each of the table's partitions gets equally many:
 * what a table of very many keys is, in one that is small enough to simulate.
 */
export function evenKeys(keys: number, partitions: number, seed = 1): readonly string[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const places = Array.from({ length: keys }, (_, key) => key % partitions);
  for (let at = keys - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const place = places[at] as number; // at < keys
    places[at] = places[other] as number; // other <= at
    places[other] = place;
  }
  return places.map((place, key) => {
    for (let suffix = 0; ; suffix += 1) {
      const name = `D#${key}#${suffix}`;
      if (Math.floor((hashOf(name) / 2 ** 32) * partitions) === place) return name;
    }
  });
}

function hashOf(text: string): number {
  const cursor = new JsonCursor(Buffer.from(JSON.stringify(text)));
  cursor.hashedString();
  return cursor.hash;
}
