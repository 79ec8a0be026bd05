import type { IndexDescription } from '../dynamodb/table-description.js';
import { compareKeys, type Difference } from '../dynamodb/table-shape.js';
import { keyNames } from '../item/key-attribute.js';
import type { ResolvedIndex } from '../mapping/resolved-mapping.js';
import type { TableReport } from './describe-table.js';
import type { DesignedTable } from './designed-table.js';
import { STREAM_VIEW_TYPES } from './table-request.js';
import type { TableSettings } from './table-settings.js';

/**
 * Where a table is not as the mapping designs it (keys, indexes, projections, time to live) or as the settings say,
 * and what it takes to change that. What neither names (further indexes, streams) is the owner's business.
 */
export function compareTable(
  design: DesignedTable,
  table: TableReport,
  settings: TableSettings = {},
): Difference[] {
  return [
    ...compareKeys(design, table),
    ...design.indexes.flatMap((index) => compareProjection(design, index, table)),
    ...compareTimeToLive(design, table),
    ...compareSettings(settings, table),
  ];
}

function compareProjection(design: DesignedTable, index: ResolvedIndex, table: TableReport): Difference[] {
  const found = table.indexes.find(({ name }) => name === index.name);
  if (found === undefined) return []; // said by compareKeys
  const keys = [design, index].flatMap(({ partitionKey, sortKey }) => [
    ...keyNames(partitionKey),
    ...keyNames(sortKey),
  ]);
  const expected = sayProjection(index.projection, keys);
  const actual = sayProjection(found.projection, keys);
  if (expected === actual) return [];
  const change = index.local === true ? 'new table' : 'new index';
  return [{ what: `index ${index.name} projection`, expected, found: actual, change }];
}

/** Keys are always projected, so naming them makes no difference. */
function sayProjection(projection: IndexDescription['projection'], keys: readonly string[]): string {
  if (projection.kind === 'all') return 'all';
  const further =
    projection.kind === 'include' ? projection.attributes.filter((name) => !keys.includes(name)) : [];
  return further.length === 0 ? 'keys only' : `keys and ${[...further].sort().join(', ')}`;
}

function compareTimeToLive(design: DesignedTable, { timeToLive }: TableReport): Difference[] {
  if (design.timeToLive === null || timeToLive.kind === 'unknown') return [];
  const found = timeToLive.kind === 'enabled' ? timeToLive.attribute : 'none';
  return found === design.timeToLive
    ? []
    : [{ what: 'time to live attribute', expected: design.timeToLive, found, change: 'in place' }];
}

/** Only what is asked for: a setting that is left out is the owner's. Tags and warm throughput are not read back. */
function compareSettings(settings: TableSettings, table: TableReport): Difference[] {
  const { billing, stream, deletionProtection, kmsKey, tableClass } = settings;
  const keyOf = (wanted: string) => (wanted === 'aws' ? 'a key of AWS or yours' : wanted);
  const pairs: readonly (readonly [what: string, expected: string | undefined, found: string])[] = [
    ['billing', billing === undefined ? undefined : sayBilling(billing), sayBilling(table.billing)],
    ['stream', stream === undefined ? undefined : STREAM_VIEW_TYPES[stream], table.stream ?? 'none'],
    ['table class', tableClass, table.tableClass],
    ['deletion protection', onOff(deletionProtection), onOff(table.deletionProtection)],
    [
      'encryption key',
      kmsKey === undefined ? undefined : keyOf(kmsKey),
      table.kmsKey === null ? "DynamoDB's own" : kmsKey === 'aws' ? keyOf('aws') : table.kmsKey,
    ],
  ];
  return pairs.flatMap(([what, expected, found]) =>
    expected === undefined || expected === found
      ? []
      : { what, expected, found, change: 'in place' as const },
  );
}

function sayBilling(billing: TableReport['billing']): string {
  return billing === 'on-demand' ? billing : `provisioned ${billing.read} read, ${billing.write} write units`;
}

function onOff(value: boolean): string;
function onOff(value: boolean | undefined): string | undefined;
function onOff(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : value ? 'on' : 'off';
}
