import type { CreateTableCommandInput, UpdateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { ThrottlingReason } from '../error-replies.js';
import { type Capacity, type Direction, RULES, type Shortage } from './rules.js';
import type { ScannedWrite } from './scan-batch.js';
import type { TableLayout } from './table-layout.js';
import { capacityOf, layoutOf } from './table-request.js';
import { Throughput, type ThroughputOptions } from './throughput.js';
import { TokenBucket } from './token-bucket.js';

export interface TableCounts {
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly written: number;
  readonly throttled: number;
}

/** One table: what it takes, and what it has taken. */
export class SimulatedTable {
  readonly layout: TableLayout;
  readonly arn: string;
  readonly #request: CreateTableCommandInput;
  readonly #own: Throughput;
  readonly #indexes: readonly Throughput[];
  /** One quota over the table and its indexes, only on demand. */
  readonly #quota: Readonly<Record<Direction, TokenBucket>>;
  #billing: 'provisioned' | 'on-demand';
  #activeAt: number;
  readonly #counts = { writeUnits: 0, readUnits: 0, written: 0, throttled: 0 };

  constructor(request: CreateTableCommandInput, now: number, options: ThroughputOptions) {
    this.layout = layoutOf(request);
    this.arn = `arn:aws:dynamodb:local:000000000000:table/${this.layout.name}`;
    this.#request = request;
    this.#billing = request.BillingMode === 'PAY_PER_REQUEST' ? 'on-demand' : 'provisioned';
    this.#own = new Throughput(capacityOf(this.#billing, request), now, options);
    const local = request.LocalSecondaryIndexes?.length ?? 0;
    this.#indexes = [
      ...(request.GlobalSecondaryIndexes ?? []).map(
        (index) => new Throughput(capacityOf(this.#billing, index), now, options),
      ),
      // A local index lives in the table's own partitions.
      ...Array.from({ length: local }, () => this.#own),
    ];
    const quota = options.quota ?? RULES.tableQuota;
    this.#quota = {
      write: new TokenBucket(quota.write, quota.write, now),
      read: new TokenBucket(quota.read, quota.read, now),
    };
    this.#activeAt = now;
  }

  get counts(): TableCounts {
    return this.#counts;
  }

  get partitions(): number {
    return this.#own.partitions;
  }

  /** Null: taken and charged. Otherwise what is short, and nothing is taken. */
  admit(write: ScannedWrite, now: number): ThrottlingReason | null {
    const { partitionHash, indexed, units } = write;
    let short = this.#short(null, this.#own.shortage(partitionHash, 'write', now), 'Write');
    for (const { index, hash } of indexed) {
      const throughput = this.#indexes[index];
      if (short !== null || throughput === undefined) break;
      short = this.#short(index, throughput.shortage(hash, 'write', now), 'Write');
    }
    if (short === null && this.#billing === 'on-demand' && !this.#quota.write.open(now)) {
      short = this.#short(null, 'AccountLimitExceeded', 'Write');
    }
    if (short !== null) {
      this.#counts.throttled += 1;
      return short;
    }
    this.#own.take(partitionHash, 'write', units);
    let total = units;
    for (const { index, hash, units: own } of indexed) {
      this.#indexes[index]?.take(hash, 'write', own);
      total += own;
    }
    this.#quota.write.take(total);
    this.#counts.writeUnits += total;
    this.#counts.written += 1;
    return null;
  }

  /** For the calls whose cost is known when they are done: asks first, charges afterwards. */
  shortage(hash: number, direction: Direction, now: number): ThrottlingReason | null {
    const short = this.#own.shortage(hash, direction, now);
    if (short !== null) this.#counts.throttled += 1;
    return this.#short(null, short, direction === 'write' ? 'Write' : 'Read');
  }

  charge(hash: number, direction: Direction, units: number): void {
    this.#own.take(hash, direction, units);
    this.#counts[direction === 'write' ? 'writeUnits' : 'readUnits'] += units;
  }

  /** UpdateTable: another mode, other units, another warm throughput; takes `updateMs`. */
  update(request: UpdateTableCommandInput, now: number, updateMs: number): void {
    if (request.BillingMode !== undefined) {
      this.#billing = request.BillingMode === 'PAY_PER_REQUEST' ? 'on-demand' : 'provisioned';
    }
    this.#own.change(this.#changed(this.#own.capacity, request), now);
    for (const { Update } of request.GlobalSecondaryIndexUpdates ?? []) {
      const at = this.layout.indexes.findIndex(({ name }) => name === Update?.IndexName);
      const index = this.#indexes[at];
      if (index !== undefined && Update !== undefined)
        index.change(this.#changed(index.capacity, Update), now);
    }
    this.#activeAt = now + updateMs;
  }

  describe(now: number): Record<string, unknown> {
    const status = now < this.#activeAt ? 'UPDATING' : 'ACTIVE';
    const {
      KeySchema,
      AttributeDefinitions,
      GlobalSecondaryIndexes = [],
      LocalSecondaryIndexes = [],
    } = this.#request;
    const onDemand = this.#billing === 'on-demand';
    return {
      TableName: this.layout.name,
      TableStatus: status,
      TableArn: this.arn,
      ItemCount: this.#counts.written,
      TableSizeBytes: 0,
      KeySchema,
      AttributeDefinitions,
      BillingModeSummary: { BillingMode: onDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED' },
      ...describeCapacity(this.#own.capacity, status),
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }, at) => ({
        IndexName,
        KeySchema,
        Projection,
        IndexStatus: status,
        ...describeCapacity(this.#indexes[at]?.capacity ?? this.#own.capacity, status),
      })),
      LocalSecondaryIndexes,
    };
  }

  #changed(now: Capacity, asked: Parameters<typeof capacityOf>[1]): Capacity {
    const made = capacityOf(this.#billing, asked);
    if (made.mode === 'provisioned') {
      return asked.ProvisionedThroughput === undefined && now.mode === 'provisioned' ? now : made;
    }
    if (now.mode !== 'on-demand') return made;
    return { mode: 'on-demand', warm: made.warm ?? now.warm, max: made.max ?? now.max };
  }

  #short(index: number | null, short: Shortage | null, direction: 'Write' | 'Read'): ThrottlingReason | null {
    if (short === null) return null;
    const name = index === null ? null : this.layout.indexes[index]?.name;
    return {
      reason: `${index === null ? 'Table' : 'Index'}${direction}${short}`,
      resource: name == null ? this.arn : `${this.arn}/index/${name}`,
    };
  }
}

function describeCapacity(capacity: Capacity, status: string): Record<string, unknown> {
  if (capacity.mode === 'provisioned') {
    const { read, write } = capacity;
    return { ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write } };
  }
  const warm = capacity.warm ?? RULES.onDemandStart;
  return {
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    WarmThroughput: { ReadUnitsPerSecond: warm.read, WriteUnitsPerSecond: warm.write, Status: status },
    ...(capacity.max === undefined
      ? {}
      : {
          OnDemandThroughput: {
            MaxReadRequestUnits: Number.isFinite(capacity.max.read) ? capacity.max.read : -1,
            MaxWriteRequestUnits: Number.isFinite(capacity.max.write) ? capacity.max.write : -1,
          },
        }),
  };
}
