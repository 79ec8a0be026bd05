import type { PlanReport } from '../operations/plan-report.js';
import { clip, printable, readable } from './printable.js';
import { bytes, count, percent, table } from './table.js';

/** A partition takes so many write units a second: keys with fewer hold nothing up. */
const PARTITION_UNITS = 1_000;
const KEY = 48;
const BIG_ITEMS = 3;

/** How items spread over partition keys, which of these are hot, and the biggest items. */
export function renderPartitions({ partitions, biggest }: PlanReport): string {
  return [spreadTable(partitions), heatTable(partitions), bigTable(biggest)]
    .filter((part) => part !== '')
    .join('\n');
}

function spreadTable(partitions: PlanReport['partitions']): string {
  const rows = partitions.flatMap(({ index, items, partitions: keys, exact, each, hottest: [hottest] }) =>
    each === null || hottest === undefined
      ? []
      : [
          [
            nameOf(index),
            items,
            exact ? count(keys) : `about ${count(keys)}`,
            `${count(each.items.median)} / ${count(each.items.p99)} / ${count(each.items.max)}`,
            bytes(each.bytes.max),
            `${clip(printable(hottest.partition), KEY)} (${percent(hottest.share)})`,
          ],
        ],
  );
  const head = ['', 'items', 'partition keys', 'items each median / p99 / max', 'most bytes', 'hottest key'];
  return rows.length === 0 ? '' : table(head, rows);
}

function heatTable(partitions: PlanReport['partitions']): string {
  const rows = partitions.flatMap(({ index, hottest }) =>
    hottest
      .filter(({ writeUnits }) => writeUnits > PARTITION_UNITS)
      .slice(0, 5)
      .map(({ partition, items, writeUnits, share, missedUnits }) => [
        nameOf(index),
        clip(printable(partition), KEY),
        items,
        missedUnits === 0 ? count(writeUnits) : `${count(writeUnits)} to ${count(writeUnits + missedUnits)}`,
        percent(share),
        `${count(Math.ceil(writeUnits / PARTITION_UNITS))} s`,
      ]),
  );
  if (rows.length === 0) return '';
  const head = ['', 'partition key', 'items', 'write units', 'share', 'at least'];
  return `Partition keys that take more than a second, for a partition takes 1,000 write units in one\n${table(head, rows)}`;
}

function bigTable(biggest: PlanReport['biggest']): string {
  if (biggest.length === 0) return '';
  const rows = biggest.slice(0, BIG_ITEMS).map(({ entity, copy, key, bytes: size, source }) => [
    `${entity}.${copy}`,
    Object.values(key)
      .map((value) => clip(readable(value), KEY))
      .join(' / '),
    bytes(size),
    clip(printable(source), KEY),
  ]);
  return `Biggest items\n${table(['copy', 'key', 'bytes', 'row'], rows)}`;
}

function nameOf(index: string | null): string {
  return index === null ? 'table' : `index ${index}`;
}
