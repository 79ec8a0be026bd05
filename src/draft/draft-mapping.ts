import type { AccessPattern, EntityMapping, IndexDesign, Mapping } from '../mapping/mapping.js';
import { attributeName, type NamingRule } from '../mapping/resolve/attribute-names.js';
import { estimatesOf } from '../mapping/weigh/statistics-of.js';
import { type TableSchema, tableLabel } from '../source/source-schema.js';
import { accessPaths, NO_PATHS } from './access-paths.js';
import type { Draft, DraftInput, Note } from './draft.js';
import { draftEntity, indexName } from './draft-entity.js';
import { free } from './names.js';
import { readRoles } from './roles.js';

/**
 * A mapping of the tables, with the reason of each choice: entities and item collections from the foreign keys, index
 * keys for what is asked, access patterns for all of them. The same input makes the same draft.
 */
export function draftMapping(input: DraftInput): Draft {
  const { schema, findings, tableName, queries, declined } = input;
  const estimates = estimatesOf(schema, input.statistics);
  const refused = [...findings.refused].map(([table, why]) => ({ table, why }));
  const tables = input.tables.filter(
    (table) => !findings.refused.has(tableLabel(table, schema.defaultSchema)),
  );
  const { entities, leftOut } = readRoles(tables, schema, estimates);
  const naming = namingFor(tables);
  const context = { entities, estimates, findings, naming, dialect: schema.dialect, declined };

  const asked = entities.map((of) =>
    accessPaths(of, { schema, entities, estimates, queries, findings, declined }),
  );
  const drafts = entities.map((of, position) => {
    return draftEntity(of, asked[position] ?? NO_PATHS, context);
  });
  const mapped: { [entity: string]: EntityMapping } = {};
  for (const [position, { entity }] of entities.entries()) {
    const draft = drafts[position];
    if (draft !== undefined) mapped[entity] = draft.mapping;
  }

  const names = new Set<string>();
  const accessPatterns: { [name: string]: AccessPattern } = {};
  const notes: Note[] = drafts.flatMap((draft) => draft.notes);
  for (const { name, pattern, lines } of drafts.flatMap((draft) => draft.patterns)) {
    const own = free([name], names);
    accessPatterns[own] = pattern;
    notes.push({ path: ['accessPatterns', own], lines });
  }

  const most = Math.max(0, ...asked.map(({ paths }) => paths.length));
  const mapping: Mapping = {
    version: 1,
    table: { name: tableName, ...keyNames(tables, naming, most) },
    ...(naming === 'asIs' ? { defaults: { attributeNames: 'asIs' } } : {}),
    entities: mapped,
    accessPatterns,
  };
  return {
    mapping,
    notes,
    entities,
    paths: asked.flatMap(({ paths }) => paths),
    leftOut: [...leftOut, ...refused],
  };
}

/** Columns that would become one attribute in camelCase keep their own names. */
function namingFor(tables: readonly TableSchema[]): NamingRule {
  const clash = tables.some(
    ({ columns }) =>
      new Set(columns.map(({ name }) => attributeName(name, 'camelCase'))).size < columns.length,
  );
  return clash ? 'asIs' : 'camelCase';
}

/** `pk`, `gsi1pk`, `_type`, …, with underscores in front where a column is called so. */
function keyNames(
  tables: readonly TableSchema[],
  naming: NamingRule,
  indexes: number,
): Omit<Mapping['table'], 'name'> {
  const taken = new Set(
    tables.flatMap(({ columns }) => columns.map(({ name }) => attributeName(name, naming))),
  );
  const own = (name: string): string => (taken.has(name) ? own(`_${name}`) : name);
  const designs = Array.from({ length: indexes }, (_, position): readonly [string, IndexDesign] => {
    const name = indexName(position);
    return [name, { partitionKey: own(`${name}pk`), sortKey: own(`${name}sk`) }];
  });
  return {
    partitionKey: own('pk'),
    sortKey: own('sk'),
    ...(indexes > 0 ? { indexes: Object.fromEntries(designs) } : {}),
    ...(taken.has('_type') ? { entityAttribute: own('_type') } : {}),
    ...(taken.has('_src') ? { lineageAttribute: own('_src') } : {}),
  };
}
