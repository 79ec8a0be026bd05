import { type SourceSchema, type TableSchema, tableLabel } from '../source/source-schema.js';

export interface TableSelection {
  /** Default: the source's default schema. */
  readonly schemas?: readonly string[] | undefined;
  /** Names with `*` and `?`, of tables or `schema.table`. Views only where they are named here. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

export interface SelectedTables {
  readonly tables: readonly TableSchema[];
  /** Globs and schemas that no table has. */
  readonly unmatched: readonly string[];
}

/** The tables that are to be drafted, in the order of their names. */
export function selectTables(
  { tables, defaultSchema }: SourceSchema,
  { schemas = [defaultSchema], include = [], exclude = [] }: TableSelection,
): SelectedTables {
  const matches = (table: TableSchema, glob: string) =>
    [table.name, tableLabel(table, defaultSchema), `${table.schema}.${table.name}`].some((name) =>
      patternOf(glob).test(name),
    );
  const inSchemas = tables.filter(({ schema }) => schemas.includes(schema));
  const unmatched = [
    ...schemas.filter(
      (schema) => schema !== defaultSchema && !tables.some((table) => table.schema === schema),
    ),
    ...[...include, ...exclude].filter((glob) => !inSchemas.some((table) => matches(table, glob))),
  ];
  const selected = inSchemas.filter((table) => {
    const isView = table.kind === 'view' || table.kind === 'materialized-view';
    const wanted = include.length === 0 ? !isView : include.some((glob) => matches(table, glob));
    return wanted && !exclude.some((glob) => matches(table, glob));
  });
  const label = (table: TableSchema) => tableLabel(table, defaultSchema);
  return { tables: [...selected].sort((a, b) => (label(a) < label(b) ? -1 : 1)), unmatched };
}

function patternOf(glob: string): RegExp {
  const text = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text}$`);
}
