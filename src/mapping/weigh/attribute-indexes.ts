import { keyAttributes } from '../../item/key-attribute.js';
import type { DocumentProblem } from '../problem.js';
import type { ResolvedEntity, ResolvedTable } from '../resolved-mapping.js';
import type { ResolvedPart } from '../template.js';
import { weighTemplate } from './partition-values.js';
import type { Estimates } from './statistics-of.js';

/** Partition keys of indexes over attributes that put many rows into few partitions. */
export function weighAttributeIndexes(
  entity: ResolvedEntity,
  table: ResolvedTable,
  estimates: Estimates,
): readonly DocumentProblem[] {
  if (entity.copies.every(({ when }) => when !== null)) return []; // how many rows have an item, nobody knows
  return table.indexes.flatMap(({ name, partitionKey, local }) => {
    if (typeof partitionKey === 'string' || local === true) return [];
    const parts = keyAttributes(partitionKey).map((key) => partsOf(key.name, entity, table));
    if (parts.includes(null)) return [];
    const template = { text: '', parts: parts.flatMap((each) => each ?? []) };
    return weighTemplate(entity, template, ['table', 'indexes', name, 'partitionKey'], estimates, true);
  });
}

/** Null where the attribute is not there, or nobody knows how many values it has. */
function partsOf(name: string, entity: ResolvedEntity, table: ResolvedTable): readonly ResolvedPart[] | null {
  if (name === table.entityAttribute) return [{ kind: 'literal', text: entity.name }];
  const value = entity.attributes.find((attribute) => attribute.name === name)?.value;
  if (value?.kind === 'column') return [{ kind: 'column', column: value.column, transforms: [] }];
  if (value?.kind === 'template') return value.template.parts;
  return value?.kind === 'constant' ? [{ kind: 'literal', text: name }] : null;
}
