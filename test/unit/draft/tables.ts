import { type Draft, type DraftInput, NO_FINDINGS } from '../../../src/draft/draft.js';
import { draftMapping } from '../../../src/draft/draft-mapping.js';
import { estimatesOf } from '../../../src/mapping/weigh/statistics-of.js';
import type { SourceSchema, TableSchema } from '../../../src/source/source-schema.js';
import type { ColumnStatistics } from '../../../src/source/source-statistics.js';
import { table } from '../mapping/shop.js';

export { table };

/** The same table with this many rows. */
export function rows(count: number, of: TableSchema): TableSchema {
  return { ...of, estimatedRows: count };
}

export function schemaOf(...tables: readonly TableSchema[]): SourceSchema {
  return { dialect: 'postgres', defaultSchema: 'public', tables };
}

export function distinct(name: string, column: string, values: number): ColumnStatistics {
  const of = { schema: 'public', name };
  return { table: of, column, distinct: values, commonest: null, averageBytes: null };
}

export const noEstimates = (schema: SourceSchema) => estimatesOf(schema, []);

export function draft(tables: readonly TableSchema[], input: Partial<DraftInput> = {}): Draft {
  return draftMapping({
    schema: schemaOf(...tables),
    tables,
    statistics: [],
    queries: [],
    tableName: 'drafted',
    findings: NO_FINDINGS,
    declined: new Set(),
    ...input,
  });
}

/** Comment lines above an entity. */
export function linesOf({ notes }: Draft, ...path: readonly string[]): readonly string[] {
  return notes.find((note) => note.path.join(' ') === path.join(' '))?.lines ?? [];
}
