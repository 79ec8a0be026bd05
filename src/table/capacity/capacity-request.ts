import type {
  GlobalSecondaryIndexUpdate,
  OnDemandThroughput,
  ProvisionedThroughput,
  UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { CapacityGoal } from './capacity-goal.js';
import type { PartCapacity, TableCapacity, Units } from './table-capacity.js';

/** Reads that a table without items is provisioned: nobody reads it yet. */
const EMPTY_TABLE_READS = 100;
/** What a new on-demand table reads (docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html). */
const ON_DEMAND_READS = 12_000;

type Throughput = Pick<
  UpdateTableCommandInput,
  'ProvisionedThroughput' | 'OnDemandThroughput' | 'WarmThroughput'
>;

/** The UpdateTable request that leads from here to the goal; null where nothing is to be changed. */
export function raiseRequest(
  table: string,
  now: TableCapacity,
  goal: CapacityGoal,
): UpdateTableCommandInput | null {
  switch (goal.kind) {
    case 'as-is':
      return null;
    case 'on-demand':
      return now.mode === 'on-demand' ? null : { TableName: table, BillingMode: 'PAY_PER_REQUEST' };
    case 'warm':
      return update(table, now, ({ warm }) =>
        (warm?.write ?? 0) >= goal.write ? null : { WarmThroughput: { WriteUnitsPerSecond: goal.write } },
      );
    case 'provisioned': {
      const request = update(table, now, (part) => {
        const units = provisionedUnits(part, goal, now.items);
        return sameUnits(units, part.provisioned) ? null : provisioned(units);
      });
      if (request === null || now.mode === 'provisioned') return request;
      return { ...request, BillingMode: 'PROVISIONED' };
    }
  }
}

/** The UpdateTable request that leads from here back to what was before; null where it is so already. */
export function restoreRequest(
  table: string,
  now: TableCapacity,
  before: TableCapacity,
): UpdateTableCommandInput | null {
  const was = new Map(before.parts.map((part) => [part.index, part]));
  if (before.mode === 'on-demand') {
    if (now.mode === 'on-demand') return null;
    const request = update(table, now, ({ index }) => {
      const maximum = was.get(index)?.maximum ?? null;
      return maximum === null ? null : { OnDemandThroughput: bound(maximum) };
    });
    return { ...(request ?? { TableName: table }), BillingMode: 'PAY_PER_REQUEST' };
  }
  const request = update(table, now, (part) => {
    // An index that was made meanwhile stays as it is, unless the mode it is in goes away.
    const units = was.get(part.index)?.provisioned ?? part.provisioned ?? was.get(null)?.provisioned ?? null;
    return units === null || sameUnits(units, part.provisioned) ? null : provisioned(units);
  });
  if (request === null || now.mode === 'provisioned') return request;
  return { ...request, BillingMode: 'PROVISIONED' };
}

/** Raising never lowers what is there. */
function provisionedUnits(
  { provisioned: now, warm }: PartCapacity,
  { write, read }: { readonly write: number; readonly read: number | null },
  items: number,
): Units {
  const reads = now?.read ?? (items === 0 ? EMPTY_TABLE_READS : (warm?.read ?? ON_DEMAND_READS));
  return {
    write: Math.max(write, now?.write ?? 0),
    read: read === null ? reads : Math.max(read, now?.read ?? 0),
  };
}

/** One request for the table and those of its indexes that change; `change` says what of a part. */
function update(
  table: string,
  { parts }: TableCapacity,
  change: (part: PartCapacity) => Throughput | null,
): UpdateTableCommandInput | null {
  let own: Throughput | null = null;
  const indexes: GlobalSecondaryIndexUpdate[] = [];
  for (const part of parts) {
    const changed = change(part);
    if (part.index === null) own = changed;
    else if (changed !== null) indexes.push({ Update: { IndexName: part.index, ...changed } });
  }
  if (own === null && indexes.length === 0) return null;
  return {
    TableName: table,
    ...own,
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexUpdates: indexes }),
  };
}

function provisioned({ read, write }: Units): { readonly ProvisionedThroughput: ProvisionedThroughput } {
  return { ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write } };
}

function bound({ read, write }: Units): OnDemandThroughput {
  return { MaxReadRequestUnits: read, MaxWriteRequestUnits: write };
}

function sameUnits(a: Units, b: Units | null): boolean {
  return a.read === b?.read && a.write === b.write;
}

/** What a request asks of the table and each index, for checks before it is sent. */
export function askedUnits({
  ProvisionedThroughput,
  GlobalSecondaryIndexUpdates = [],
}: UpdateTableCommandInput): readonly Units[] {
  return [
    ProvisionedThroughput,
    ...GlobalSecondaryIndexUpdates.map(({ Update }) => Update?.ProvisionedThroughput),
  ]
    .filter((units) => units !== undefined)
    .map(({ ReadCapacityUnits: read = 0, WriteCapacityUnits: write = 0 }) => ({ read, write }));
}
