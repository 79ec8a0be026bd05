import { resolveAndCheck, schemaDigest, unprovedCopies } from '../mapping/check-mapping.js';
import { compileMapping } from '../mapping/compile-mapping.js';
import { withoutIgnored } from '../mapping/ignore-warnings.js';
import { type KeyMapper, keysOnly } from '../mapping/keys-only.js';
import type { LoadedMapping } from '../mapping/load-mapping.js';
import type { EntityMapper } from '../mapping/mapper.js';
import { namedSchemas } from '../mapping/named-schemas.js';
import type { Problem } from '../mapping/problem.js';
import { resolveMapping } from '../mapping/resolve-mapping.js';
import type { ResolvedMapping } from '../mapping/resolved-mapping.js';
import { embedTables, rowTables } from '../mapping/used-schema.js';
import { sourceError } from '../source/errors.js';
import type { Source } from '../source/source.js';
import type { SourceSchema, TableName } from '../source/source-schema.js';
import { nearest } from '../support/nearest.js';
import { usageError } from './errors.js';

/** A mapping that fits its source, compiled: what every verb that reads rows starts from. */
export interface Prepared {
  readonly schema: SourceSchema;
  readonly schemaDigest: string;
  readonly resolved: ResolvedMapping;
  /** The entities that were asked for, in the document's order. */
  readonly mappers: readonly EntityMapper[];
  readonly warnings: readonly Problem[];
  /** The keys of copies that are not proved unique, those of other entities that they may meet included. */
  readonly unproved: readonly KeyMapper[];
  /** Rows of the root tables by the source's statistics, for progress; tables without statistics count 0. */
  readonly estimatedRows: number;
}

export interface PrepareOptions {
  readonly mapping: LoadedMapping;
  readonly source: Source;
  /** Only these; all when empty or absent. */
  readonly entities?: readonly string[] | undefined;
  /** Schemas of the source to look into, besides those that the mapping names. */
  readonly schemas?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/**
 * Discovers the source, resolves and compiles the mapping, and asks the source to prepare each query.
 * Throws `MAPPING_INVALID` with every problem, `SOURCE_*`, `USAGE_VALUE` for an entity that is not there.
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const prepared = await prepareUnasked(options);
  await probeQueries(prepared.mappers, options);
  return prepared;
}

/** The same for who will not read all of it: the source is not asked yet whether it takes the queries (`probeQueries`). */
export async function prepareUnasked(options: PrepareOptions): Promise<Prepared> {
  const { mapping, source, signal } = options;
  const names = Object.keys(mapping.mapping.entities);
  for (const asked of options.entities ?? []) {
    if (!names.includes(asked)) throw unknownEntity(asked, names);
  }
  const schema = await source.discover(signal, [
    ...namedSchemas(mapping.mapping),
    ...(options.schemas ?? []),
  ]);
  const { resolved, problems } = resolveAndCheck(mapping, schema);
  const warnings = withoutIgnored(problems, mapping.mapping).filter(({ severity }) => severity === 'warning');
  const wanted = new Set(
    options.entities === undefined || options.entities.length === 0 ? names : options.entities,
  );
  const mappers = compileMapping(resolved).entities.filter(({ entity }) => wanted.has(entity));
  const findings = unprovedCopies(resolved, schema).filter(
    ({ entity, other }) => wanted.has(entity) || (other !== null && wanted.has(other.entity)),
  );
  const unproved = keysOnly(resolved, (entity, copy) =>
    findings.some((found) => [found, found.other].some((of) => of?.entity === entity && of.copy === copy)),
  );
  return {
    unproved,
    schema,
    schemaDigest: schemaDigest(resolved, schema),
    resolved,
    mappers,
    warnings,
    estimatedRows: estimateRows(mappers, schema),
  };
}

/** Throws `SOURCE_QUERY` where the source does not take one of the queries. */
export async function probeQueries(
  mappers: readonly Pick<EntityMapper, 'entity' | 'query'>[],
  { mapping, source, signal }: Pick<PrepareOptions, 'mapping' | 'source' | 'signal'>,
): Promise<void> {
  const grouped = mappers.find(({ query }) => query.groups !== undefined);
  if (grouped !== undefined && !source.capabilities.groups) throw cannotGroup(grouped, mappers, mapping);
  for (const { entity, query } of mappers) {
    const complaint = await source.probe(query, signal);
    if (complaint === null) continue;
    throw sourceError('SOURCE_QUERY', `the source refuses the query of ${entity}: ${complaint}`, {
      hint: source.capabilities.where
        ? `Look at "where" of entities.${entity} in ${mapping.file}, and at the privileges of the user.`
        : `Look at entities.${entity} (${placeOf(mapping, entity)}): ask for less, leave it out by naming the others with --entity, or read the database that the rows came from.`,
    });
  }
}

/** One chunk would have to see all rows of a group, and the items of a table come in no order. */
function cannotGroup(
  { entity }: Pick<EntityMapper, 'entity'>,
  mappers: readonly Pick<EntityMapper, 'entity' | 'query'>[],
  mapping: LoadedMapping,
): Error {
  const others = mappers.flatMap(({ entity: name, query }) => (query.groups === undefined ? [name] : []));
  const without =
    others.length === 0 ? '' : `For the others: ${others.map((name) => `--entity ${name}`).join(' ')}. `;
  return sourceError(
    'SOURCE_QUERY',
    `${entity} has groupBy (${placeOf(mapping, entity, 'groupBy')}), and rows that are read from a table of items cannot be grouped`,
    {
      hint: `${without}Its items can be made from the database alone (--source URL --entity ${entity}), or by the application that keeps the counter from now on.`,
    },
  );
}

/** `shop.yaml:12:5` */
function placeOf({ file, place }: LoadedMapping, entity: string, ...path: readonly string[]): string {
  const found = place(['entities', entity, ...path], 'key');
  return found === null ? file : `${found.file}:${found.line}:${found.column}`;
}

export function estimateRows(mappers: readonly EntityMapper[], schema: SourceSchema): number {
  return mappers.reduce((sum, { query }) => sum + estimateOf(query.table, schema), 0);
}

/**
 * A source that comes back after a failover may be another: throws `SOURCE_CHANGED` where its tables differ. `goOn`:
 * what to do after `check`, as the end of a sentence.
 */
export async function refuseChangedTables(
  mapping: LoadedMapping,
  source: Source,
  prepared: Prepared,
  goOn: string,
  signal: AbortSignal,
): Promise<void> {
  const schema = await source.discover(signal, namedSchemas(mapping.mapping));
  const { resolved } = resolveMapping(mapping.mapping, schema);
  if (resolved !== null && schemaDigest(resolved, schema) === prepared.schemaDigest) return;
  throw sourceError('SOURCE_CHANGED', 'the mapped tables are not those any more that the run began with', {
    hint: `Run \`tablefold check\`, mend the mapping, and ${goOn}.`,
  });
}

function unknownEntity(asked: string, names: readonly string[]): Error {
  const near = nearest(asked, names);
  return usageError('USAGE_VALUE', `the mapping has no entity ${asked}`, {
    hint: near === null ? `It has ${names.join(', ')}.` : `Did you mean ${near}?`,
  });
}

/** Rows by the source's statistics; 0 where it has none. */
export function estimateOf({ schema, name }: TableName, { tables }: SourceSchema): number {
  return tables.find((table) => table.schema === schema && table.name === name)?.estimatedRows ?? 0;
}

/** Every table that the queries read, once: what a source has to hold still for one moment. */
export function mappedTables(mappers: readonly EntityMapper[]): readonly TableName[] {
  const all = mappers.flatMap(({ query }) => [...rowTables(query), ...query.embeds.flatMap(embedTables)]);
  return [
    ...new Map(all.map(({ schema, name }) => [JSON.stringify([schema, name]), { schema, name }])).values(),
  ];
}
