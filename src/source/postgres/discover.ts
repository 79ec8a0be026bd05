import type { Logger } from '../../support/log.js';
import type { Row } from '../source.js';
import type { Column, ForeignKey, SourceSchema, TableName, TableSchema } from '../source-schema.js';
import type { Ask } from './ask.js';
import { COLUMNS, DEFAULTS, FOREIGN_KEYS, INDEXES, TABLES, TYPES } from './catalog-sql.js';
import { type CatalogType, columnType, isCitext } from './column-types.js';

const KINDS: { readonly [relkind: string]: TableSchema['kind'] } = {
  r: 'table',
  p: 'partitioned',
  v: 'view',
  m: 'materialized-view',
  f: 'foreign',
};

const EXTREMES = { nan: true, infinity: true, farYears: true, zeroDates: false } as const;

/** Reads the catalog in one transaction; `ask` runs a statement in it. Throws `SOURCE_*`. */
export async function discover(ask: Ask, log: Logger): Promise<SourceSchema> {
  const read = async (text: string) => (await ask({ text, values: [] })).map((row) => row.map(textOf));
  const [defaults] = await read(DEFAULTS);
  const types = new Map((await read(TYPES)).map((row) => [text(row[0]), catalogType(row)]));
  const columns = byTable(await read(COLUMNS));
  const indexes = byTable(await read(INDEXES));
  const foreignKeys = byTable(await read(FOREIGN_KEYS));
  const tables = (await read(TABLES)).map(([schema, name, kind, oid, rows, below]): TableSchema => {
    const heirs: readonly TableName[] = JSON.parse(below ?? '[]');
    const own = indexes.get(text(oid)) ?? [];
    const keys = heirs.length > 0 ? [] : own; // they hold for the table's own rows only
    const primaryKey = own.filter((index) => isTrue(index[2])).map((index) => names(index[4]))[0] ?? null;
    const unique = keys.filter((index) => isTrue(index[3]) && !isTrue(index[2]));
    return {
      schema: text(schema),
      name: text(name),
      kind: KINDS[text(kind)] ?? 'table',
      columns: (columns.get(text(oid)) ?? []).map((row) => column(row, types)),
      primaryKey: heirs.length > 0 ? null : primaryKey,
      uniqueKeys: unique.map((index) => ({ name: text(index[1]), columns: names(index[4]) })),
      foreignKeys: (foreignKeys.get(text(oid)) ?? []).map(foreignKey),
      indexes: own.map((index) => names(index[4])),
      estimatedRows: rows === null || rows === undefined ? null : Number(rows),
      ...(heirs.length > 0 ? { heirs } : {}),
      ...(heirs.length > 0 && primaryKey !== null ? { ownKey: primaryKey } : {}),
    };
  });
  const partitions = Number(defaults?.[1]);
  if (partitions > 0) log.debug({ partitions }, 'partitions are read through the tables they belong to');
  return { dialect: 'postgres', defaultSchema: text(defaults?.[0]), tables, extremes: EXTREMES };
}

type TextRow = readonly (string | null)[];

function catalogType(row: TextRow): CatalogType {
  const [oid, name, kind, base, baseModifier, element, delimiter, labels, fields] = row;
  return {
    oid: text(oid),
    name: text(name),
    kind: text(kind) as CatalogType['kind'],
    base: text(base),
    baseModifier: Number(baseModifier),
    element: text(element),
    delimiter: text(delimiter),
    labels: names(labels),
    fields: JSON.parse(fields ?? '[]'),
  };
}

function column(row: TextRow, types: ReadonlyMap<string, CatalogType>): Column {
  const [, name, nativeType, oid, modifier, nullable, generated, collation] = row;
  const foldedBy = isCitext(types, text(oid)) ? 'citext' : (collation ?? null);
  return {
    name: text(name),
    nativeType: text(nativeType),
    type: columnType(types, text(oid), Number(modifier)),
    nullable: isTrue(nullable),
    generated: isTrue(generated),
    ...(foldedBy === null ? {} : { foldedBy }),
  };
}

function foreignKey(row: TextRow): ForeignKey {
  const [, name, columns, schema, table, referenced] = row;
  return {
    name: text(name),
    columns: names(columns),
    references: { schema: text(schema), name: text(table), columns: names(referenced) },
  };
}

/** Rows by the table's oid in their first cell. */
function byTable(rows: readonly TextRow[]): ReadonlyMap<string, readonly TextRow[]> {
  const tables = new Map<string, TextRow[]>();
  for (const row of rows) {
    const table = text(row[0]);
    const own = tables.get(table);
    if (own === undefined) tables.set(table, [row]);
    else own.push(row);
  }
  return tables;
}

function names(json: string | null | undefined): readonly string[] {
  return JSON.parse(json ?? '[]');
}

function isTrue(cell: string | null | undefined): boolean {
  return cell === 't';
}

function text(cell: string | null | undefined): string {
  return cell ?? '';
}

function textOf(cell: Row[number]): string | null {
  return cell === null ? null : cell.toString();
}
