import type { Row } from '../source.js';
import type { Column, ForeignKey, SourceSchema, TableName, TableSchema } from '../source-schema.js';
import type { Ask } from './ask.js';
import { COLUMNS, DEFAULT_SCHEMA, FOREIGN_KEYS, INDEXES, TABLES } from './catalog-sql.js';
import { columnType } from './column-types.js';

/** Not tables that hold rows of their own: sequences, temporary tables, information_schema's. */
const KINDS: { readonly [tableType: string]: TableSchema['kind'] } = {
  'BASE TABLE': 'table',
  'SYSTEM VERSIONED': 'table',
  VIEW: 'view',
};

const EXTREMES = { nan: false, infinity: false, farYears: false, zeroDates: true } as const;

/** Finds MariaDB's JSON, which is LONGTEXT to its catalog; null where the catalog knows JSON. */
export type FindJson = ((table: TableName, columns: readonly string[]) => Promise<readonly string[]>) | null;

/**
 * Reads the catalog of the URL's database, of those named, and of those that foreign keys lead to from there. Throws
 * `SOURCE_*`.
 */
export async function discover(
  ask: Ask,
  findJson: FindJson,
  schemas: readonly string[] = [],
): Promise<SourceSchema> {
  const read = async (text: string) => (await ask({ text, readers: null })).map((row) => row.map(textOf));
  const [defaults] = await read(DEFAULT_SCHEMA);
  const defaultSchema = text(defaults?.[0]);
  const open = new Set([defaultSchema, ...schemas]);
  const tables: TableSchema[] = [];
  for (const schema of open) {
    const found = await tablesOf(schema, read, findJson);
    for (const { references } of found.flatMap((table) => table.foreignKeys)) open.add(references.schema);
    tables.push(...found);
  }
  return { dialect: 'mysql', defaultSchema, tables: tables.sort(bySchema), extremes: EXTREMES };
}

type Read = (text: string) => Promise<readonly TextRow[]>;

async function tablesOf(schema: string, read: Read, findJson: FindJson): Promise<readonly TableSchema[]> {
  const columns = grouped(await read(COLUMNS(schema)));
  if (columns.size === 0) return [];
  const json = new Set<string>();
  for (const [name, rows] of findJson === null ? [] : columns) {
    const long = rows.filter(([, , dataType]) => dataType === 'longtext').map((row) => text(row[1]));
    const found = long.length === 0 ? [] : await findJson?.({ schema, name }, long);
    for (const column of found ?? []) json.add(`${name}/${column}`);
  }
  const indexes = grouped(await read(INDEXES(schema)));
  const foreignKeys = grouped(await read(FOREIGN_KEYS(schema)));
  return (await read(TABLES(schema))).flatMap(([name, type, , options, rows]): TableSchema[] => {
    const kind = KINDS[text(type)];
    if (kind === undefined) return [];
    const table = text(name);
    const own = indexLists(indexes.get(table) ?? []);
    return [
      {
        schema,
        name: table,
        kind: kind === 'table' && text(options).includes('partitioned') ? 'partitioned' : kind,
        columns: (columns.get(table) ?? []).map((row) => column(row, json)),
        primaryKey: own.find((index) => index.name === 'PRIMARY')?.columns ?? null,
        uniqueKeys: own
          .filter((index) => index.unique && index.name !== 'PRIMARY')
          .map((index) => ({ name: index.name, columns: index.columns })),
        foreignKeys: foreignKeyLists(foreignKeys.get(table) ?? []),
        indexes: own.filter((index) => index.ordered).map((index) => index.columns),
        estimatedRows: rows === null || rows === undefined ? null : Number(rows),
      },
    ];
  });
}

type TextRow = readonly (string | null)[];

function column(row: TextRow, json: ReadonlySet<string>): Column {
  const [table, name, dataType, nativeType, characters, precision, scale, nullable, extra, collation] = row;
  const type = columnType({
    dataType: text(dataType),
    columnType: text(nativeType),
    characters: numberOf(characters),
    precision: numberOf(precision),
    scale: numberOf(scale),
    json: json.has(`${table}/${name}`),
  });
  return {
    name: text(name),
    nativeType: text(nativeType),
    type,
    nullable: nullable === 'YES',
    // Not DEFAULT_GENERATED, which is a default that an expression computes.
    generated: /\b(VIRTUAL|STORED|PERSISTENT) GENERATED\b/.test(text(extra)),
    ...(type.kind === 'text' && !BY_CHARACTER.test(text(collation)) ? { foldedBy: text(collation) } : {}),
  };
}

/** Every other collation ignores case or accents, or, as other `_bin` ones do, spaces at the end. */
const BY_CHARACTER = /^binary$|_nopad_bin$|_0900_bin$/;

interface Index {
  readonly name: string;
  readonly unique: boolean;
  readonly columns: readonly string[];
  /** A B-tree: rows can be found and walked by it. */
  readonly ordered: boolean;
}

/** Indexes over whole columns, the primary key first; it is one also where it takes only prefixes. */
function indexLists(rows: readonly TextRow[]): readonly Index[] {
  const lists = [...grouped(rows.map((row) => row.slice(1)))].map(([name, parts]): Index | null => {
    const whole = parts.every(([, , column, prefix]) => column !== null && prefix === null);
    if (!whole && name !== 'PRIMARY') return null;
    const [first] = parts;
    return {
      name,
      unique: first?.[1] === '0',
      columns: parts.map((part) => text(part[2])),
      ordered: whole && first?.[4] === 'BTREE',
    };
  });
  return lists
    .filter((index) => index !== null)
    .sort(
      (one, other) => Number(other.name === 'PRIMARY') - Number(one.name === 'PRIMARY') || byName(one, other),
    );
}

function foreignKeyLists(rows: readonly TextRow[]): readonly ForeignKey[] {
  const keys = [...grouped(rows.map((row) => row.slice(1)))].map(([name, parts]): ForeignKey => {
    const [first] = parts;
    return {
      name,
      columns: parts.map((part) => text(part[1])),
      references: {
        schema: text(first?.[2]),
        name: text(first?.[3]),
        columns: parts.map((part) => text(part[4])),
      },
    };
  });
  return keys.sort(byName);
}

/** Rows by the text in their first cell, in the order of their first appearance. */
function grouped(rows: readonly TextRow[]): ReadonlyMap<string, readonly TextRow[]> {
  const groups = new Map<string, TextRow[]>();
  for (const row of rows) {
    const key = text(row[0]);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [row]);
    else own.push(row);
  }
  return groups;
}

function bySchema(one: TableName, other: TableName): number {
  return one.schema < other.schema ? -1 : one.schema > other.schema ? 1 : byName(one, other);
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

function numberOf(cell: string | null | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell);
}

function text(cell: string | null | undefined): string {
  return cell ?? '';
}

function textOf(cell: Row[number]): string | null {
  return cell === null ? null : cell.toString();
}
