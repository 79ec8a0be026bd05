import { templateKey } from '../../item/key-attribute.js';
import { canonicalJson } from '../document/document-digest.js';
import type { ResolvedCopy, ResolvedEntity, ResolvedTable } from '../resolved-mapping.js';
import {
  canonicalAttribute,
  canonicalColumn,
  canonicalCondition,
  canonicalTemplate,
} from './canonical-parts.js';

/** What decides which items a copy is: texts that are equal where the items are. */
export interface CanonicalCopy {
  /** Root table and both keys: two copies with one `place` write to the same items. */
  readonly place: string;
  /** What tells its rows apart. */
  readonly identity: string;
  /** Which rows have such an item. */
  readonly rows: string;
  /** Every attribute besides the table's keys that an item may have, in the order on the item. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** `own` tells the functions of one mapping from those of another. */
export function canonicalCopy(
  table: ResolvedTable,
  entity: ResolvedEntity,
  copy: ResolvedCopy,
  own: string,
): CanonicalCopy {
  const { query } = entity;
  const { pk, sk, when, whenNull, oversize, collisions } = copy;
  const root = { table: query.table, by: query.groups?.by.map(({ name }) => name) ?? null };
  const lastBy = collisions === 'reject' ? null : canonicalColumn(collisions.lastBy, query);
  return {
    place: canonicalJson([root, canonicalTemplate(pk, query), canonicalTemplate(sk, query)]),
    identity: query.identity.map(({ name }) => name).join(', '),
    rows: canonicalJson({
      where: query.where,
      when: when === null ? null : canonicalCondition(when, query),
      whenNull,
      oversize,
      lastBy,
      expired: table.expired === 'skip' ? table.timeToLive : null,
    }),
    attributes: new Map([
      ...indexKeys(table, entity, copy),
      [table.entityAttribute, canonicalJson(entity.name)],
      [table.lineageAttribute, canonicalJson([entity.tableLabel, query.identity.map(({ name }) => name)])],
      ...copy.attributes.flatMap((at) => {
        const attribute = entity.attributes[at];
        if (attribute === undefined) return [];
        return [[attribute.name, canonicalJson(canonicalAttribute(attribute, query, own))] as const];
      }),
    ]),
  };
}

/** Both keys of an index are there or neither is: each depends on both templates. */
function indexKeys(
  { partitionKey, sortKey }: ResolvedTable,
  { query }: ResolvedEntity,
  { indexes }: ResolvedCopy,
): readonly (readonly [string, string])[] {
  return indexes.flatMap(({ index, pk, sk }) => {
    const templates = [pk, sk].map((one) => (one === null ? null : canonicalTemplate(one, query)));
    const names = [index.partitionKey, ...(index.sortKey === null ? [] : [index.sortKey])].map(templateKey);
    return names.flatMap((name, role) =>
      name === partitionKey || name === sortKey ? [] : [[name, canonicalJson([role, templates])] as const],
    );
  });
}
