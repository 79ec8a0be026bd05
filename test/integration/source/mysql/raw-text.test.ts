import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { Row, Source } from '../../../../src/source/source.js';
import type { ColumnType } from '../../../../src/source/source-schema.js';
import {
  columnNamed,
  entityQuery,
  never,
  readAll,
  rowsOf,
  tableNamed,
  withSnapshot,
} from '../../../contract/source/queries.js';
import { createMySqlDatabase, isMariaDb, type MySqlTestDatabase } from '../../../support/mariadb-database.js';
import { requireEngine } from '../../../support/require-resource.js';

const server = requireEngine('mariadb');
const mariadb = await isMariaDb(server);
/** MySQL has all but these. */
const known = ([declaration]: readonly [string, ...unknown[]]) =>
  mariadb || !/^(uuid|inet6|json COMMENT)/.test(declaration);

const bytes = (hex: string) => Buffer.from(hex, 'hex');
const text = (maxLength: number | null = null): ColumnType => ({ kind: 'text', maxLength, padded: false });
const integer = (bits: 8 | 16 | 24 | 32 | 64, unsigned = false): ColumnType => ({
  kind: 'integer',
  bits,
  unsigned,
});
const labels = ['a', "it's", 'c,d', 'back\\slash', 'li\nne'];
const POINT = '000000000101000000000000000000f03f0000000000000040';

/** Declaration, what it is discovered as, SQL of two or more values, and the cells they are read as. */
const ALL: readonly (readonly [string, ColumnType, readonly string[], readonly (string | Buffer)[]])[] = [
  ['tinyint', integer(8), ['-128', '127'], ['-128', '127']],
  ['tinyint unsigned zerofill', integer(8, true), ['7', '0'], ['7', '0']],
  ['tinyint(1)', { kind: 'boolean', integers: true }, ['TRUE', '2'], ['1', '2']],
  ['smallint unsigned', integer(16, true), ['0', '65535'], ['0', '65535']],
  ['mediumint', integer(24), ['-8388608', '8388607'], ['-8388608', '8388607']],
  ['int', integer(32), ['-2147483648', '2147483647'], ['-2147483648', '2147483647']],
  [
    'bigint',
    integer(64),
    ['-9223372036854775808', '9223372036854775807'],
    ['-9223372036854775808', '9223372036854775807'],
  ],
  ['bigint unsigned', integer(64, true), ['0', '18446744073709551615'], ['0', '18446744073709551615']],
  [
    'decimal(65,30)',
    { kind: 'decimal', precision: 65, scale: 30 },
    [`-${'9'.repeat(35)}.${'9'.repeat(30)}`, '1.5'],
    [`-${'9'.repeat(35)}.${'9'.repeat(30)}`, `1.5${'0'.repeat(29)}`],
  ],
  ['decimal(8,2) zerofill', { kind: 'decimal', precision: 8, scale: 2 }, ['0.05', '12'], ['0.05', '12.00']],
  [
    'float',
    { kind: 'float', bits: 32 },
    ['0.1', '1e-45', '16777217', '3.4028234e38', '123456.79'],
    ['0.1', '1e-45', '16777216', '3.4028235e+38', '123456.79'],
  ],
  [
    'double',
    { kind: 'float', bits: 64 },
    ['5e-324', '0.1', '1.7976931348623157e308', '123456789012345680', '9007199254740993'],
    ['5e-324', '0.1', '1.7976931348623157e308', '1.2345678901234568e17', '9.007199254740992e15'],
  ],
  ['double zerofill', { kind: 'float', bits: 64 }, ['0.5', '10'], ['0.5', '10']],
  ['bit(1)', { kind: 'bits', length: 1 }, ["b'0'", "b'1'"], ['0', '1']],
  ['bit(10)', { kind: 'bits', length: 10 }, ["b'1011'", "b'1000000001'"], ['0000001011', '1000000001']],
  [
    'bit(64)',
    { kind: 'bits', length: 64 },
    ['18446744073709551615', '1'],
    ['1'.repeat(64), `${'0'.repeat(63)}1`],
  ],
  ['char(5)', text(5), ["'ab   '", "''"], ['ab', '']],
  ['varchar(9)', text(9), ["' x '", "'\\\\'", "'\\0\\t\\n'", "'😀'"], [' x ', '\\', '\0\t\n', '😀']],
  ['varchar(9) CHARACTER SET latin1', text(9), ["'Zoë€'", "'ÿ'"], ['Zoë€', 'ÿ']],
  ['varchar(9) CHARACTER SET utf8mb3', text(9), ["'ﬀ'", "'ä'"], ['ﬀ', 'ä']],
  ['longtext', text(), [`repeat('😀', 100000)`, "'\uFFFD'"], ['😀'.repeat(100_000), '\uFFFD']],
  [
    'binary(4)',
    { kind: 'bytes', maxLength: 4 },
    ["x'00ff'", "x'20'"],
    [bytes('00ff0000'), bytes('20000000')],
  ],
  ['varbinary(9)', { kind: 'bytes', maxLength: 9 }, ["'a  '", "''"], [bytes('612020'), bytes('')]],
  ['longblob', { kind: 'bytes', maxLength: null }, ["x'ff00fe'", "''"], [bytes('ff00fe'), bytes('')]],
  ['point', { kind: 'geometry' }, ['point(1, 2)', `x'${POINT}'`], [bytes(POINT), bytes(POINT)]],
  [
    'date',
    { kind: 'date' },
    ["'0000-00-00'", "'2024-02-00'", "'9999-12-31'"],
    ['0000-00-00', '2024-02-00', '9999-12-31'],
  ],
  [
    'datetime(6)',
    { kind: 'timestamp', zone: false },
    ["'0000-00-00'", "'9999-12-31 23:59:59.999999'", "'2024-03-31 02:30:00.000001'"],
    ['0000-00-00 00:00:00', '9999-12-31 23:59:59.999999', '2024-03-31 02:30:00.000001'],
  ],
  // Written in the server's zone, +05:30.
  [
    'timestamp(6) NULL',
    { kind: 'timestamp', zone: true },
    ["'0000-00-00'", "'2038-01-19 08:44:07.999999'", "'1970-01-01 05:30:01'"],
    ['0000-00-00 00:00:00+00', '2038-01-19 03:14:07.999999+00', '1970-01-01 00:00:01+00'],
  ],
  [
    'time(6)',
    { kind: 'time', zone: false, signed: true },
    ["'-838:59:58.999999'", "'838:59:59'", "'-00:00:00.1'"],
    ['-838:59:58.999999', '838:59:59', '-00:00:00.1'],
  ],
  ['year', { kind: 'year' }, ['0', '2155', '1901'], ['0000', '2155', '1901']],
  [
    'json',
    { kind: 'json' },
    [`'{"a": 12345678901234567890}'`, "'[]'"],
    ['{"a": 12345678901234567890}', '[]'],
  ],
  // MySQL keeps JSON in a form of its own, MariaDB as it was written.
  ["json COMMENT 'as written'", { kind: 'json' }, [`'{"a":1.10, "a":1}'`], ['{"a":1.10, "a":1}']],
  [
    "enum('a','it''s','c,d','back\\\\slash','li\\nne')",
    { kind: 'enum', labels },
    ["'it''s'", "'back\\\\slash'", "'none'"],
    ["it's", 'back\\slash', ''],
  ],
  [
    "set('x','y\"z','w\\\\v')",
    { kind: 'array', element: { kind: 'enum', labels: ['x', 'y"z', 'w\\v'] }, delimiter: ',', bare: true },
    ["'w\\\\v,x,y\"z'", "''"],
    ['{"x","y\\"z","w\\\\v"}', '{}'],
  ],
  [
    'uuid',
    { kind: 'uuid' },
    ["'0B5C9A6E-0000-4000-8000-00000000ABCD'"],
    ['0b5c9a6e-0000-4000-8000-00000000abcd'],
  ],
  ['inet6', { kind: 'textual' }, ["'2001:DB8::1'"], ['2001:db8::1']],
];
const CASES = ALL.filter(known);
const ROWS = Math.max(...CASES.map(([, , values]) => values.length));

let database: MySqlTestDatabase;
let source: Source;
let rows: readonly Row[];

beforeAll(async () => {
  const columns = CASES.map(([declaration], index) => `c${index} ${declaration}`);
  const tuples = Array.from(
    { length: ROWS + 1 },
    (_, row) => `(${[row, ...CASES.map(([, , values]) => values[row] ?? 'NULL')].join(', ')})`,
  );
  database = await createMySqlDatabase(
    server,
    `SET sql_mode = '';
     CREATE TABLE every (id int PRIMARY KEY, ${columns.join(', ')}) ROW_FORMAT=DYNAMIC;
     INSERT INTO every VALUES ${tuples.join(', ')}`,
  );
  source = await openSource(database.url);
  rows = await withSnapshot(source, async (snapshot, schema) =>
    rowsOf(await readAll(snapshot, entityQuery(schema, 'every'), 10)),
  );
});
afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await database?.drop();
});

test.each(CASES.map(([declaration, ...rest], index) => [declaration, index, ...rest] as const))(
  '%s is known by its type and read exactly',
  async (_, index, type, values, expected) => {
    const table = tableNamed(await source.discover(never), 'every');
    expect(columnNamed(table, `c${index}`).type).toEqual(type);
    expect(rows.slice(0, values.length).map((row) => row[index + 1])).toEqual(expected);
    expect(rows[ROWS]?.[index + 1]).toBeNull();
  },
);

test('text that is no UTF-8 stays bytes, and is refused by its column where it identifies rows', async () => {
  await database.query(`CREATE TABLE broken (id int PRIMARY KEY, t varchar(9));
    CREATE VIEW garbled AS SELECT id, CAST(x'61ff' AS CHAR CHARACTER SET binary) AS t FROM broken;
    INSERT INTO broken VALUES (1, 'a')`);
  await withSnapshot(source, async (snapshot, schema) => {
    const query = entityQuery(schema, 'garbled', { identifiedBy: ['id'] });
    const columns = query.columns.map((ref) =>
      ref.column.name === 't' ? { ...ref, column: { ...ref.column, type: text() } } : ref,
    );
    expect(rowsOf(await readAll(snapshot, { ...query, columns }, 10))).toEqual([['1', bytes('61ff')]]);
    const t = columns.at(-1)!;
    const identified = { ...query, identity: [t.column], columns: [t] };
    await expect(readAll(snapshot, identified, 10)).rejects.toThrow(/column t .*no UTF-8: 61ff/);
  });
});

describe('as keys', () => {
  /** Declaration, and keys that are stored backwards. */
  const KEYS: readonly (readonly [string, readonly string[]])[] = [
    [
      'varchar(20) COLLATE utf8mb4_general_ci',
      ["'a'", "'B'", "'c'", "'Ä2'", "'z\\\\'", "'it''s'", "''", "'😀'"],
    ],
    ['varchar(20) CHARACTER SET latin1', ["'b'", "'ä'", "'C'", "'€'"]],
    ['binary(4)', ["x'00000000'", "x'ff000001'", "x'7f'", "x'27275c5c'"]],
    ['bit(64)', ['0', '18446744073709551615', '9223372036854775808', '2']],
    ['bigint unsigned', ['0', '18446744073709551615', '9223372036854775808']],
    ['decimal(38,10)', ['-1.5', '0', '12345678901234567890.123', '2']],
    ['float', ['0.1', '-0.1', '0.2', '1e30', '1e-45', '16777216']],
    ['double', ['0.1', '0.30000000000000004', '0.3', '-1e300']],
    ['date', ["'0000-00-00'", "'2024-02-00'", "'2024-02-01'", "'9999-12-31'"]],
    ['datetime(6)', ["'0000-00-00'", "'2024-01-01 00:00:00.000001'", "'2024-01-01'", "'1000-01-01'"]],
    ['timestamp(6)', ["'2024-01-01 00:00:00.000001'", "'2024-01-01'", "'2038-01-19 08:44:07'"]],
    [
      'time(3)',
      ["'-838:59:59'", "'-10:00:00'", "'-09:00:00.001'", "'00:00:00'", "'100:00:00'", "'20:00:00'"],
    ],
    ['year', ['0', '1901', '2155']],
    ["enum('z','a','m','b')", ["'z'", "'a'", "'m'", "'b'"]],
    ["set('z','a','m')", ["''", "'z'", "'a'", "'z,a'", "'m'", "'a,m'"]],
    [
      'uuid',
      [
        "'00000000-0000-4000-8000-0000000000ff'",
        "'ff000000-0000-4000-8000-000000000000'",
        "'10000000-0000-1000-8000-000000000000'",
      ],
    ],
    ['inet6', ["'::1'", "'::2'", "'ff::'", "'10.0.0.1'"]],
  ];

  test.each(KEYS.filter(known))(
    '%s walks every row once, in the order of the source',
    async (declaration, keys) => {
      const tuples = [...keys].reverse().flatMap((key) => [`(${key}, 1)`, `(${key}, 2)`]);
      await database.query(`SET sql_mode = ''; DROP TABLE IF EXISTS keyed;
      CREATE TABLE keyed (k ${declaration} NOT NULL, n int NOT NULL, PRIMARY KEY (k, n));
      INSERT INTO keyed VALUES ${tuples.join(', ')}`);
      await withSnapshot(source, async (snapshot, schema) => {
        const query = entityQuery(schema, 'keyed');
        const whole = rowsOf(await readAll(snapshot, query, 1000));
        expect(whole).toHaveLength(2 * keys.length);
        expect(new Set(whole.map((row) => row.map(String).join('/'))).size).toBe(whole.length);
        for (const size of [1, 3]) expect(rowsOf(await readAll(snapshot, query, size, 1))).toEqual(whole);
      });
    },
  );
});
