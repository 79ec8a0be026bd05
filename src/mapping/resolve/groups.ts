import type { GroupCell, Groups } from '../../source/row-query.js';
import { type Column, type ColumnType, type TableSchema, tableLabel } from '../../source/source-schema.js';
import type { EntityMapping } from '../mapping.js';
import type { DocumentPath } from '../problem.js';
import type { AttributeSource } from '../resolved-mapping.js';
import { aggregateProblem } from './aggregates.js';
import type { QueryColumns } from './query-columns.js';
import { type Lookup, requireColumn } from './source-names.js';

/** Identifies the only group where the rows are not told apart: the query makes it, the table has none such. */
const ALL: Column = {
  name: 'all',
  nativeType: 'integer',
  type: { kind: 'integer', bits: 32, unsigned: false },
  nullable: false,
  generated: false,
};

/** Of numbers that are added, however many digits they come to. */
const SUM: ColumnType = { kind: 'decimal', precision: null, scale: null };
const COUNT: ColumnType = { kind: 'integer', bits: 64, unsigned: false };

/** An entity with `groupBy`: its rows are groups of the table's rows. */
export interface Grouping {
  /** What the entity sees as its root: the columns that the rows are grouped by, and nothing else. */
  readonly root: TableSchema;
  /** As lineage and rejects name it: `orders(status)`. */
  readonly label: string;
  readonly identity: readonly Column[];
  /** `{ count: '*' }`, `{ sum: total }`: takes the cell; null after reporting why not. */
  aggregate(
    kind: GroupCell['kind'],
    text: string,
    columns: QueryColumns,
    at: DocumentPath,
  ): AttributeSource | null;
  /** What the query groups, once every attribute has been resolved. */
  groups(): Groups;
}

/** Null where the entity has no `groupBy`. */
export function resolveGroups(
  mapping: EntityMapping,
  table: TableSchema,
  at: DocumentPath,
  lookup: Lookup,
): Grouping | null {
  if (mapping.groupBy === undefined) return null;
  const { problems } = lookup;
  const here = [...at, 'groupBy'];
  for (const key of ['embed', 'identifiedBy'] as const) {
    if (mapping[key] === undefined) continue;
    const message = `${key} does not go with groupBy: a group is no row of ${table.name}`;
    problems.error(
      [...at, key],
      'GROUP_BY',
      message,
      `Remove ${key}, or make it an entity of its own.`,
      'key',
    );
  }
  const by = [...new Set(mapping.groupBy)].flatMap(
    (name, index) => requireColumn(table, name, [...here, index], lookup) ?? [],
  );
  for (const [index, { name, nullable }] of by.entries()) {
    if (!nullable || mapping.where !== undefined) continue;
    const message = `${name} may be NULL, and a group of NULL has no key: it would end the run`;
    problems.warning([...here, index], 'GROUP_NULL', message, `Write where: '${name} IS NOT NULL'.`);
  }
  const names = by.map(({ name }) => name);
  const label = `${tableLabel(table, lookup.schema.defaultSchema)}(${names.join(',')})`;
  const cells: GroupCell[] = [];
  const take = (kind: GroupCell['kind'], column: Column | null): Column => {
    const known = cells.find((cell) => cell.kind === kind && cell.column?.name === column?.name);
    const cell = known ?? { name: `${kind} ${cells.length}`, kind, column };
    if (known === undefined) cells.push(cell);
    const counted = { name: cell.name, nativeType: 'bigint', type: COUNT, nullable: false, generated: true };
    if (column === null) return counted;
    const type = kind === 'sum' ? SUM : column.type;
    return { ...column, name: cell.name, type, nullable: true, generated: true };
  };
  return {
    root: {
      ...table,
      name: `${table.name} by ${names.join(', ') || 'nothing'}`,
      kind: 'view',
      columns: by,
      primaryKey: names,
      uniqueKeys: [],
      foreignKeys: table.foreignKeys.filter(({ columns }) => columns.every((name) => names.includes(name))),
      indexes: [],
    },
    label,
    identity: by.length === 0 ? [ALL] : by,
    aggregate(kind, text, columns, place) {
      let column: Column | null = null;
      if (kind === 'count') {
        if (text !== '*') {
          const fix = "Write count: '*'.";
          problems.error(place, 'GROUP_BY', `the rows of a group are counted, not ${text}`, fix);
          return null;
        }
      } else {
        column = requireColumn(table, text, place, lookup);
        if (column === null) return null;
        const problem = aggregateProblem(kind, text, column);
        if (problem !== null) {
          problems.error(place, 'AGGREGATE_TYPE', problem.message, problem.fix);
          return null;
        }
      }
      return { kind: 'column', column: columns.take('', take(kind, column)), as: null };
    },
    groups: () => ({ by, cells }),
  };
}
