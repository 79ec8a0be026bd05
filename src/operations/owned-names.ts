import { keyNames } from '../item/key-attribute.js';
import { OVERSIZE } from '../item/oversize.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';

export interface OwnedNames {
  /** Of an item of this copy: keys of table and indexes, labels, and the copy's attributes. */
  ofCopy(entity: string, copy: string): ReadonlySet<string>;
  /** Of an item of whichever copy. An entity that the mapping does not have: keys and labels alone. */
  ofEntity(entity: string | null): ReadonlySet<string>;
}

/** The attributes that the mapping answers for; every other one is the application's. */
export function ownedNames({ table, entities }: ResolvedMapping): OwnedNames {
  const always = [
    ...[table.partitionKey, table.sortKey, table.entityAttribute, table.lineageAttribute],
    ...table.indexes.flatMap((index) => [...keyNames(index.partitionKey), ...keyNames(index.sortKey)]),
    ...(table.timeToLive === null ? [] : [table.timeToLive]),
    ...Object.values(OVERSIZE),
  ];
  const none = new Set(always);
  const ofEntity = new Map<string, ReadonlySet<string>>();
  const ofCopy = new Map<string, ReadonlySet<string>>();
  for (const { name, attributes, copies } of entities) {
    ofEntity.set(name, new Set([...always, ...attributes.map((attribute) => attribute.name)]));
    for (const copy of copies) {
      const own = copy.attributes.map((at) => attributes[at]?.name ?? '');
      ofCopy.set(JSON.stringify([name, copy.name]), new Set([...always, ...own]));
    }
  }
  return {
    ofCopy: (entity, copy) => ofCopy.get(JSON.stringify([entity, copy])) ?? none,
    ofEntity: (entity) => (entity === null ? none : (ofEntity.get(entity) ?? none)),
  };
}
