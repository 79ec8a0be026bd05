import type { AttributeType } from '../../src/mapping/mapping.js';
import { attributeCodec } from '../../src/mapping/value/attribute-codec.js';
import type { Encoding } from '../../src/mapping/value/encode-value.js';
import { type CatalogType, columnType } from '../../src/source/postgres/column-types.js';
import type { ColumnType } from '../../src/source/source-schema.js';

/** `docs/types.md`, written from the code: `npm run docs`. What the code decides is asked of it here. */

/** Columns that behave alike, spelled as CREATE TABLE takes them; `raw` is a value as Postgres writes it. */
export interface TypeLine {
  readonly columns: readonly PostgresColumn[];
  readonly raw: string;
  /** Spelled for the page, where that is not how the columns are. */
  readonly label?: string;
}

export interface PostgresColumn {
  readonly sql: string;
  /** Name in pg_catalog and type modifier, as `discover` reads them. */
  readonly catalog: string;
  readonly modifier?: number;
}

const plain = (sql: string, catalog = sql): PostgresColumn => ({ sql, catalog });
const sized = (sql: string, catalog: string, modifier: number): PostgresColumn => ({
  sql,
  catalog,
  modifier,
});
const TWO_DECIMALS = ((10 << 16) | 2) + 4;

export const LINES: readonly TypeLine[] = [
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
  { columns: [plain('inet'), plain('cidr')], raw: '10.0.0.0/8' },
  { columns: [plain('int4range')], raw: '[1,10)' },
  { columns: [plain('xml')], raw: '<a/>' },
  { columns: [plain('point')], raw: '(1,2.5)' },
  { columns: [plain('money')], raw: '$1,234.50' },
];

/** What `as` may say, with what it makes. */
export const CHOICES: { readonly [As in AttributeType]: string } = {
  string: "S with the source's own text, whatever it is: `1.00`, `infinity`, JSON as it is written",
  number: 'N; of a boolean, `1` and `0`',
  boolean: 'BOOL',
  cents: 'N in hundredths: `12.50` is `1250`',
  epochSeconds:
    'N: seconds since 1970 in UTC, a fraction kept; for time to live use the transform of that name, which rounds down',
  epochMillis: 'N: milliseconds since 1970 in UTC, a fraction kept',
  uuid: 'S: 16 bytes in the usual spelling with hyphens',
  set: 'SS, NS or BS: order and repetitions are given up; an empty set is no attribute',
};

const AS = Object.keys(CHOICES) as AttributeType[];

/** Values that are refused: nothing is rounded, cut off or replaced. */
const REFUSED: readonly { column: PostgresColumn; raw: string; as?: AttributeType; what?: string }[] = [
  { column: plain('numeric'), raw: 'NaN' },
  { column: plain('numeric'), raw: `${'1234567890'.repeat(3)}123456789`, what: 'with 39 significant digits' },
  { column: plain('double precision', 'float8'), raw: 'Infinity' },
  { column: plain('double precision', 'float8'), raw: '1e-200' },
  { column: plain('timestamptz'), raw: 'infinity' },
  { column: plain('date'), raw: '0044-03-15 BC' },
  { column: plain('numeric'), raw: '1.005', as: 'cents' },
  { column: plain('bytea'), raw: '\\x0011', as: 'uuid' },
  { column: plain('text[]', '_text'), raw: '{a,NULL}', as: 'set' },
  { column: plain('json'), raw: '{"a": 1, "a": 2}' },
  { column: plain('json'), raw: '['.repeat(33) + ']'.repeat(33), what: '33 lists deep' },
];

const ENUM: CatalogType = {
  ...{ oid: 'mood', name: 'public.mood', kind: 'enum', base: '0', baseModifier: -1, element: '0' },
  ...{ delimiter: ',', labels: ['sad', 'happy'] },
};

/** What `discover` makes of the column. */
export function typeOf({ catalog, modifier = -1 }: PostgresColumn): ColumnType {
  if (catalog === 'mood') return columnType(new Map([['mood', ENUM]]), 'mood', -1);
  const base = { base: '0', baseModifier: -1, delimiter: ',', labels: [] } as const;
  const element = catalog.replace(/^_/, '');
  const types: CatalogType[] = [{ ...base, oid: element, name: element, kind: 'base', element: '0' }];
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

<!-- Written by \`npm run docs\` from the code. The tests hold it against the code and a live Postgres. -->

Which attribute a column becomes: its default, and what \`{ column: total, as: cents }\` can choose
([the mapping language](mapping.md#attributes)). The columns are read as text and become DynamoDB JSON as
text: no value passes through a JavaScript number or Date.

## Postgres

| column | for example | by default | with \`as\` |
|---|---|---|---|
${LINES.map(lineOf).join('\n')}

A domain is what it is over, a \`serial\` is its integer, \`citext\` is text. Every other type, of extensions too
(hstore, composite types, tsvector, macaddr, PostGIS), is S with the text that Postgres writes. Elements of
an array are written as a column of their type would be; NULL elements are the NULL type, dimensions are
lists in lists. An array can be a set when its elements are S, N or B.

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
  \`Z\`; a \`timestamp\` has no zone and gets none. Years 0001 to 9999.
* **JSON** becomes maps, lists, strings, numbers, booleans and NULL, its numbers digit by digit, 31 lists and
  maps deep at most.
* **money** has no form of its own, because its text depends on the server's locale: \`check\` refuses the
  column until \`as: string\` or a view with a cast decides. A column that is not taken needs no decision.

## What is rejected

Nothing is rounded, cut off or replaced. A value that DynamoDB cannot hold rejects its item, and the reject
log says which column of which row ([what happens if…](operations.md#one-item-is-bad)). Each of these
values can be kept: by \`as: string\`, or as the default of its column.

| column | value | code | reason |
|---|---|---|---|
${REFUSED.map(refusedLine).join('\n')}
`;
}

function lineOf({ columns, raw, label }: TypeLine): string {
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
