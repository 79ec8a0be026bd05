import { isOverAttributes } from '../item/key-attribute.js';
import { oversizeNames } from '../item/oversize.js';
import type { SourceSchema } from '../source/source-schema.js';
import { nearest } from '../support/nearest.js';
import type { Mapping } from './mapping.js';
import type { DocumentProblem } from './problem.js';
import { ProblemList, suggestion } from './problem-list.js';
import { checkAccessPatterns } from './resolve/access-patterns.js';
import { checkAttributeIndexes } from './resolve/attribute-indexes.js';
import { type EntityContext, resolveEntity } from './resolve/resolve-entity.js';
import { reservedNames, resolveTable } from './resolve/resolve-table.js';
import { checkTimeToLive, inWholeSeconds } from './resolve/time-to-live.js';
import type { ResolvedEntity, ResolvedMapping, ResolvedTable } from './resolved-mapping.js';

export interface Resolution {
  /** Null when there is an error among the problems. */
  readonly resolved: ResolvedMapping | null;
  readonly problems: readonly DocumentProblem[];
}

const DEFAULTS = {
  attributeNames: 'camelCase',
  nulls: 'omit',
  zeroDate: 'reject',
  oversize: 'reject',
  keyEscape: 'percent',
} as const;

/** Finds every name of a mapping in the source, and says of every one that is not there. */
export function resolveMapping(mapping: Mapping, schema: SourceSchema): Resolution {
  const problems = new ProblemList();
  const table = resolveTable(mapping.table);
  const defaults = { ...DEFAULTS, ...mapping.defaults };
  const policies = Object.values(mapping.entities).map(({ oversize = defaults.oversize }) => oversize);
  const reserved = reservedNames(table, new Set(policies.flatMap(oversizeNames)), problems);
  const doubtful = new Set<string>();
  const context = { schema, problems, ...defaults, doubtful, table, reserved };
  const names = Object.keys(mapping.entities);
  const entities = Object.entries(mapping.entities).flatMap(([name, mapped]) => {
    const entity = resolveEntity(name, mapped, context);
    return entity === null ? [] : [inWholeSeconds(entity, table)];
  });
  if (entities.length === names.length) {
    checkTimeToLive(table, entities, context);
    checkAttributeIndexes(mapping.table, table, entities, context);
    checkIndexes(table, entities, context);
  }
  checkAccessPatterns(mapping.accessPatterns ?? {}, { table, entities, names, problems });
  return { resolved: problems.failed ? null : { table, entities }, problems: problems.all };
}

/** Every index is used, and what it includes exists. */
function checkIndexes(
  table: ResolvedTable,
  entities: readonly ResolvedEntity[],
  { problems, doubtful }: EntityContext,
): void {
  const copies = entities.flatMap((entity) => entity.copies);
  const names = [...new Set(entities.flatMap(({ attributes }) => attributes.map(({ name }) => name)))];
  const own = [table.entityAttribute, table.lineageAttribute];
  for (const design of table.indexes) {
    const { name, projection } = design;
    const at = ['table', 'indexes', name];
    if (
      !isOverAttributes(design) &&
      !problems.failed &&
      !copies.some(({ indexes }) => indexes.some(({ index }) => index.name === name))
    ) {
      problems.warning(
        at,
        'INDEX_UNUSED',
        `no copy is in the index ${name}`,
        'Remove it, or give copies its keys.',
        'key',
      );
    }
    if (projection.kind !== 'include') continue;
    for (const [index, attribute] of projection.attributes.entries()) {
      if (names.includes(attribute) || own.includes(attribute) || doubtful.has(attribute)) continue;
      const fix = suggestion(nearest(attribute, names), 'attributes', names);
      const here = [...at, 'projection', 'include', index];
      problems.error(here, 'UNKNOWN_ATTRIBUTE', `no entity has the attribute ${attribute}`, fix);
    }
  }
}
