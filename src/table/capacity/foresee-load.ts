import { type CapacityOrigin, NEW_ON_DEMAND, type WriteCapacity } from '../../dynamodb/write-capacity.js';
import { type Load, type LoadPart, PARTITION_UNITS } from '../cost/load-cost.js';
import { sayGoal } from './capacity-goal.js';
import type { TableCapacity } from './table-capacity.js';

/** The table as it is set now, and what its account allows it. */
export interface TableNow {
  readonly table: string;
  readonly region: string;
  /** Null: there is no such table. */
  readonly set: { readonly mode: TableCapacity['mode']; readonly parts: readonly WriteCapacity[] } | null;
  /** Write units a second that a table may have with its indexes; null where the caller may not ask. */
  readonly quota: number | null;
}

/** What the table, or an index, takes of the load. */
export interface PartForecast {
  readonly index: string | null;
  /** Write units a second, from the first second on; null: it is not there. */
  readonly unitsPerSecond: number | null;
  readonly origin: CapacityOrigin | null;
  readonly writeUnits: number;
  /** At least, by itself; the others are throttled less or not at all. */
  readonly seconds: number | null;
}

/** How the load will go on the table as it is. Plain JSON, in the report of a plan. */
export interface Preflight extends Omit<TableNow, 'set'> {
  /** Null: there is no such table yet; the forecast is of one made on demand. */
  readonly mode: TableCapacity['mode'] | null;
  readonly parts: readonly PartForecast[];
  /** At least, all together. */
  readonly seconds: number;
  readonly findings: readonly PreflightFinding[];
}

/** Something to know or to do before the load; `next` is what to do. */
export interface PreflightFinding {
  readonly kind: 'no table' | 'no index' | 'slow index' | 'hot key' | 'quota' | 'slow';
  readonly index: string | null;
  readonly message: string;
  readonly next: string;
}

/** A load that takes longer is worth raising the capacity for. */
const LONG_SECONDS = 3_600;
/** An index that takes so many times as long as all else holds it up, where it is more than a moment. */
const SLOW = { times: 1.5, seconds: 60 };

/**
 * What takes the load how long, as the table is set. Table and indexes take their units at the same time, and an index
 * that is full throttles the writes to the table (docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html).
 */
export function foreseeLoad({ parts }: Load, now: TableNow): Preflight {
  const { table, region, set, quota } = now;
  const forecasts = parts.map((part) => forecastOf(part, set));
  const hottest = Math.max(0, ...parts.map(({ hottestUnits }) => hottestUnits / PARTITION_UNITS));
  const seconds = Math.max(hottest, ...forecasts.map((part) => part.seconds ?? 0));
  return {
    table,
    region,
    quota,
    mode: set?.mode ?? null,
    parts: forecasts,
    seconds,
    findings: [
      ...missing(now, forecasts),
      ...slowIndex(forecasts, hottest),
      ...tooSlow(parts, now, seconds, hottest),
    ],
  };
}

function forecastOf({ index, writeUnits }: LoadPart, set: TableNow['set']): PartForecast {
  const found =
    set === null
      ? { units: NEW_ON_DEMAND, origin: 'on-demand default' as const }
      : set.parts.find((part) => part.index === index);
  if (found === undefined) return { index, unitsPerSecond: null, origin: null, writeUnits, seconds: null };
  const { units, origin } = found;
  return { index, unitsPerSecond: units, origin, writeUnits, seconds: writeUnits / Math.max(1, units) };
}

function missing({ table, set }: TableNow, forecasts: readonly PartForecast[]): PreflightFinding[] {
  if (set === null) {
    return [
      {
        kind: 'no table',
        index: null,
        message: `there is no table ${table} yet`,
        next: 'make it: `tablefold table create`; the forecast is of one that is new and on demand',
      },
    ];
  }
  return forecasts
    .filter(({ unitsPerSecond }) => unitsPerSecond === null)
    .map(({ index, writeUnits }) => ({
      kind: 'no index',
      index,
      message: `the table has no index ${index}, which ${writeUnits.toLocaleString('en-US')} write units go to`,
      next: '`tablefold backfill --create-indexes` makes it, `tablefold table show` lists all that differs',
    }));
}

/** An index that the table has to wait for. */
function slowIndex(forecasts: readonly PartForecast[], hottest: number): PreflightFinding[] {
  const [slowest, next] = forecasts.toSorted((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0));
  if (slowest === undefined || slowest.index === null || slowest.seconds === null) return [];
  const { index, seconds, writeUnits, unitsPerSecond } = slowest;
  const rest = Math.max(1, hottest, next?.seconds ?? 0);
  if (seconds < SLOW.seconds || seconds < SLOW.times * rest) return [];
  const enough = Math.ceil(writeUnits / rest);
  return [
    {
      kind: 'slow index',
      index,
      message: `index ${index} will be throttled: at ${unitsPerSecond} units a second it takes ${(seconds / rest).toFixed(1)} times as long as all else, and a full index holds up every write`,
      next: `give index ${index} ${enough} write units a second for as long as the load lasts`,
    },
  ];
}

/** What would make a long load shorter, as far as quota and partition keys let it. */
function tooSlow(
  parts: readonly LoadPart[],
  { table, set, quota }: TableNow,
  seconds: number,
  hottest: number,
): PreflightFinding[] {
  if (seconds <= LONG_SECONDS) return [];
  const hot = parts.find(({ hottestUnits }) => hottestUnits / PARTITION_UNITS === hottest);
  if (hot !== undefined && hottest > LONG_SECONDS) {
    const what = hot.index === null ? 'of the table' : `of index ${hot.index}`;
    return [
      {
        kind: 'hot key',
        index: hot.index,
        message: `one partition key ${what} takes ${hot.hottestUnits.toLocaleString('en-US')} units, at 1,000 a second, whatever the capacity`,
        next: 'give that key shards (`{id | shard(10)}`) or another design',
      },
    ];
  }
  const each = Math.ceil(Math.max(...parts.map(({ writeUnits }) => writeUnits)) / LONG_SECONDS);
  const allowed = quota === null ? each : Math.floor(quota / parts.length);
  const goal = (write: number) => {
    const kind = set?.mode === 'provisioned' ? 'provisioned' : 'warm';
    return sayGoal(kind === 'warm' ? { kind, write } : { kind, write, read: null });
  };
  if (each <= allowed) {
    return [
      {
        kind: 'slow',
        index: null,
        message: `${each.toLocaleString('en-US')} units a second of the table and of each index would load it within an hour`,
        next: `\`tablefold migrate --capacity ${goal(each)}\`; \`tablefold plan --capacity ${goal(each)}\` says what it costs`,
      },
    ];
  }
  return [
    {
      kind: 'quota',
      index: null,
      message: `to load ${table} within an hour takes ${each.toLocaleString('en-US')} units a second of the table and of each index; this account allows ${allowed.toLocaleString('en-US')}`,
      next: `\`tablefold migrate --capacity ${goal(allowed)}\`, or raise the quota "Table-level write throughput limit" in Service Quotas`,
    },
  ];
}
