import type { EmbedQuery, EntityQuery, JoinQuery } from '../../../src/source/row-query.js';
import type { Row, RowPage, RowTree, Snapshot, Source } from '../../../src/source/source.js';
import {
  type Column,
  findTable,
  type SourceSchema,
  type TableSchema,
} from '../../../src/source/source-schema.js';

export const never = new AbortController().signal;

export function tableNamed(schema: SourceSchema, label: string): TableSchema {
  const table = findTable(schema, label);
  if (table === undefined) throw new Error(`the fixture has no table ${label}`);
  return table;
}

export function columnNamed(table: TableSchema, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`${table.name} has no column ${name}`);
  return column;
}

/** Every column of a table, identity first, as an entity named like the table. */
export function entityQuery(
  schema: SourceSchema,
  label: string,
  more: Partial<EntityQuery> & { readonly identifiedBy?: readonly string[] } = {},
): EntityQuery {
  const table = tableNamed(schema, label);
  const { identifiedBy, ...rest } = more;
  const names = identifiedBy ?? table.primaryKey ?? [];
  const identity = names.map((name) => columnNamed(table, name));
  const others = table.columns.filter((column) => !names.includes(column.name));
  return {
    entity: label,
    table: { schema: table.schema, name: table.name },
    joins: [],
    columns: [...identity, ...others].map((column) => ({ path: '', column })),
    aggregates: [],
    where: null,
    identity,
    embeds: [],
    ...rest,
  };
}

export function join(
  schema: SourceSchema,
  path: string,
  label: string,
  on: JoinQuery['on'],
  parent = '',
): JoinQuery {
  const { schema: schemaName, name } = tableNamed(schema, label);
  return { path, parent, table: { schema: schemaName, name }, on };
}

export function embedQuery(
  schema: SourceSchema,
  label: string,
  on: EmbedQuery['on'],
  more: Partial<EmbedQuery> = {},
): EmbedQuery {
  const table = tableNamed(schema, label);
  return {
    name: label,
    table: { schema: table.schema, name: table.name },
    joins: [],
    columns: table.columns.map((column) => ({ path: '', column })),
    where: null,
    on,
    through: null,
    orderBy: [],
    tieBreak: table.primaryKey ?? [],
    limit: null,
    key: [],
    aggregates: [],
    embeds: [],
    ...more,
  };
}

export async function collect<Value>(stream: AsyncIterable<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const value of stream) values.push(value);
  return values;
}

/** Every row of an entity, chunk after chunk. */
export async function readAll(
  snapshot: Snapshot,
  query: EntityQuery,
  rowsPerChunk: number,
  pageBytes = 64 * 1024,
): Promise<RowTree[]> {
  const trees: RowTree[] = [];
  for await (const chunk of snapshot.planChunks(query, { rowsPerChunk })) {
    const pages = await collect(snapshot.readChunk(query, chunk, { pageBytes, signal: never }));
    trees.push(...treesOf(pages));
  }
  return trees;
}

export function treesOf(pages: readonly RowPage[]): RowTree[] {
  return pages.flatMap((page) => [...page.rows]);
}

export function rowsOf(trees: readonly RowTree[]): Row[] {
  return trees.map((tree) => tree.row);
}

/** Runs `work` on a snapshot of a freshly opened source and closes both. */
export async function withSnapshot<Result>(
  source: Source,
  work: (snapshot: Snapshot, schema: SourceSchema) => Promise<Result>,
  concurrency = 2,
): Promise<Result> {
  const schema = await source.discover(never);
  const snapshot = await source.openSnapshot({ concurrency, signal: never });
  try {
    return await work(snapshot, schema);
  } finally {
    await snapshot[Symbol.asyncDispose]();
  }
}
