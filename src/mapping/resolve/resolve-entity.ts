import { type Column, type TableSchema, tableLabel } from '../../source/source-schema.js';
import type { EntityMapping, KeyEscape, OversizePolicy } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { ResolvedCopy, ResolvedEntity, ResolvedTable } from '../resolved-mapping.js';
import type { AttributeRules } from './attribute-candidates.js';
import { resolveCopyAttributes } from './copy-attributes.js';
import type { Embed } from './embed-shape.js';
import { heirsOf, identifiesRow } from './foreign-keys.js';
import { resolveGroups } from './groups.js';
import { QueryColumns } from './query-columns.js';
import { resolveAttributes } from './resolve-attributes.js';
import { resolveCopy } from './resolve-copy.js';
import { resolveEmbed } from './resolve-embed.js';
import { resolveJoins } from './resolve-join.js';
import { type Lookup, requireColumn, requireTable } from './source-names.js';
import { warnUnusedJoins } from './unused-joins.js';

/** What all entities of a document share. */
export interface EntityContext extends Lookup, AttributeRules {
  readonly table: ResolvedTable;
  readonly oversize: OversizePolicy;
  readonly keyEscape: KeyEscape;
  readonly reserved: ReadonlyMap<string, string>;
}

/** Null when its table is not there; otherwise what could be resolved, and the problems in `context`. */
export function resolveEntity(
  name: string,
  mapping: EntityMapping,
  context: EntityContext,
): ResolvedEntity | null {
  const { schema, problems } = context;
  const at = ['entities', name];
  const table = requireTable(mapping.from, [...at, 'from'], context);
  if (table === null) return null;
  const grouping = resolveGroups(mapping, table, at, context);
  const root = grouping?.root ?? table;
  const identity = grouping?.identity ?? identityOf(mapping, root, at, context);
  const joins = resolveJoins(mapping.join, root, [...at, 'join'], context);
  const columns = new QueryColumns(root, joins, schema);
  for (const column of identity) columns.take('', column);
  const embeds = new Map(
    Object.entries(mapping.embed ?? {}).map(
      ([embed, child]) =>
        [embed, resolveEmbed(embed, child, root, [...at, 'embed', embed], 0, context)] as const,
    ),
  );
  const all = root.columns.map((column) => column.name);
  const parts = { root, all, joins, embeds, columns, grouping, reserved: context.reserved, level: 0 };
  const own = resolveAttributes(mapping, at, parts, context);
  const { attributes, held } = resolveCopyAttributes(mapping.items, own, at, parts, context);
  const copies = Object.entries(mapping.items).flatMap(([copy, item]): readonly ResolvedCopy[] => {
    const rules = {
      ...context,
      oversize: mapping.oversize ?? context.oversize,
      attributes: held(copy),
      columns,
    };
    const resolved = resolveCopy(copy, item, [...at, 'items', copy], rules);
    return resolved === null ? [] : [resolved];
  });
  warnUnusedJoins(joins, columns, problems);
  warnUntaken(mapping, root, columns, at, context);
  const missing = (copy: ResolvedCopy) =>
    own.some((attribute) => !copy.attributes.includes(attributes.indexOf(attribute)));
  warnPartialPrimary(mapping, copies, missing, at, context);
  const danglingChecks = columns.danglingChecks();
  return {
    name,
    tableLabel: grouping?.label ?? tableLabel(table, schema.defaultSchema),
    attributes,
    copies,
    danglingChecks,
    query: {
      entity: name,
      table: { schema: table.schema, name: table.name },
      ...(grouping === null ? {} : { groups: grouping.groups() }),
      joins: columns.joins,
      columns: columns.refs,
      aggregates: columns.aggregates,
      where: mapping.where ?? null,
      identity,
      embeds: [...embeds.values()]
        .filter((embed): embed is Embed => embed !== null)
        .map(({ query }) => query),
    },
  };
}

/** Empty after reporting that nothing identifies a row. */
function identityOf(
  { identifiedBy }: EntityMapping,
  root: TableSchema,
  at: DocumentPath,
  context: EntityContext,
): readonly Column[] {
  const { problems, schema } = context;
  const label = tableLabel(root, schema.defaultSchema);
  const here = [...at, 'identifiedBy'];
  const names = identifiedBy ?? root.primaryKey;
  if (names === null) {
    const heirs = heirsOf(root, schema.defaultSchema);
    const why =
      heirs === null
        ? `${label} has no primary key`
        : `no key holds over ${label} and ${heirs}, which inherit from it`;
    const others =
      heirs === null ? '' : ' Or take a view on ONLY the table, and its heirs as entities of their own.';
    const fix = `Name the columns that tell its rows apart: identifiedBy: [ … ].${others}`;
    problems.error([...at, 'from'], 'NO_IDENTITY', why, fix);
    return [];
  }
  const columns = names.flatMap((name, index) => requireColumn(root, name, [...here, index], context) ?? []);
  if (columns.length < names.length || identifiedBy === undefined) return columns;
  // A view does not say what is NULL in it: the source looks before it reads.
  const nullable =
    root.kind === 'table' || root.kind === 'partitioned'
      ? columns.find((column) => column.nullable)
      : undefined;
  if (nullable !== undefined) {
    const message = `${nullable.name} may be NULL and so cannot identify a row`;
    problems.error(here, 'NO_IDENTITY', message, 'Name columns that are NOT NULL.', 'key');
  } else if (!identifiesRow(root, names)) {
    const message = `${label} may hold several rows of one ${names.join(', ')}, which would end the run`;
    problems.warning(
      here,
      'IDENTITY_NOT_UNIQUE',
      message,
      `Add a unique key over ${names.join(', ')}.`,
      'key',
    );
  }
  return columns;
}

/** Columns that no attribute, key or condition reads, where the mapping chose what to take. */
function warnUntaken(
  { attributes }: EntityMapping,
  root: TableSchema,
  columns: QueryColumns,
  at: DocumentPath,
  { problems }: EntityContext,
): void {
  if (problems.failed || attributes === undefined) return;
  if (!Array.isArray(attributes) && '*' in attributes) return;
  const untaken = root.columns.map(({ name }) => name).filter((name) => !columns.has('', name));
  if (untaken.length === 0) return;
  const message = `nothing takes ${untaken.join(', ')} of ${root.name}`;
  problems.warning([...at, 'attributes'], 'COLUMN_UNUSED', message, "Add them, or '*': true for all.", 'key');
}

/** The first copy is the primary one: what it leaves out may be on no item at all. */
function warnPartialPrimary(
  { items }: EntityMapping,
  copies: readonly ResolvedCopy[],
  isPartial: (copy: ResolvedCopy) => boolean,
  at: DocumentPath,
  { problems }: EntityContext,
): void {
  const [name = ''] = Object.keys(items);
  const primary = copies.find((copy) => copy.name === name);
  if (primary === undefined || !isPartial(primary)) return;
  const message = `${name} is the primary copy and leaves out attributes`;
  const fix = 'Put the copy that holds every attribute first.';
  problems.warning([...at, 'items', name, 'attributes'], 'PRIMARY_INCOMPLETE', message, fix, 'key');
}
