import { type Load, type Second, simulateLoad, total } from '../../support/simulator/simulated-load.js';

export interface ScenarioResult {
  readonly name: string;
  /** Units a second that the table, or the own limit, allows. */
  readonly allowed: number;
  /** Share of them that was used in the measured window: its mean, its worst and best ten seconds. */
  readonly used: { readonly mean: number; readonly worst: number; readonly best: number };
  /** Share of requests that left something unprocessed. */
  readonly throttled: number;
}

interface Scenario {
  readonly name: string;
  readonly load: Load;
  readonly allowed: number;
  /** Seconds before the measured window. */
  readonly after: number;
}

const provisioned = (units: number) => ({
  BillingMode: 'PROVISIONED' as const,
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: units },
});
const onDemand = (units: number) => ({
  BillingMode: 'PAY_PER_REQUEST' as const,
  WarmThroughput: { ReadUnitsPerSecond: 3 * units, WriteUnitsPerSecond: units },
});
const everywhere = (item: number) => `CUSTOMER#${item}`;
/** Rows in key order: 2,000 of a partition key, one key after the other. */
const inOrder = (from: number) => (item: number) => `DAY#${from + Math.floor(item / 2_000)}`;
const WINDOW = 10;

/**
 * The writer on a simulated table and simulated time (test/support/simulator; its rules name their AWS pages):
 * 10 ms a request, 16 requests at once, items of one unit, no burst.
 */
const SCENARIOS: readonly Scenario[] = [
  ...[25, 1_000, 40_000].map((units) => ({
    name: `fixed rate: --max-write-units ${units}`,
    load: { table: provisioned(2 * units), streams: [everywhere], seconds: 35, maxWriteUnits: units },
    allowed: units,
    after: 5,
  })),
  ...[25, 1_000, 10_000].map((units) => ({
    name: `unknown limit: provisioned ${units}`,
    load: { table: provisioned(units), streams: [everywhere], seconds: units > 1_000 ? 60 : 240 },
    allowed: units,
    after: units > 1_000 ? 20 : 60,
  })),
  {
    name: 'on-demand ramp: 4,000, first half hour',
    load: { table: onDemand(1_000), streams: [everywhere], seconds: 300 },
    allowed: 4_000, // the least that an on-demand table takes
    after: 60,
  },
  {
    name: 'on-demand ramp: 8,000 after it',
    load: { table: onDemand(1_000), streams: [everywhere], seconds: 2_100 },
    allowed: 8_000,
    after: 1_980,
  },
  {
    name: 'hot partition: one of three chunks writes one key',
    load: {
      table: onDemand(12_000),
      streams: [() => 'HOT', (item) => `A#${item}`, (item) => `B#${item}`],
      seconds: 30,
    },
    allowed: 12_000,
    after: 10,
  },
  {
    name: 'hot partition: four chunks of rows in key order',
    load: { table: onDemand(12_000), streams: [0, 1e5, 2e5, 3e5].map(inOrder), seconds: 30 },
    allowed: 12_000,
    after: 10,
  },
];

export async function runScenarios(say: (text: string) => void): Promise<readonly ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of SCENARIOS) {
    const { seconds } = await simulateLoad(scenario.load);
    const result = resultOf(scenario, seconds.slice(scenario.after));
    results.push(result);
    say(`  ${result.name}  ${percent(result.used.mean)} used, ${percent(result.throttled)} throttled`);
  }
  return results;
}

function resultOf({ name, allowed }: Scenario, seconds: readonly Second[]): ScenarioResult {
  const windows = seconds.flatMap((_, at) =>
    at + WINDOW > seconds.length ? [] : [total(seconds.slice(at, at + WINDOW)).perSecond / allowed],
  );
  const { perSecond, throttled, requests } = total(seconds);
  return {
    name,
    allowed,
    used: {
      mean: rounded(perSecond / allowed),
      worst: rounded(Math.min(...windows)),
      best: rounded(Math.max(...windows)),
    },
    throttled: rounded(throttled / requests),
  };
}

const rounded = (share: number) => Math.round(share * 1000) / 1000;

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
