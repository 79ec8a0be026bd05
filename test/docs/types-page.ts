import type { AttributeType } from '../../src/mapping/mapping.js';
import { attributeCodec } from '../../src/mapping/value/attribute-codec.js';
import type { Encoding } from '../../src/mapping/value/encode-value.js';
import { type CatalogColumn, columnType as mysqlType } from '../../src/source/mysql/column-types.js';
import { type CatalogType, columnType } from '../../src/source/postgres/column-types.js';
import type { ColumnType } from '../../src/source/source-schema.js';

/** `docs/types.md`, written from the code: `npm run docs`. What the code decides is asked of it here. */

/** Columns that behave alike, spelled as CREATE TABLE takes them; `raw` is a value as the source hands it over. */
export interface TypeLine<Column> {
  readonly columns: readonly Column[];
  readonly raw: string;
  /** Spelled for the page, where that is not how the columns are. */
  readonly label?: string;
  /** SQL of the value, where it is not `raw` as a string. */
  readonly literal?: string;
}

export interface PostgresColumn {
  readonly sql: string;
  /** Name in pg_catalog and type modifier, as `discover` reads them. */
  readonly catalog: string;
  readonly modifier?: number;
}

export interface MySqlColumn {
  readonly sql: string;
  readonly catalog: CatalogColumn;
  /** MySQL does not have it. */
  readonly mariadbOnly: boolean;
}

const plain = (sql: string, catalog = sql): PostgresColumn => ({ sql, catalog });
const sized = (sql: string, catalog: string, modifier: number): PostgresColumn => ({
  sql,
  catalog,
  modifier,
});
const TWO_DECIMALS = ((10 << 16) | 2) + 4;

export const LINES: readonly TypeLine<PostgresColumn>[] = [
  {
    columns: [plain('smallint', 'int2'), plain('integer', 'int4'), plain('bigint', 'int8'), plain('oid')],
    raw: '42',
  },
  { columns: [sized('numeric(10,2)', 'numeric', TWO_DECIMALS), plain('numeric')], raw: '12.50' },
  { columns: [plain('real', 'float4'), plain('double precision', 'float8')], raw: '0.1' },
  { columns: [plain('boolean', 'bool')], raw: 't' },
  { columns: [plain('text'), sized('varchar(20)', 'varchar', 24), plain('name')], raw: 'Zoë' },
  { columns: [sized('char(6)', 'bpchar', 10)], raw: 'DE    ' },
  { columns: [plain('uuid')], raw: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' },
  { columns: [plain('mood')], raw: 'happy', label: 'enums' },
  { columns: [plain('bytea')], raw: '\\x00112233445566778899aabbccddeeff' },
  { columns: [sized('bit(3)', 'bit', 3), sized('bit varying(5)', 'varbit', 5)], raw: '101' },
  { columns: [plain('date')], raw: '2024-01-31' },
  { columns: [plain('time')], raw: '09:30:00.25' },
  { columns: [plain('time with time zone', 'timetz')], raw: '09:30:00+02' },
  { columns: [plain('timestamp')], raw: '2024-01-31 09:30:00.123456' },
  { columns: [plain('timestamptz')], raw: '2024-01-31 09:30:00.5+00' },
  { columns: [plain('jsonb'), plain('json')], raw: '{"a": [1.10, true, null]}' },
  { columns: [plain('integer[]', '_int4')], raw: '{3,1,3}' },
  { columns: [plain('text[]', '_text')], raw: '{a,"b c",a}' },
  { columns: [plain('boolean[]', '_bool')], raw: '{t,NULL}' },
  { columns: [plain('interval')], raw: 'P1DT2H' },
  { columns: [plain('hstore', 'public.hstore')], raw: '"a"=>"1", "b"=>NULL' },
  { columns: [plain('pair')], raw: '(7,"a b")', label: 'composite types' },
  { columns: [plain('inet'), plain('cidr')], raw: '10.0.0.0/8' },
  { columns: [plain('macaddr')], raw: '08:00:2b:01:02:03' },
  { columns: [plain('int4range')], raw: '[1,10)' },
  { columns: [plain('int4multirange')], raw: '{[1,3),[5,8)}' },
  { columns: [plain('tsvector')], raw: "'cat':3 'fat':2" },
  { columns: [plain('xml')], raw: '<a/>' },
  { columns: [plain('point')], raw: '(1,2.5)' },
  { columns: [plain('money')], raw: '$1,234.50' },
];

/** A column of information_schema.COLUMNS. */
function mysql(sql: string, catalog: Partial<CatalogColumn> = {}, mariadbOnly = false): MySqlColumn {
  const dataType = sql.replace(/[( ].*/, '');
  const none = { characters: null, precision: null, scale: null, json: false };
  return { sql, catalog: { dataType, columnType: sql, ...none, ...catalog }, mariadbOnly };
}

const UUID_BYTES = '00112233445566778899aabbccddeeff';
const POINT = '\\x000000000101000000000000000000f03f0000000000000440';

export const MYSQL_LINES: readonly TypeLine<MySqlColumn>[] = [
  {
    columns: ['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'int unsigned', 'bigint unsigned'].map(
      (sql) => mysql(sql),
    ),
    raw: '42',
  },
  { columns: [mysql('decimal(10,2)', { precision: 10, scale: 2 })], raw: '12.50' },
  { columns: [mysql('float'), mysql('double')], raw: '0.1' },
  { columns: [mysql('tinyint(1)')], raw: '1', label: '`tinyint(1)`, `boolean`' },
  {
    columns: [mysql('char(9)', { characters: 9 }), mysql('varchar(20)', { characters: 20 }), mysql('text')],
    raw: 'Zoë 😀',
    label: '`char(9)`, `varchar(20)`, `text` and its sizes, of any character set',
  },
  { columns: [mysql("enum('sad','happy')")], raw: 'happy' },
  { columns: [mysql("set('a','b','c')")], raw: '{"a","c"}', literal: "'a,c'" },
  {
    columns: [
      mysql('binary(16)', { characters: 16 }),
      mysql('varbinary(16)', { characters: 16 }),
      mysql('blob'),
    ],
    raw: `\\x${UUID_BYTES}`,
    literal: `x'${UUID_BYTES}'`,
    label: '`binary(16)`, `varbinary(16)`, `blob` and its sizes',
  },
  { columns: [mysql('bit(1)', { precision: 1 })], raw: '1', literal: "b'1'" },
  { columns: [mysql('bit(6)', { precision: 6 })], raw: '000101', literal: "b'101'" },
  { columns: [mysql('date')], raw: '2024-01-31' },
  { columns: [mysql('datetime(6)')], raw: '2024-01-31 09:30:00.123456' },
  {
    columns: [mysql('timestamp')],
    raw: '2024-01-31 09:30:00+00',
    literal: "'2024-01-31 09:30:00'",
  },
  { columns: [mysql('time(2)')], raw: '-838:59:58.25' },
  { columns: [mysql('year')], raw: '2024' },
  {
    columns: [mysql('json', { dataType: 'longtext', columnType: 'longtext', json: true })],
    raw: '{"a": [1.5, true, null]}',
  },
  {
    columns: [mysql('point'), mysql('geometry')],
    raw: POINT,
    literal: 'point(1, 2.5)',
    label: '`point`, `geometry` and the others',
  },
  { columns: [mysql('uuid', {}, true)], raw: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' },
  { columns: [mysql('inet4', {}, true)], raw: '10.0.0.1' },
  { columns: [mysql('inet6', {}, true)], raw: '2001:db8::1' },
];

/** What `as` may say, with what it makes. */
export const CHOICES: { readonly [As in AttributeType]: string } = {
  string:
    "S with the source's own text, whatever it is: `1.00`, `infinity`, `0000-00-00`, JSON as it is written",
  number: 'N; of a boolean, `1` and `0`, of bits the unsigned number',
  boolean: 'BOOL',
  cents: 'N in hundredths: `12.50` is `1250`',
  epochSeconds:
    'N: seconds since 1970 in UTC, a fraction kept; whole seconds, rounded down, in the time to live',
  epochMillis: 'N: milliseconds since 1970 in UTC, a fraction kept',
  uuid: 'S: 16 bytes in the usual spelling with hyphens',
  set: 'SS, NS or BS: order and repetitions are given up; an empty set is no attribute',
};

const AS = Object.keys(CHOICES) as AttributeType[];

/** Values that are refused: nothing is rounded, cut off or replaced. */
const REFUSED: readonly {
  column: PostgresColumn | MySqlColumn;
  raw: string;
  as?: AttributeType;
  what?: string;
}[] = [
  { column: plain('numeric'), raw: 'NaN' },
  { column: plain('numeric'), raw: `${'1234567890'.repeat(3)}123456789`, what: 'with 39 significant digits' },
  { column: plain('double precision', 'float8'), raw: 'Infinity' },
  { column: plain('double precision', 'float8'), raw: '1e-200' },
  { column: plain('timestamptz'), raw: 'infinity' },
  { column: plain('date'), raw: '0044-03-15 BC' },
  { column: plain('timestamp'), raw: '10000-01-01 00:00:00' },
  { column: mysql('date'), raw: '0000-00-00' },
  { column: mysql('datetime'), raw: '2024-02-00 00:00:00' },
  { column: mysql('tinyint(1)'), raw: '2' },
  { column: plain('numeric'), raw: '1.005', as: 'cents' },
  { column: plain('bytea'), raw: '\\x0011', as: 'uuid' },
  { column: plain('text[]', '_text'), raw: '{a,NULL}', as: 'set' },
  { column: plain('json'), raw: '{"a": 1, "a": 2}' },
  { column: plain('json'), raw: '['.repeat(33) + ']'.repeat(33), what: '33 lists deep' },
  { column: plain('hstore', 'public.hstore'), raw: '""=>"x"' },
];

const ENUM: CatalogType = {
  ...{ oid: 'mood', name: 'public.mood', kind: 'enum', base: '0', baseModifier: -1, element: '0' },
  ...{ delimiter: ',', labels: ['sad', 'happy'], fields: [] },
};

const PAIR: CatalogType = {
  ...{ oid: 'pair', name: 'public.pair', kind: 'composite', base: '0', baseModifier: -1, element: '0' },
  ...{ delimiter: ',', labels: [] },
  fields: [
    { name: 'a', type: 'int4', modifier: -1 },
    { name: 'b', type: 'text', modifier: -1 },
  ],
};

/** What `discover` makes of the column. */
export function typeOf({ catalog, ...column }: PostgresColumn | MySqlColumn): ColumnType {
  if (typeof catalog !== 'string') return mysqlType(catalog);
  const { modifier = -1 } = column as PostgresColumn;
  if (catalog === 'mood') return columnType(new Map([['mood', ENUM]]), 'mood', -1);
  const base = { base: '0', baseModifier: -1, delimiter: ',', labels: [], fields: [] } as const;
  const element = catalog.replace(/^_/, '');
  const types: CatalogType[] = [element, 'int4', 'text'].map((name) => {
    return { ...base, oid: name, name, kind: 'base', element: '0' };
  });
  types.push(PAIR);
  if (element !== catalog) types.push({ ...base, oid: catalog, name: catalog, kind: 'array', element });
  return columnType(new Map(types.map((type) => [type.oid, type])), catalog, modifier);
}

/** DynamoDB JSON, or null where the type has no such form. */
export function attributeOf(type: ColumnType, raw: string, as: AttributeType | null): string | null {
  const codec = attributeCodec(type, as);
  if (!codec.ok) return null;
  const into: Encoding = { bytes: 0, failure: null };
  const value = codec.encode(raw, into);
  if (into.failure !== null) throw new Error(`${raw} as ${as}: ${into.failure.reason}`);
  return value;
}

/** The choices that the type has, with what each makes of the value. */
export function choicesOf(type: ColumnType, raw: string): readonly [AttributeType, string][] {
  return AS.flatMap((as): [AttributeType, string][] => {
    if (!attributeCodec(type, as).ok) return [];
    return [[as, attributeOf(type, raw, as) ?? '']];
  });
}

export function typesPage(): string {
  return `# Types

<!-- Written by \`npm run docs\` from the code. The tests hold it against the code and live engines. -->

Which attribute a column becomes: its default, and what \`{ column: total, as: cents }\` can choose
([the mapping language](mapping.md#attributes)). The columns are read as text and become DynamoDB JSON as
text: no value passes through a JavaScript number or Date.

## Postgres

| column | for example | by default | with \`as\` |
|---|---|---|---|
${LINES.map(lineOf).join('\n')}

A domain is what it is over, whatever that is; a \`serial\` is its integer, \`citext\` is text. Every other type, of
extensions too (\`pg_lsn\`, \`tsquery\`, \`box\`, \`ltree\`, \`vector\`, PostGIS), is S with the text that Postgres
writes. Elements of an array and fields of a composite type are written as a column of their type would be;
their NULLs are the NULL type, dimensions are lists in lists (lower bounds are not kept). An array can be a
set when its elements are S, N or B.

## MySQL and MariaDB

| column | for example | by default | with \`as\` |
|---|---|---|---|
${MYSQL_LINES.map(lineOf).join('\n')}

\`uuid\`, \`inet4\` and \`inet6\` are MariaDB's. Its JSON is a \`longtext\` with a check, and is found by it. \`ZEROFILL\`
is a way to print, not a value: its zeros are not kept. A \`timestamp\` is in UTC whatever the zone of the
server; a \`datetime\` has no zone. JSON numbers are as exact as the server keeps them: MySQL makes a double of
what is no integer, MariaDB keeps the text. A geometry is well-known text, x before y as it is stored, with
\`SRID=4326;\` in front where it has one; \`vector\` is B, four bytes for each number.

* **\`tinyint(1)\`** is what BOOLEAN declares, so it is BOOL; any other number in it than 0 and 1 is a reject until
  \`as: number\` takes all of them.
* **Zero dates** (\`0000-00-00\`) are rejects; \`zeroDate: omit\` ([defaults](mapping.md#the-table) or on the attribute)
  leaves the attribute off, \`as: string\` keeps the text. A date with a zero month or day is no zero date.
* **Text** is read as UTF-8 from any character set. Bytes that are none reject their item.

## What \`as\` makes, and all types

| \`as\` | makes |
|---|---|
${Object.entries(CHOICES)
  .map(([as, makes]) => `| \`${as}\` | ${makes} |`)
  .join('\n')}

* **NULL** is no attribute, or the NULL type with \`nulls: 'null'\` ([defaults](mapping.md#the-table) or on the attribute).
  An empty string is a value.
* **Numbers** keep their value, not their scale: DynamoDB stores \`12.50\` as \`12.5\`. It holds 38 significant
  digits from 1E-130 to 9.99E+125.
* **Dates and times** are ISO 8601 with the microseconds that are there. A \`timestamptz\` is in UTC and ends in
  \`Z\`; a \`timestamp\` of Postgres has no zone and gets none. Years 0001 to 9999.
* **JSON** becomes maps, lists, strings, numbers, booleans and NULL, its numbers digit by digit, 31 lists and
  maps deep at most.
* **money** has no form of its own, because its text depends on the server's locale: \`check\` refuses the
  column until \`as: string\` or a view with a cast decides. A column that is not taken needs no decision.

## What is rejected

Nothing is rounded, cut off or replaced. A value that DynamoDB cannot hold rejects its item, and the reject
log says which column of which row ([what happens if…](operations.md#one-item-is-bad)). Each of these
values can be kept: by \`as: string\`, or as the default of its column.

It need not come as a surprise: \`check\` lists the columns whose declared type can hold such values, with what the
mapping can say about them (\`risks\` in its JSON), and \`plan\` has the source count them exactly, over whole tables
behind their \`where\`: how many, the most digits, the longest, the first and the last date. It is one scan of each
table that has such columns, in the plan's snapshot; \`--no-measure\` leaves it out. Values inside arrays, composite
types and JSON are counted only as the rejects that \`plan\` finds.

| column | value | code | reason |
|---|---|---|---|
${REFUSED.map(refusedLine).join('\n')}
`;
}

function lineOf({ columns, raw, label }: TypeLine<PostgresColumn | MySqlColumn>): string {
  const type = typeOf(columns[0] as PostgresColumn);
  const names = label ?? columns.map(({ sql }) => `\`${sql}\``).join(', ');
  const value = attributeOf(type, raw, null);
  const choices = choicesOf(type, raw).map(([as, made]) => `\`${as}\` ${code(made)}`);
  return `| ${names} | ${code(raw)} | ${value === null ? 'must be chosen' : code(value)} | ${choices.join(', ')} |`;
}

function refusedLine({ column, raw, as, what }: (typeof REFUSED)[number]): string {
  const codec = attributeCodec(typeOf(column), as ?? null);
  const into: Encoding = { bytes: 0, failure: null };
  if (codec.ok) codec.encode(raw, into);
  if (into.failure === null) throw new Error(`${raw} is not refused`);
  const name = as === undefined ? `\`${column.sql}\`` : `\`${column.sql}\` as \`${as}\``;
  return `| ${name} | ${what ?? code(raw)} | \`${into.failure.code}\` | ${into.failure.reason} |`;
}

/** A span of code in a table; its spaces at the end stay visible. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|').replace(/ +$/, (spaces) => '␣'.repeat(spaces.length))}\``;
}
