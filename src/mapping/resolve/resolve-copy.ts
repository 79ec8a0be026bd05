import { type IndexKey, isOverAttributes } from '../../item/key-attribute.js';
import { nearest } from '../../support/nearest.js';
import { hasOrder } from '../key/key-order.js';
import type { CopyMapping, OversizePolicy } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ResolvedCopy, ResolvedIndex, ResolvedIndexKey, ResolvedTable } from '../resolved-mapping.js';
import type { ResolvedTemplate } from '../template.js';
import { type KeyRules, requireKeyTemplate } from './key-template-rules.js';
import { requireCell } from './require-cell.js';
import { resolveCondition } from './resolve-condition.js';
import { isTableKey } from './resolve-table.js';

/** What a copy is made from. */
export interface CopyParts extends KeyRules {
  readonly table: ResolvedTable;
  /** Positions of what it holds in the entity's attributes. */
  readonly attributes: readonly number[];
  readonly oversize: OversizePolicy;
}

interface TableKeys {
  readonly pk: ResolvedTemplate;
  readonly sk: ResolvedTemplate;
}

/** Null after reporting why. */
export function resolveCopy(
  name: string,
  mapping: CopyMapping,
  at: DocumentPath,
  parts: CopyParts,
): ResolvedCopy | null {
  const { columns, problems, attributes } = parts;
  const pk = requireKeyTemplate(mapping.key.pk, 'partition', [...at, 'key', 'pk'], parts);
  const sk = requireKeyTemplate(mapping.key.sk, 'sort', [...at, 'key', 'sk'], parts);
  const keys = pk === null || sk === null ? null : { pk, sk };
  const indexes = [
    ...givenIndexes(mapping, keys, [...at, 'indexes'], parts),
    ...(keys === null ? [] : inheritedIndexes(mapping, keys, parts.table)),
  ];
  const when =
    mapping.when === undefined ? null : resolveCondition(mapping.when, columns, [...at, 'when'], problems);
  const collisions = resolveCollisions(mapping.collisions, [...at, 'collisions'], parts);
  if (keys === null) return null;
  const whenNull = mapping.whenNull ?? 'reject';
  return { name, ...keys, indexes, when, whenNull, oversize: parts.oversize, collisions, attributes };
}

function resolveCollisions(
  collisions: CopyMapping['collisions'],
  at: DocumentPath,
  { columns, problems }: CopyParts,
): ResolvedCopy['collisions'] {
  if (collisions === undefined || collisions === 'reject') return 'reject';
  const here = [...at, 'lastBy'];
  const column = requireCell(collisions.lastBy, columns, here, problems);
  if (column === null) return 'reject';
  if (hasOrder(column.keyType)) return { lastBy: column };
  const message = `${collisions.lastBy} (${column.column.nativeType}) has no order that tablefold knows`;
  problems.error(here, 'COLLISION_ORDER', message, 'Name a number, a date, a timestamp or a text.');
  return 'reject';
}

function givenIndexes(
  { indexes = {}, key }: CopyMapping,
  keys: TableKeys | null,
  at: DocumentPath,
  parts: CopyParts,
): readonly ResolvedIndexKey[] {
  const { table, problems } = parts;
  return Object.entries(indexes).flatMap(([name, given]) => {
    const here = [...at, name];
    const index = table.indexes.find((candidate) => candidate.name === name);
    if (index === undefined) {
      const names = table.indexes.map((candidate) => candidate.name);
      const near = nearest(name, names);
      const fix = near === null ? `Declare it: table.indexes.${name}.` : `Did you mean ${near}?`;
      problems.error(here, 'UNKNOWN_INDEX', `the table has no index ${name}`, fix, 'key');
      return [];
    }
    if (isOverAttributes(index)) {
      const message = `${name} is keyed by attributes of the items: copies give it no keys`;
      problems.error(here, 'INDEX_KEY', message, 'Remove it here.', 'key');
      return [];
    }
    if ((given.pk === undefined) !== (index.local === true)) {
      const [message, fix] =
        given.pk === undefined
          ? [`${name} has a partition key, and this copy gives none`, 'Add pk.']
          : [`${name} is local: its partition key is the table's`, 'Remove pk.'];
      problems.error(here, 'INDEX_KEY', message, fix, 'key');
      return [];
    }
    if (given.sk !== undefined && index.sortKey === null) {
      problems.error(
        [...here, 'sk'],
        'INDEX_KEY',
        `${name} has no sort key`,
        'Remove sk, or give the index one.',
      );
      return [];
    }
    const shared = typeof index.sortKey === 'string' && isTableKey(index.sortKey, table);
    if (given.sk === undefined && index.sortKey !== null && !shared) {
      problems.error(here, 'INDEX_KEY', `${name} has a sort key, and this copy gives none`, 'Add sk.', 'key');
      return [];
    }
    const own = given.pk ?? key.pk;
    checkShared(index, 'partitionKey', own, key, [...here, 'pk'], parts);
    if (given.sk !== undefined) checkShared(index, 'sortKey', given.sk, key, [...here, 'sk'], parts);
    const pk =
      given.pk === undefined
        ? (keys?.pk ?? null)
        : requireKeyTemplate(given.pk, 'partition', [...here, 'pk'], parts);
    const sk =
      given.sk === undefined
        ? tableTemplate(index.sortKey, keys, table)
        : requireKeyTemplate(given.sk, 'sort', [...here, 'sk'], parts);
    return pk === null ? [] : [{ index, pk, sk }];
  });
}

/** An index keyed by the table's own attributes has no say in what they hold. */
function checkShared(
  index: ResolvedIndex,
  role: 'partitionKey' | 'sortKey',
  text: string,
  key: CopyMapping['key'],
  at: DocumentPath,
  { table, problems }: CopyParts,
): void {
  const attribute = index[role];
  if (typeof attribute !== 'string' || !isTableKey(attribute, table)) return;
  const held = attribute === table.partitionKey ? key.pk : key.sk;
  if (held === text) return;
  const message = `${index.name} is keyed by the table's own ${attribute}, which holds ${held} here`;
  problems.error(at, 'INDEX_KEY', message, `Write ${held}, or give the index an attribute of its own.`);
}

/** Indexes whose keys are the table's own hold every item, whether a copy says so or not. */
function inheritedIndexes(
  { indexes = {} }: CopyMapping,
  keys: TableKeys,
  table: ResolvedTable,
): readonly ResolvedIndexKey[] {
  return table.indexes.flatMap((index) => {
    if (isOverAttributes(index)) return [];
    const pk = tableTemplate(index.partitionKey, keys, table);
    const sk = tableTemplate(index.sortKey, keys, table);
    const whole = pk !== null && (index.sortKey === null || sk !== null);
    return whole && !Object.hasOwn(indexes, index.name) ? [{ index, pk, sk }] : [];
  });
}

function tableTemplate(
  attribute: IndexKey | null,
  keys: TableKeys | null,
  table: ResolvedTable,
): ResolvedTemplate | null {
  if (attribute === table.partitionKey) return keys?.pk ?? null;
  return attribute === table.sortKey ? (keys?.sk ?? null) : null;
}
