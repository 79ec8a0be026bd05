import type { ResolvedTable } from '../mapping/resolved-mapping.js';
import type { PartitionReport } from '../statistics/partition-statistics.js';
import type { MigrationError } from '../support/error.js';
import { type CapacityGoal, sayGoal } from '../table/capacity/capacity-goal.js';
import { type Load, type LoadWay, loadWays, storageMonth } from '../table/cost/load-cost.js';
import { PRICES, type PriceList } from '../table/cost/prices.js';
import { type RunErrorCode, runError } from './errors.js';

export interface CostOptions {
  /** Where the table is or will be; null: not known, and so are its prices. */
  readonly region: string | null;
  /** Default: the prices that come along, of us-east-1. */
  readonly prices?: PriceList | undefined;
  /** Further capacities to reckon with. */
  readonly capacities?: readonly CapacityGoal[] | undefined;
}

/** What loading takes, by each way to load. */
export interface CostReport {
  readonly region: string | null;
  /** When and where the prices were read; null: none are known of this region. */
  readonly prices: { readonly currency: string; readonly asOf: string; readonly page: string } | null;
  /** A month of what is stored; null without prices. */
  readonly storageMonth: number | null;
  readonly ways: readonly LoadWay[];
}

export function costOf(load: Load, { region, prices: list = PRICES, capacities }: CostOptions): CostReport {
  const prices = region === null ? null : (list.regions[region] ?? null);
  const { currency, asOf, page } = list;
  return {
    region,
    prices: prices === null ? null : { currency, asOf, page },
    storageMonth: storageMonth(load, prices),
    ways: loadWays(load, prices, capacities ?? []),
  };
}

/**
 * Table and global indexes, each with what it takes; local indexes live on the table's capacity. Where `partitions` are
 * those of a sample, `totals` are of all, and each part is scaled alike; not its hottest key, which may be hot there alone.
 */
export function loadOf(
  partitions: readonly ({ readonly index: string | null } & PartitionReport)[],
  { indexes }: Pick<ResolvedTable, 'indexes'>,
  totals: { readonly writeUnits: number; readonly storageBytes: number; readonly importBytes: number },
): Load {
  const { storageBytes, importBytes } = totals;
  const seen = partitions.reduce((sum, { writeUnits }) => sum + writeUnits, 0);
  const scaled = (units: number) => (units === 0 ? 0 : Math.round((units / seen) * totals.writeUnits));
  const global = indexes.filter(({ local }) => local !== true).map(({ name }) => name);
  const partOf = (index: string | null) => {
    const own = partitions.filter((one) =>
      index === null ? one.index === null || !global.includes(one.index) : one.index === index,
    );
    return {
      index,
      writeUnits: scaled(own.reduce((sum, { writeUnits }) => sum + writeUnits, 0)),
      hottestUnits: own.reduce((sum, { hottest }) => sum + (hottest[0]?.writeUnits ?? 0), 0),
    };
  };
  return { parts: [null, ...global].map(partOf), storageBytes, importBytes };
}

/**
 * Why a load must not begin: with this capacity it costs more than `most`, in the currency of the prices, or what it
 * costs is not known. Null: it may. A table that stays as it is is reckoned to be on demand.
 */
export function costExcess(
  { ways, prices, region }: CostReport,
  goal: CapacityGoal | undefined,
  most: number,
): MigrationError<RunErrorCode> | null {
  const capacity = goal === undefined || goal.kind === 'as-is' ? 'on-demand' : sayGoal(goal);
  const cost = ways.find((way) => way.capacity === capacity)?.cost ?? null;
  if (prices === null || cost === null) {
    const where = region === null ? 'no region is known' : `no prices of ${region} are known`;
    return runError('RUN_COST', `what the load costs cannot be said: ${where}`, {
      hint: 'Name the region with --region, and give its prices with --prices FILE (docs/plan.md shows the format); or leave out --max-cost.',
    });
  }
  if (cost <= most) return null;
  const { currency } = prices;
  return runError(
    'RUN_COST',
    `loading costs about ${amount(cost)} ${currency} with ${capacity}, more than the ${amount(most)} of --max-cost`,
    { hint: '`tablefold plan` shows what costs so much, and cheaper ways; or raise --max-cost.' },
  );
}

/** Two decimals; parts of a cent as far as they tell something. */
function amount(value: number): string {
  return value < 0.01 ? String(Number(value.toPrecision(2))) : value.toFixed(2);
}
