import { LIMITS } from '../item/limits.js';
import type { Estimates } from '../mapping/weigh/statistics-of.js';
import type { ForeignKey, SourceSchema } from '../source/source-schema.js';
import { findTable, tableLabel } from '../source/source-schema.js';
import { shardsFor } from './crowding.js';
import type { AccessPath, DraftFindings, DraftTable, PathReason } from './draft.js';
import { orderingColumns, whyNotAsked } from './key-columns.js';
import type { SimpleQuery } from './read-query.js';
import { sameSet } from './roles.js';

export interface PathInput {
  readonly schema: SourceSchema;
  readonly entities: readonly DraftTable[];
  readonly estimates: Estimates;
  readonly queries: readonly SimpleQuery[];
  readonly findings: DraftFindings;
  readonly declined: ReadonlySet<string>;
}

/** Paths that an entity has; and a sentence on each that was considered and is none. */
export interface EntityPaths {
  readonly paths: readonly AccessPath[];
  /** What was seen asked of its table. */
  readonly asked: readonly SimpleQuery[];
  readonly not: readonly string[];
}

export const NO_PATHS: EntityPaths = { paths: [], asked: [], not: [] };

/**
 * What besides its key an entity is asked by: foreign keys that have an index or that queries name, unique keys,
 * and columns that queries name. The rest of the indexes is listed, not mapped: each costs a write of every item.
 */
export function accessPaths(of: DraftTable, input: PathInput): EntityPaths {
  const asked = input.queries.filter(
    ({ table }) => findTable(input.schema, table) === of.table || table === of.label,
  );
  const paths: AccessPath[] = [];
  const not: string[] = [];
  const unseen = input.queries.length > 0 ? ', but no such query was seen' : '';
  const considered = new Set<string>();
  const known = (columns: readonly string[]) => paths.some((path) => sameSet(path.columns, columns));

  const consider = (columns: readonly string[], why: PathReason, unique: boolean) => {
    const id = idOf(of, columns);
    if (considered.has(id) || known(columns) || isServed(of, columns)) return;
    considered.add(id);
    const unfit = whyNotAsked(of, columns, input.findings);
    if (input.declined.has(id)) not.push(`Not asked by ${columns.join(', ')}, as you said.`);
    else if (unfit !== null) not.push(`Not asked by ${columns.join(', ')}: ${unfit}.`);
    else if (paths.length >= LIMITS.globalIndexes)
      not.push(`Not asked by ${columns.join(', ')}: a table has ${LIMITS.globalIndexes} indexes at most.`);
    else paths.push({ of, id, columns, why, unique, ...pathOf(of, columns, unique, asked, input) });
  };

  for (const key of of.table.foreignKeys) {
    if (isIndexed(of, key) || asked.some(({ equals }) => sameSet(equals, key.columns))) {
      consider(
        key.columns,
        { kind: 'foreignKey', key, parent: parentOf(key, input) },
        isUnique(of, key.columns),
      );
    } else if (!isServed(of, key.columns)) {
      not.push(`DECIDE: ask by ${key.columns.join(', ')} too? This foreign key has no index in the source.`);
    }
  }
  for (const { name, columns } of of.table.uniqueKeys) {
    // A unique key that begins with a foreign key orders the rows of its parent.
    const within = paths.some((path) => path.columns.every((column) => columns.includes(column)));
    if (!sameSet(columns, of.identity) && !within) consider(columns, { kind: 'uniqueKey', name }, true);
  }
  for (const { equals } of asked) {
    if (equals.length > 0) consider(equals, { kind: 'query' }, isUnique(of, equals));
  }
  for (const columns of of.table.indexes) {
    const [first = ''] = columns;
    if (considered.has(idOf(of, columns))) continue;
    const leads = paths.some((path) => path.columns.includes(first)) || isServed(of, [first]);
    if (!leads && columns.length > 0)
      not.push(`DECIDE: ask by ${columns.join(', ')} too? The source has an index for it${unseen}.`);
  }
  return { paths, asked, not };
}

function idOf({ label }: DraftTable, columns: readonly string[]): string {
  return `${label}(${columns.join(', ')})`;
}

/** How rows with one value are ordered, how often they are asked, and over how many partitions they lie. */
function pathOf(
  of: DraftTable,
  columns: readonly string[],
  unique: boolean,
  asked: readonly SimpleQuery[],
  { estimates, findings }: PathInput,
): Pick<AccessPath, 'order' | 'descending' | 'calls' | 'shards'> {
  const queries = asked.filter(({ equals }) => sameSet(equals, columns));
  const ordered = queries.find(({ orderBy }) => orderBy.length > 0)?.orderBy ?? [];
  const oneWay = ordered.every(({ descending }) => descending === ordered[0]?.descending);
  const byIndex = of.table.indexes
    .filter((index) => index.length > columns.length && sameSet(index.slice(0, columns.length), columns))
    .map((index) => index.slice(columns.length));
  const wanted = oneWay && ordered.length > 0 ? ordered.map(({ column }) => column) : (byIndex[0] ?? []);
  const order = unique ? [] : orderingColumns(of, wanted, findings);
  return {
    order,
    descending: order.length > 0 && oneWay && ordered[0]?.descending === true,
    calls: callsBy(columns, asked),
    shards: unique ? 1 : shardsFor(of.table, columns, estimates),
  };
}

/** How often rows were asked by exactly these columns. */
export function callsBy(columns: readonly string[], asked: readonly SimpleQuery[]): number {
  return asked.reduce((sum, { equals, calls }) => (sameSet(equals, columns) ? sum + calls : sum), 0);
}

/** The entity's own key, or the key of a link, finds rows by these columns. */
function isServed({ role, partition, identity }: DraftTable, columns: readonly string[]): boolean {
  if (sameSet(columns, identity)) return true;
  if (role.kind === 'link') return role.sides.some(({ key }) => sameSet(key.columns, columns));
  return sameSet(columns, partition.columns);
}

function isIndexed({ table }: DraftTable, { columns }: ForeignKey): boolean {
  return table.indexes.some((index) => sameSet(index.slice(0, columns.length), columns));
}

function isUnique({ table }: DraftTable, columns: readonly string[]): boolean {
  const keys = [table.primaryKey ?? [], ...table.uniqueKeys.map((key) => key.columns)];
  return keys.some((key) => key.length > 0 && key.every((column) => columns.includes(column)));
}

/** The entity whose key the foreign key names; null where it is left out, or named by another key. */
function parentOf({ references }: ForeignKey, { entities, schema }: PathInput): DraftTable | null {
  const label = tableLabel(references, schema.defaultSchema);
  return (
    entities.find((entity) => entity.label === label && sameSet(entity.identity, references.columns)) ?? null
  );
}
