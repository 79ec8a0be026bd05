import type { IndexDescription } from '../dynamodb/table-description.js';
import { compareKeys, type Difference } from '../dynamodb/table-shape.js';
import { keyNames } from '../item/key-attribute.js';
import type { ResolvedIndex, ResolvedTable } from '../mapping/resolved-mapping.js';
import type { TableReport } from './describe-table.js';

/** The part of a mapping that says how its table is made. */
export type DesignedTable = Pick<
  ResolvedTable,
  'name' | 'partitionKey' | 'sortKey' | 'indexes' | 'timeToLive'
>;

/**
 * Where a table is not as the mapping designs it: keys, indexes, projections, time to live. What the
 * design does not name (further indexes, billing, streams) is the owner's business.
 */
export function compareTable(design: DesignedTable, table: TableReport): Difference[] {
  return [
    ...compareKeys(design, table),
    ...design.indexes.flatMap((index) => compareProjection(design, index, table)),
    ...compareTimeToLive(design, table),
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
  return expected === actual ? [] : [{ what: `index ${index.name} projection`, expected, found: actual }];
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
    : [{ what: 'time to live attribute', expected: design.timeToLive, found }];
}
