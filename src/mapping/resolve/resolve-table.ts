import type { IndexKey } from '../../item/key-attribute.js';
import type { IndexDesign, TableDesign } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ProblemList } from '../problem-list.js';
import type { ResolvedIndex, ResolvedTable } from '../resolved-mapping.js';

/** The table with its defaults filled in. Names are checked by `reservedNames`. */
export function resolveTable(design: TableDesign): ResolvedTable {
  return {
    name: design.name,
    partitionKey: design.partitionKey,
    sortKey: design.sortKey,
    indexes: Object.entries(design.indexes ?? {}).map(([name, index]) =>
      resolveIndex(name, index, design.partitionKey),
    ),
    timeToLive: design.timeToLive?.attribute ?? null,
    expired: design.timeToLive?.expired ?? 'write',
    entityAttribute: design.entityAttribute ?? '_type',
    lineageAttribute: design.lineageAttribute ?? '_src',
  };
}

function resolveIndex(
  name: string,
  { partitionKey, sortKey, local = false, projection = 'all' }: IndexDesign,
  tablePartitionKey: string,
): ResolvedIndex {
  return {
    name,
    partitionKey: local ? tablePartitionKey : resolveKey(partitionKey ?? tablePartitionKey),
    sortKey: sortKey === undefined ? null : resolveKey(sortKey),
    ...(local ? { local } : {}),
    projection:
      typeof projection === 'string'
        ? { kind: projection }
        : { kind: 'include', attributes: projection.include },
  };
}

function resolveKey(key: NonNullable<IndexDesign['sortKey']>): IndexKey {
  if (typeof key === 'string') return key;
  return key.map((attribute) =>
    typeof attribute === 'string'
      ? { name: attribute, type: 'S' }
      : { name: attribute.attribute, type: attribute.type },
  );
}

/**
 * The attributes that keys and tablefold itself need, with what they are: no entity may use them. Each
 * has one meaning; only an index may be keyed by the table's own keys.
 */
export function reservedNames(
  table: ResolvedTable,
  oversize: ReadonlySet<string>,
  problems: ProblemList,
): ReadonlyMap<string, string> {
  const reserved = new Map<string, string>();
  reserve(table.partitionKey, 'the partition key', ['table', 'partitionKey']);
  reserve(table.sortKey, 'the sort key', ['table', 'sortKey']);
  for (const { name, partitionKey, sortKey } of table.indexes) {
    const at = ['table', 'indexes', name];
    if (typeof partitionKey !== 'string' || (sortKey !== null && typeof sortKey !== 'string')) continue;
    if (!isTableKey(partitionKey, table)) {
      reserve(partitionKey, `the partition key of the index ${name}`, [...at, 'partitionKey']);
    }
    if (sortKey === partitionKey) {
      problems.error(
        [...at, 'sortKey'],
        'NAME_CLASH',
        `both keys of ${name} are ${sortKey}`,
        'Name two attributes.',
      );
    } else if (sortKey !== null && !isTableKey(sortKey, table)) {
      reserve(sortKey, `the sort key of the index ${name}`, [...at, 'sortKey']);
    }
  }
  reserve(table.entityAttribute, "the entity's name", ['table', 'entityAttribute']);
  reserve(table.lineageAttribute, 'the lineage', ['table', 'lineageAttribute']);
  for (const name of oversize) {
    if (reserved.has(name))
      problems.error(
        ['table'],
        'NAME_CLASH',
        `${name} is kept for oversize items`,
        'Name another attribute.',
      );
    else reserved.set(name, 'kept for oversize items');
  }
  if (table.timeToLive !== null && reserved.has(table.timeToLive)) {
    reserve(table.timeToLive, 'the time to live', ['table', 'timeToLive', 'attribute']);
  }
  return reserved;

  function reserve(name: string, what: string, at: DocumentPath): void {
    const holder = reserved.get(name);
    if (holder === undefined) reserved.set(name, what);
    else {
      const message = `the attribute ${name} cannot be ${what}: it is ${holder}`;
      problems.error(at, 'NAME_CLASH', message, 'Name another attribute.');
    }
  }
}

export function isTableKey(attribute: string, table: ResolvedTable): boolean {
  return attribute === table.partitionKey || attribute === table.sortKey;
}
