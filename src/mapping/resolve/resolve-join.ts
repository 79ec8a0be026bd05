import type { ColumnPair } from '../../source/row-query.js';
import { type TableSchema, tableLabel } from '../../source/source-schema.js';
import { nearest } from '../../support/nearest.js';
import type { JoinMapping } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import { suggestion } from '../problem-list.js';
import { describeKey, heirsOf, identifiesRow, pairsOf, sameColumns, sameTable } from './foreign-keys.js';
import { type Lookup, referencedTable, requireColumn, requireTable } from './source-names.js';

/** A parent that is brought in by its foreign key. Its path in the query is its name in the mapping. */
export interface Join {
  readonly name: string;
  /** The join it hangs on; empty for the query's own table. */
  readonly parent: string;
  readonly table: TableSchema;
  readonly on: readonly ColumnPair[];
  readonly at: DocumentPath;
}

/** By name, each behind the one it hangs on; null for those that were reported. */
export type Joins = ReadonlyMap<string, Join | null>;

export function resolveJoins(
  mappings: { readonly [name: string]: JoinMapping } | undefined,
  root: TableSchema,
  at: DocumentPath,
  lookup: Lookup,
): Joins {
  const joins = new Map<string, Join | null>();
  for (const name of Object.keys(mappings ?? {})) resolve(name, []);
  return joins;

  function resolve(name: string, trail: readonly string[]): Join | null {
    const known = joins.get(name);
    if (known !== undefined) return known;
    const mapping = mappings?.[name];
    if (mapping === undefined) return null;
    const join = resolveOne(name, mapping, [...trail, name]);
    joins.set(name, join);
    return join;
  }

  function resolveOne(name: string, mapping: JoinMapping, trail: readonly string[]): Join | null {
    const here = [...at, name];
    const locals = localColumns(mapping, here, lookup);
    if (locals === null) return null;
    const table = locals.parent === '' ? root : tableOf(locals.parent, here, trail);
    if (table === null) return null;
    const target = resolveTarget(mapping, table, locals.columns, here, lookup);
    if (target === null) return null;
    return { name, parent: locals.parent, at: here, ...target };
  }

  function tableOf(parent: string, here: DocumentPath, trail: readonly string[]): TableSchema | null {
    const names = Object.keys(mappings ?? {});
    if (!names.includes(parent)) {
      const fix = suggestion(nearest(parent, names), 'joins', names);
      lookup.problems.error(here, 'UNKNOWN_JOIN', `there is no join ${parent}`, fix);
      return null;
    }
    if (!trail.includes(parent)) return resolve(parent, trail)?.table ?? null;
    const cycle = [...trail.slice(trail.indexOf(parent)), parent].join(' → ');
    lookup.problems.error(
      here,
      'JOIN_CYCLE',
      `joins hang on each other: ${cycle}`,
      'Start from a column of the root table.',
    );
    return null;
  }
}

interface Locals {
  readonly parent: string;
  readonly columns: readonly string[];
}

/** What `via`, or the left side of `on`, names: columns of one table. */
function localColumns({ via, to, on }: JoinMapping, at: DocumentPath, { problems }: Lookup): Locals | null {
  if (via !== undefined && on !== undefined) {
    problems.error(at, 'JOIN_AMBIGUOUS', 'via and on both say how to join', 'Keep one of the two.');
    return null;
  }
  if (via === undefined && (to === undefined || on === undefined)) {
    const fix = 'Name the foreign key column with via, or a table and its columns with to and on.';
    problems.error(at, 'JOIN_INCOMPLETE', 'how to join is not said', fix);
    return null;
  }
  const names = on === undefined ? [via ?? []].flat() : Object.keys(on);
  const parents = new Set(names.map((name) => name.slice(0, Math.max(0, name.lastIndexOf('.')))));
  const [parent = ''] = parents;
  if (parents.size > 1) {
    const fix = 'Take all columns of one key from one table.';
    problems.error(at, 'JOIN_AMBIGUOUS', `${names.join(', ')} are of different tables`, fix);
    return null;
  }
  return { parent, columns: names.map((name) => name.slice(name.lastIndexOf('.') + 1)) };
}

type Target = Pick<Join, 'table' | 'on'>;

function resolveTarget(
  mapping: JoinMapping,
  table: TableSchema,
  columns: readonly string[],
  at: DocumentPath,
  lookup: Lookup,
): Target | null {
  const side: DocumentPath = [...at, mapping.on === undefined ? 'via' : 'on'];
  const found = columns.map((column) => requireColumn(table, column, side, lookup));
  if (found.includes(null)) return null;
  const target =
    mapping.on === undefined
      ? byForeignKey(mapping.to, table, columns, at, lookup)
      : byColumns(mapping.to ?? '', columns, Object.values(mapping.on), at, lookup);
  if (target === null) return null;
  const remote = target.on.map((pair) => pair.remote);
  if (identifiesRow(target.table, remote)) return target;
  const heirs = heirsOf(target.table, lookup.schema.defaultSchema);
  const name = remote.join(', ');
  const message =
    heirs === null
      ? `${name} of ${target.table.name} is neither its primary key nor a unique one`
      : `${name} of ${target.table.name} may find several rows: no key holds over it and ${heirs}, which inherit from it`;
  lookup.problems.error(
    at,
    'JOIN_NOT_UNIQUE',
    message,
    'A join must reach one row at most: embed children instead.',
  );
  return null;
}

function byForeignKey(
  to: string | undefined,
  table: TableSchema,
  columns: readonly string[],
  at: DocumentPath,
  lookup: Lookup,
): Target | null {
  const { schema, problems } = lookup;
  const label = tableLabel(table, schema.defaultSchema);
  const wanted = to === undefined ? null : requireTable(to, [...at, 'to'], lookup);
  if (to !== undefined && wanted === null) return null;
  const keys = table.foreignKeys.filter(
    (key) => sameColumns(key.columns, columns) && (wanted === null || sameTable(key.references, wanted)),
  );
  const [key] = keys;
  if (key === undefined) {
    const wider = table.foreignKeys.find((other) =>
      columns.every((column) => other.columns.includes(column)),
    );
    const fix =
      wider !== undefined && wider.columns.length > columns.length
        ? `The key is ${describeKey(wider)}: write via: [${wider.columns.join(', ')}].`
        : `Say what it references: to: <table>, on: { ${columns.join(': <column>, ')}: <column> }.`;
    const message = `${columns.join(', ')} of ${label} is no foreign key${to === undefined ? '' : ` to ${to}`}`;
    problems.error([...at, 'via'], 'NO_FOREIGN_KEY', message, fix);
    return null;
  }
  if (keys.length > 1) {
    const message = `several foreign keys start there: ${keys.map(describeKey).join('; ')}`;
    problems.error([...at, 'via'], 'JOIN_AMBIGUOUS', message, 'Choose with to: <table>.');
    return null;
  }
  const parent = referencedTable(key.references, schema);
  if (parent !== null) return { table: parent, on: pairsOf(key) };
  const message = `the source does not show ${key.references.schema}.${key.references.name}, which ${describeKey(key)} needs`;
  problems.error([...at, 'via'], 'UNKNOWN_TABLE', message, 'Grant SELECT on it.');
  return null;
}

function byColumns(
  to: string,
  locals: readonly string[],
  remotes: readonly string[],
  at: DocumentPath,
  lookup: Lookup,
): Target | null {
  const table = requireTable(to, [...at, 'to'], lookup);
  if (table === null) return null;
  const found = remotes.map((remote) => requireColumn(table, remote, [...at, 'on'], lookup));
  if (found.includes(null)) return null;
  return { table, on: locals.map((local, index) => ({ local, remote: remotes[index] ?? '' })) };
}
