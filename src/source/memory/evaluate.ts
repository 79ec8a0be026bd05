import type { Key, KeyRange } from '../key-range.js';
import type {
  Aggregate,
  ChildRelation,
  ColumnPair,
  EmbedQuery,
  EntityQuery,
  RowQuery,
} from '../row-query.js';
import type { Cell, Row } from '../source.js';
import type { TableName } from '../source-schema.js';
import { aggregateCell } from './aggregate.js';
import { compareCells } from './compare-cells.js';
import type { MemoryTable } from './tables.js';

type Tables = (name: TableName) => MemoryTable;

/** Rows of the root table in the order of its identity. */
export function sortedRoot(query: EntityQuery, tables: Tables): readonly Row[] {
  const root = tables(query.table);
  return [...root.rows].sort((a, b) => {
    for (const { name, type } of query.identity) {
      const order = compareCells(type, root.cell(a, name), root.cell(b, name));
      if (order !== 0) return order;
    }
    return 0;
  });
}

export function keyOf(query: EntityQuery, tables: Tables, row: Row): Key {
  const root = tables(query.table);
  return query.identity.map(({ name }) => String(root.cell(row, name)));
}

export function isInRange(query: EntityQuery, range: KeyRange, key: Key): boolean {
  if (range.kind === 'keys') return range.keys.some((given) => compareKeys(query, key, given) === 0);
  if (range.after !== null && compareKeys(query, key, range.after) <= 0) return false;
  return range.upTo === null || compareKeys(query, key, range.upTo) <= 0;
}

export function compareKeys(query: EntityQuery, one: Key, other: Key): number {
  for (const [index, { type }] of query.identity.entries()) {
    const order = compareCells(type, one[index] ?? null, other[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** The cells that a query asks for, of one row of its table and the parents that its joins find. */
export function cellsOf(query: RowQuery, tables: Tables, row: Row): Row {
  const found = new Map<string, { readonly table: MemoryTable; readonly row: Row | null }>();
  found.set('', { table: tables(query.table), row });
  const at = (path: string) => {
    const place = found.get(path);
    if (place === undefined) throw new Error(`the query has no join "${path}"`);
    return place;
  };
  for (const join of query.joins) {
    const table = tables(join.table);
    const parent = at(join.parent);
    const matches = (candidate: Row) => meets(join.on, parent.table, parent.row, table, candidate);
    found.set(join.path, { table, row: table.rows.find(matches) ?? null });
  }
  return [
    ...query.columns.map(({ path, column }) => at(path).table.cell(at(path).row, column.name)),
    ...query.aggregates.map((aggregate) => aggregateOf(aggregate, query.table, tables, row)),
  ];
}

function aggregateOf(aggregate: Aggregate, parent: TableName, tables: Tables, row: Row): Cell {
  const children = relatedRows(aggregate.of, parent, tables, row);
  if (aggregate.kind === 'count') return String(children.length);
  const { kind, column, of } = aggregate;
  const cells = children.map((child) => tables(of.table).cell(child, column.name));
  return aggregateCell(kind, column.type, cells);
}

/**
 * What the stream of an embed path holds for one root row: under each child of the embeds above, in their order,
 * the cells in front and its own.
 */
export function childrenOf(query: EntityQuery, path: readonly EmbedQuery[], tables: Tables, row: Row): Row[] {
  const identity = query.identity.map(({ name }) => tables(query.table).cell(row, name));
  return below(query.table, path, tables, row, identity);
}

function below(
  parent: TableName,
  [embed, ...rest]: readonly EmbedQuery[],
  tables: Tables,
  row: Row,
  front: Row,
): Row[] {
  if (embed === undefined) return [];
  const child = tables(embed.table);
  return sortedChildren(embed, parent, tables, row).flatMap((found) => {
    if (rest.length === 0) return [[...front, ...cellsOf(embed, tables, found)]];
    const key = embed.key.map(({ name }) => child.cell(found, name));
    return below(embed.table, rest, tables, found, [...front, ...key]);
  });
}

function sortedChildren(embed: EmbedQuery, parent: TableName, tables: Tables, row: Row): readonly Row[] {
  const child = tables(embed.table);
  const order = [...embed.orderBy, ...embed.tieBreak.map((column) => ({ column, descending: false }))];
  const found = [...relatedRows(embed, parent, tables, row)].sort((a, b) => {
    for (const { column, descending } of order) {
      const difference = compareCells(child.typeOf(column), child.cell(a, column), child.cell(b, column));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
  return embed.limit === null ? found : found.slice(0, embed.limit);
}

function relatedRows(
  { table, on, through }: ChildRelation,
  parent: TableName,
  tables: Tables,
  row: Row,
): readonly Row[] {
  const [from, child] = [tables(parent), tables(table)];
  if (through === null) return child.rows.filter((candidate) => meets(on, from, row, child, candidate));
  const link = tables(through.table);
  const links = link.rows.filter((candidate) => meets(on, from, row, link, candidate));
  return links.flatMap((own) =>
    child.rows.filter((candidate) => meets(through.pairs, link, own, child, candidate)),
  );
}

/** SQL's equality by the cells' text: NULL meets nothing. */
export function meets(
  pairs: readonly ColumnPair[],
  localTable: MemoryTable,
  local: Row | null,
  remoteTable: MemoryTable,
  remote: Row,
): boolean {
  return pairs.every((pair) =>
    isSame(localTable.cell(local, pair.local), remoteTable.cell(remote, pair.remote)),
  );
}

function isSame(one: Cell, other: Cell): boolean {
  return one !== null && other !== null && one.toString() === other.toString();
}
