import type { PlanReport } from '../operations/plan-report.js';
import { duration, money, table } from './table.js';

type Cost = PlanReport['cost'];

/** The ways to load side by side, each with its time and its price. */
export function renderCost({ region, prices, storageMonth, ways }: Cost): string {
  const priced = (amount: number | null) =>
    prices === null || amount === null ? '-' : money(amount, prices.currency);
  const rows = ways.map(({ writer, capacity, unitsPerSecond, seconds, heldBy, cost }) => [
    writer,
    capacity ?? '-',
    unitsPerSecond ?? '',
    seconds === null ? 'not said by DynamoDB' : duration(seconds * 1_000),
    heldText(heldBy),
    priced(cost),
  ]);
  const head = ['loaded by', 'capacity', 'units/s each', 'at least', 'held by', 'cost'];
  return `${titleOf(region, prices)}\n${table(head, rows)}${
    storageMonth === null ? '' : `Stored: ${priced(storageMonth)} a month.\n`
  }`;
}

function titleOf(region: Cost['region'], prices: Cost['prices']): string {
  if (prices !== null) return `Time and cost in ${region}, by prices of ${prices.asOf}`;
  return region === null
    ? 'Time, and no cost: no region is known. Name it with --region'
    : `Time, and no cost: no prices of ${region} come along. Give them with --prices FILE, or ask AWS: --prices aws`;
}

function heldText(heldBy: Cost['ways'][number]['heldBy']): string {
  if (heldBy === null) return '-';
  const part = heldBy.index === null ? 'table' : `index ${heldBy.index}`;
  return heldBy.what === 'partition' ? `hottest key of ${part}` : part;
}
