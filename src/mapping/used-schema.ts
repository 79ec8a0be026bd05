import type { ChildRelation, EmbedQuery, RowQuery } from '../source/row-query.js';
import type { SourceSchema, TableName, TableSchema } from '../source/source-schema.js';
import { sameTable } from './resolve/foreign-keys.js';
import type { ResolvedMapping } from './resolved-mapping.js';

/**
 * The part of a schema that the mapping needs to be resolved again without the source: the tables it reads,
 * whole, and of those that their foreign keys lead to the referenced columns, which decide how keys are
 * written.
 */
export function usedSchema({ entities }: ResolvedMapping, schema: SourceSchema): SourceSchema {
  const read = entities.flatMap(({ query }) => [...rowTables(query), ...query.embeds.flatMap(embedTables)]);
  const whole = schema.tables.filter((table) => read.some((name) => sameTable(name, table)));
  const referenced = new Map<TableSchema, Set<string>>();
  const open = whole.flatMap((table) => table.foreignKeys);
  for (const { references } of open) {
    const parent = schema.tables.find((table) => sameTable(table, references));
    if (parent === undefined || whole.includes(parent)) continue;
    const columns = referenced.get(parent) ?? new Set();
    referenced.set(parent, columns);
    const more = references.columns.filter((column) => !columns.has(column));
    for (const column of more) columns.add(column);
    // The referenced column may be a foreign key itself: the type at the end of the chain counts.
    open.push(...parent.foreignKeys.filter((key) => key.columns.some((column) => more.includes(column))));
  }
  const parts = [...referenced].map(([table, columns]) => partOf(table, columns));
  return { ...schema, tables: [...whole, ...parts] };
}

function partOf(table: TableSchema, columns: ReadonlySet<string>): TableSchema {
  const held = (names: readonly string[]) => names.every((name) => columns.has(name));
  return {
    ...table,
    columns: table.columns.filter(({ name }) => columns.has(name)),
    primaryKey: table.primaryKey !== null && held(table.primaryKey) ? table.primaryKey : null,
    uniqueKeys: table.uniqueKeys.filter((key) => held(key.columns)),
    foreignKeys: table.foreignKeys.filter((key) => held(key.columns)),
    indexes: table.indexes.filter(held),
  };
}

/** Every table that a query of rows reads. */
export function rowTables({ table, joins, aggregates }: RowQuery): readonly TableName[] {
  return [table, ...joins.map((join) => join.table), ...aggregates.flatMap(({ of }) => relationTables(of))];
}

/** The same for an embed and what is embedded in it. */
export function embedTables(embed: EmbedQuery): readonly TableName[] {
  return [...rowTables(embed), ...relationTables(embed), ...embed.embeds.flatMap(embedTables)];
}

function relationTables({ table, through }: ChildRelation): readonly TableName[] {
  return [table, ...(through === null ? [] : [through.table])];
}
