import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WireValue } from '../../../src/item/attribute-value.js';
import type { AttributeType } from '../../../src/mapping/mapping.js';
import { LOCAL_AWS } from '../../support/cli.js';
import { createMySqlDatabase, isMariaDb, type MySqlTestDatabase } from '../../support/mariadb-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { listOf, plainOf, roundTrip, type Trip } from './round-trip.js';

const mysqlUrl = requireEngine('mariadb');
const dynamoUrl = requireEngine('dynamodb');
const mariadb = await isMariaDb(mysqlUrl);

/**
 * What came back is written into a table of the same columns, and SQL compares the two: as values where they are
 * numbers, else byte by byte.
 */
interface Case {
  readonly type: string;
  /** SQL. */
  readonly values: readonly string[];
  /** These reject their items. */
  readonly refused?: readonly string[];
  readonly as?: AttributeType;
  /** SQL of what came back; default: its text, quoted. */
  readonly literal?: (value: WireValue) => string;
  readonly numbers?: boolean;
  /** The other knows no such type, or knows it only since a later release. */
  readonly only?: 'mariadb' | 'mysql';
}

const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
const hex = (value: WireValue) => `x'${plainOf(value).slice(2)}'`;
const moment = (value: WireValue) => quoted(plainOf(value).replace('T', ' ').replace('Z', ''));
const wellKnown = (value: WireValue) => {
  const [, srid = '0', text = ''] = /^(?:SRID=(\d+);)?(.*)$/.exec(plainOf(value)) ?? [];
  // MariaDB reads a multipoint without parentheses around its points only.
  const bare = text.replace(
    /^(MULTIPOINT\()(.*)\)$/,
    (_, name, points) => `${name}${points.replaceAll(/[()]/g, '')})`,
  );
  return `ST_GeomFromText('${bare}', ${srid}${mariadb || srid === '0' ? '' : ", 'axis-order=long-lat'"})`;
};

const number = (type: string, values: readonly string[], more: Partial<Case> = {}): Case => {
  return { type, values, numbers: true, literal: plainOf, ...more };
};
const float = (type: string, values: readonly string[], refused: readonly string[] = []): Case => {
  // With an exponent it is a double, not a decimal.
  return number(type, values, { refused, literal: (value) => `${plainOf(value)}e0` });
};
const text = (type: string, values: readonly string[], more: Partial<Case> = {}): Case => {
  return { type, values, ...more };
};

const NINES = '9'.repeat(38);
const ZERO = "'0000-00-00'";

const CASES: readonly Case[] = [
  number('tinyint', ['-128', '127']),
  number('bigint', ['-9223372036854775808', '9223372036854775807', '9007199254740993']),
  number('bigint unsigned', ['0', '18446744073709551615']),
  number('int(8) unsigned zerofill', ['42', '4294967295']),
  number('decimal(38,0)', [NINES, `-${NINES}`]),
  number(
    'decimal(65,30)',
    [`${'9'.repeat(8)}.${'9'.repeat(30)}`, '0.000000000000000000000000000001', '-1.50'],
    {
      refused: [`${'9'.repeat(35)}.1234`, `${'9'.repeat(9)}.${'9'.repeat(30)}`],
    },
  ),
  float('float', ['0.1', '1e-45', '3.4028234e38', '16777217', '123456.79', '-0.25']),
  float(
    'double',
    ['0.1', '1e-130', '1.7e125', '9007199254740993', '123456789012345680', '0.30000000000000004', '-1e-5'],
    ['5e-324', '1.7976931348623157e308', '1e126'],
  ),
  number('tinyint(1)', ['TRUE', 'FALSE'], { refused: ['2', '-1', '127'] }),
  number('tinyint(1)', ['1', '0', '2', '-128', '127'], { as: 'number' }),
  text('varchar(20)', ["''", "' x '", "'Zoë €'", "'😀👩‍👩‍👧'", "'\\0\\t\\n\\\\\\''", "'\\Z\\r\"%_'"]),
  text('char(5)', ["'ab'", "'ab   '", "''", "' a'"]),
  text('varchar(20) CHARACTER SET latin1', ["'Zoë€ÿ'", "x'80'"]),
  text('varchar(20) CHARACTER SET utf8mb3', ["'äﬀ€'"]),
  text('varchar(20) CHARACTER SET sjis', ["'日本語'"]),
  text('varchar(20) CHARACTER SET utf16', ["'😀'"]),
  text('longtext', ["repeat('😀', 50000)"]),
  text('binary(4)', ["x'00ff'", "x'20202020'"], { literal: hex }),
  text('varbinary(9)', ["''", "x'2020'", "x'ff00fe'"], { literal: hex }),
  text('longblob', ["repeat(x'00ff', 50000)"], { literal: hex }),
  text('binary(16)', ["x'00112233445566778899aabbccddeeff'"], {
    as: 'uuid',
    literal: (value) => `x'${plainOf(value).replaceAll('-', '')}'`,
  }),
  text('bit(1)', ["b'0'", "b'1'"], { literal: (value) => `b'${plainOf(value)}'` }),
  text('bit(64)', ['18446744073709551615', '1'], { literal: (value) => `b'${plainOf(value)}'` }),
  text('bit(64)', ['18446744073709551615', '9223372036854775808'], { as: 'number', literal: plainOf }),
  text("enum('a','it''s','c,d')", ["'it\\'s'", "'c,d'", '1']),
  text("set('a','b c','d\"')", ["''", "'a,d\"'", "'d\",b c,a'"], {
    literal: (value) => quoted(listOf(value).map(plainOf).join(',')),
  }),
  text("set('a','b c','d\"')", ["''", "'a,d\"'"], { as: 'string' }),
  text('year', ['0', '1901', '2155']),
  text('year', ['1901', '2155'], { as: 'number', literal: plainOf }),
  text('date', ["'1000-01-01'", "'9999-12-31'", "'2024-02-29'", "'0001-01-01'"], {
    refused: [ZERO, "'2024-02-00'", "'2024-00-01'", "'0000-01-01'"],
  }),
  text('date', [ZERO, "'2024-02-00'"], { as: 'string' }),
  text('datetime(6)', ["'1000-01-01'", "'9999-12-31 23:59:59.999999'", "'2024-03-31 02:30:00.000001'"], {
    literal: moment,
    refused: [ZERO, "'2024-02-00'"],
  }),
  text(
    'timestamp(6) NULL',
    [
      "'1970-01-01 00:00:01'",
      "'2038-01-19 03:14:07.999999'",
      "'2024-10-27 00:30:00'",
      "'2024-03-31 02:30:00.5'",
    ],
    { literal: moment, refused: [ZERO] },
  ),
  text('time(6)', ["'-838:59:59'", "'838:59:58.999999'", "'-00:00:00.000001'", "'00:00:00'"]),
  text('point', ['point(0.1, -1e-300)', "ST_GeomFromText('POINT(1 2.5)', 4326)"], { literal: wellKnown }),
  text(
    'geometry',
    [
      "ST_GeomFromText('POLYGON((0 0,10 0,10 10,0 0),(1 1,2 1,2 2,1 1))')",
      "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,0.1 0.2))')",
      "ST_GeomFromText('MULTIPOINT(1 2,3 4)')",
      "ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')",
    ],
    { literal: wellKnown },
  ),
  text('uuid', ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"], { only: 'mariadb' }),
  text('inet4', ["'10.0.0.1'"], { only: 'mariadb' }),
  text('inet6', ["'2001:db8::1'", "'::ffff:1.2.3.4'"], { only: 'mariadb' }),
  text('vector(3)', ["STRING_TO_VECTOR('[1,2.5,-0]')", "STRING_TO_VECTOR('[3.4e38,-1.5e-30,0.1]')"], {
    only: 'mysql',
    literal: hex,
  }),
].filter(({ only }: Case) => only === undefined || only === (mariadb ? 'mariadb' : 'mysql'));

const nested = (levels: number): WireValue => ({ L: levels === 1 ? [] : [nested(levels - 1)] });

/** What JSON is held as cannot be written back by its text alone: the values are given. */
const JSONS: readonly (readonly [string, WireValue | null])[] = [
  [
    '{"a": [12345678901234567890, 0.5, {"b": [[], {}]}], "é": "😀\\\\n"}',
    {
      M: {
        a: { L: [{ N: '12345678901234567890' }, { N: '0.5' }, { M: { b: { L: [{ L: [] }, { M: {} }] } } }] },
        é: { S: '😀\n' },
      },
    },
  ],
  ['null', { NULL: true }],
  ['"x"', { S: 'x' }],
  [`${'['.repeat(31)}${']'.repeat(31)}`, nested(31)],
  // MariaDB itself goes no deeper.
  ...(mariadb ? [] : [[`${'['.repeat(32)}${']'.repeat(32)}`, null] as const]),
  // MariaDB keeps the text; MySQL keeps the last of two equal names.
  ['{"a": 1, "a": 2}', mariadb ? null : { M: { a: { N: '2' } } }],
];

let database: MySqlTestDatabase;
let trip: Trip;
const before = { ...process.env };
const SESSION = "SET sql_mode = '', time_zone = '+00:00'";

beforeAll(async () => {
  Object.assign(process.env, LOCAL_AWS);
  const tables = CASES.map(({ type, values, refused = [] }, index) => {
    const rows = [...values, ...refused].map((one, id) => `(${id}, ${one})`);
    return `CREATE TABLE t${index} (id int PRIMARY KEY, v ${type}); INSERT INTO t${index} VALUES ${rows.join(', ')}, (99, NULL);`;
  });
  const documents = JSONS.map(([document], id) => `(${id}, '${document}')`).join(', ');
  database = await createMySqlDatabase(
    mysqlUrl,
    `${SESSION}; ${tables.join('\n')} CREATE TABLE docs (id int PRIMARY KEY, v json); INSERT INTO docs VALUES ${documents};`,
  );
  trip = await roundTrip(database.url, dynamoUrl, [
    ...CASES.map(({ as }, index) => {
      return { name: `t${index}`, attribute: as === undefined ? '{v}' : { column: 'v', as } };
    }),
    { name: 'docs', attribute: '{v}' },
  ]);
});
afterAll(async () => {
  process.env = before;
  await database?.drop();
});

test.each(
  CASES.map(
    (one, index) => [`${one.type}${one.as === undefined ? '' : ` as ${one.as}`}`, index, one] as const,
  ),
)(
  '%s: what DynamoDB holds is what SQL says the row holds',
  async (_, index, { values, literal = (value) => quoted(plainOf(value)), numbers = false }) => {
    const held = trip.held.get(`t${index}`)!;
    // Those that are refused have no item.
    expect([...held.keys()].sort((a, b) => a - b)).toEqual([...values.keys(), 99]);
    expect(held.get(99)).toBeUndefined();
    const back = values.map((_value, id) => `(${id}, ${literal(held.get(id)!)})`);
    const same = numbers ? 't.v <=> b.v' : 'HEX(t.v) <=> HEX(b.v)';
    const rows = await database.query(
      `${SESSION}; CREATE TABLE b${index} LIKE t${index}; INSERT INTO b${index} VALUES ${back.join(', ')};
       SELECT id FROM t${index} AS t JOIN b${index} AS b USING (id) WHERE ${same} ORDER BY id`,
    );
    expect((rows as unknown as unknown[][][]).at(-1)!.map(([id]) => id)).toEqual([...values.keys()]);
  },
);

test('json is held as the server keeps it, numbers digit by digit', () => {
  const held = trip.held.get('docs')!;
  const expected = JSONS.flatMap(([, value], id) => (value === null ? [] : [[id, value] as const]));
  expect([...held].sort(([a], [b]) => a - b)).toEqual(expected);
});

test('what DynamoDB cannot hold was rejected, and nothing else', () => {
  const refused = CASES.reduce((sum, one) => sum + (one.refused?.length ?? 0), 0);
  expect(trip.rejects).toBe(refused + JSONS.filter(([, value]) => value === null).length);
});
