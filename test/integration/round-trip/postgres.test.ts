import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCAL_AWS } from '../../support/cli.js';
import { createDatabase, type TestDatabase } from '../../support/postgres-database.js';
import { requireEngine } from '../../support/require-resource.js';
import { jsonOf, plainOf, roundTrip, type Trip } from './round-trip.js';

const postgresUrl = requireEngine('postgres');
const dynamoUrl = requireEngine('dynamodb');

/** How SQL compares the column with what came back, `$2`: by text, by value, or as JSON. */
const BY_TEXT = (type: string) => `v::text = $2::text::${type}::text`;
const BY_VALUE = (type: string) => `v = $2::text::${type}`;
const AS_JSON = () => 'to_jsonb(v) = $2::text::jsonb';

interface Case {
  readonly type: string;
  readonly values: readonly string[];
  readonly compare: (type: string) => string;
  /** These reject their items. */
  readonly refused?: readonly string[];
}

const text = (type: string, values: readonly string[], refused: readonly string[] = []): Case => {
  return { type, values, refused, compare: BY_TEXT };
};
const value = (type: string, values: readonly string[], refused: readonly string[] = []): Case => {
  return { type, values, refused, compare: BY_VALUE };
};
const json = (type: string, values: readonly string[], refused: readonly string[] = []): Case => {
  return { type, values, refused, compare: AS_JSON };
};

const NINES = '9'.repeat(38);
const DATES_REFUSED = ['infinity', '-infinity', '0044-03-15 BC', '10000-01-01'];

const CASES: readonly Case[] = [
  value('smallint', ['-32768', '32767']),
  value('bigint', ['-9223372036854775808', '9223372036854775807', '9007199254740993', '0']),
  value('oid', ['0', '2147483648', '4294967295']),
  value(
    'numeric',
    [
      NINES,
      `-${NINES}`,
      `0.${NINES}`,
      '1e-130',
      `-9.${'9'.repeat(37)}e125`,
      '1500.00',
      '-0.000',
      '18446744073709551615',
    ],
    [`${NINES}9`, `1${'0'.repeat(37)}.1`, 'NaN', 'Infinity', '-Infinity', '1e126', '9e-131'],
  ),
  value('numeric(38,19)', [`${'9'.repeat(19)}.${'9'.repeat(19)}`, '0.0000000000000000001'], ['NaN']),
  value('real', ['0.1', '1e-45', '1.1754944e-38', '3.4028235e38', '16777217', '-0'], ['NaN', 'Infinity']),
  value(
    'double precision',
    ['0.1', '1e-130', '1.7e125', '9007199254740993', '123456789012345680', '0.30000000000000004', '-0'],
    ['NaN', '-Infinity', '5e-324', '2.2250738585072014e-308', '1.7976931348623157e308', '1e126'],
  ),
  value('boolean', ['true', 'false']),
  text('text', [
    '',
    ' x ',
    'Zoë €',
    '😀👩‍👩‍👧',
    '\u0001\t\n\\"\u007f\u2028',
    'null',
    '{"a":1}',
    `${'é'.repeat(100_000)}`,
  ]),
  text('char(5)', ['ab', '', ' a']),
  text('varchar(4)', ['é€😀a']),
  value('bytea', ['\\x', '\\x00', '\\xff00fe', `\\x${'00ff'.repeat(5000)}`]),
  text('uuid', ['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '00000000-0000-0000-0000-000000000000']),
  text('bit(3)', ['101', '000']),
  text('varbit', ['', '0', '1'.repeat(100)]),
  value('date', ['0001-01-01', '9999-12-31', '2024-02-29', '1582-10-10'], DATES_REFUSED),
  value('time', ['00:00:00', '24:00:00', '23:59:59.999999', '12:00:00.1']),
  text('timetz', ['09:30:00+02', '23:59:59.999999-15:59', '00:00:00+05:30']),
  value(
    'timestamp',
    ['0001-01-01', '9999-12-31 23:59:59.999999', '2024-03-31 02:30:00', '2024-01-01 00:00:00.000001'],
    DATES_REFUSED,
  ),
  value(
    'timestamptz',
    [
      ...['0001-01-01 00:00:00+00', '9999-12-31 23:59:59.999999+00', '2024-01-01 00:00:00.000001+00'],
      // The hour that is not there, and the one that is there twice; before zones had whole hours.
      ...[
        '2024-03-31 02:30:00 Europe/Berlin',
        '2024-10-27 02:30:00 Europe/Berlin',
        '1890-01-01 Europe/Berlin',
      ],
      ...['2024-10-27 01:30:00+00', '1969-12-31 23:59:59.999999+00'],
    ],
    DATES_REFUSED,
  ),
  text('interval', [
    '1 year 2 months -3 days 04:05:06.000007',
    '-00:00:00.1',
    '0',
    '178000000 years',
    '1 mon',
    '30 days',
  ]),
  json(
    'jsonb',
    [
      '{"a": [12345678901234567890, 0.1, 1e-130, {"b": {"c": [[], {}]}}], "é\\n": "\\u0001😀"}',
      ...['null', '"x"', 'true', '[]', '{}', NINES, `${'['.repeat(31)}${']'.repeat(31)}`],
    ],
    [`[${NINES}9]`, `${'['.repeat(32)}${']'.repeat(32)}`, '{"": 1}', '1e400'],
  ),
  json('json', ['{"a" : 1.10, "b":"\\ud83d\\ude00"}', ' [ 12345678901234567890.5 ] '], ['{"a": 1, "a": 2}']),
  json('int[]', ['{}', '{1,NULL,-3}', '{{1,2},{3,4}}', '[0:1]={7,8}']),
  json('numeric[]', ['{12345678901234567890.5,1.00}'], ['{NaN}']),
  json('text[]', ['{a,"NULL",NULL,"",",\\"\\\\ {}😀"}', '{{a},{b}}']),
  json('boolean[]', ['{t,f,NULL}']),
  json('jsonb[]', ['{"{\\"a\\": [1, null]}"}']),
  json('date[]', ['{2024-02-29}'], ['{infinity}']),
  json('hstore', ['', 'a=>1, "b c"=>NULL, "q\\"\\\\"=>"\\"", é=>""'], ['""=>1']),
  json('pair', ['(1,"a ""b"" \\\\ (),")', '(,)', '(2,"")', '(-5,NULL)']),
  json('nest', ['("(1,x)","{1.5,NULL}",t)', '(,,)'], ['(,"{NaN}",t)']),
  json('pair[]', ['{"(1,\\"a,b\\")",NULL}', '{}']),
  json('tags', ['{abc,NULL}']),
  value('amount', ['1.50', '99999999.99']),
  value('mood', ['sad', 'very happy']),
  text('int4range', ['[1,5)', 'empty', '(,)', '[1,]']),
  text('tstzrange', ['[2024-01-01 00:00+00,2024-01-02 00:00:00.000001+00)', '(,infinity]']),
  text('int4multirange', ['{[1,3),[5,8)}', '{}']),
  text('inet', ['10.0.0.1/8', '::1', '255.255.255.255']),
  text('cidr', ['10.0.0.0/8', '2001:db8::/32']),
  text('macaddr', ['08:00:2b:01:02:03']),
  text('macaddr8', ['08:00:2b:01:02:03:04:05', 'ff:ff:ff:ff:ff:ff:ff:ff']),
  text('tsvector', ["'a':1A 'it''s':2,3"]),
  text('xml', ['<a b="c">é</a>']),
  text('point', ['(0.1,-1e-300)']),
  text('polygon', ['((0,0),(1,0.1),(1,1))']),
  text('pg_lsn', ['16/B374D848']),
  text('"char"', ['x']),
];

const TYPES = `CREATE EXTENSION hstore;
  CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN amount AS numeric(10,2) CHECK (VALUE > 0);
  CREATE TYPE nest AS (p pair, n numeric[], f boolean);
  CREATE DOMAIN tags AS varchar(3)[];
  CREATE TYPE mood AS ENUM ('sad', 'very happy');`;

let database: TestDatabase;
let trip: Trip;
const before = { ...process.env };

beforeAll(async () => {
  Object.assign(process.env, LOCAL_AWS);
  const literal = (one: string) => `'${one.replaceAll("'", "''")}'`;
  const tables = CASES.map(({ type, values, refused = [] }, index) => {
    const rows = [...values, ...refused].map((one, id) => `(${id}, ${literal(one)})`);
    return `CREATE TABLE t${index} (id int PRIMARY KEY, v ${type}); INSERT INTO t${index} VALUES ${rows.join(', ')}, (99, NULL);`;
  });
  database = await createDatabase(postgresUrl, `${TYPES} ${tables.join('\n')}`);
  const asked = CASES.map((_, index) => ({ name: `t${index}`, attribute: '{v}' }));
  trip = await roundTrip(database.url, dynamoUrl, asked);
});
afterAll(async () => {
  process.env = before;
  await database?.drop();
});

test.each(CASES.map((one, index) => [one.type, index, one] as const))(
  '%s: what DynamoDB holds is what SQL says the row holds',
  async (type, index, { values, compare }) => {
    const held = trip.held.get(`t${index}`)!;
    // Those that are refused have no item.
    const expected = [...values.keys(), 99];
    expect([...held.keys()].sort((a, b) => a - b)).toEqual(expected);
    expect(held.get(99)).toBeUndefined();
    for (const [id, written] of values.entries()) {
      const found = held.get(id)!;
      const back = compare === AS_JSON ? jsonOf(found) : plainOf(found);
      const [row] = await database.query(`SELECT ${compare(type)} AS same FROM t${index} WHERE id = $1`, [
        id,
        back,
      ]);
      expect(row, `${written.slice(0, 80)} came back as ${back.slice(0, 80)}`).toEqual({ same: true });
    }
  },
);

test('what DynamoDB cannot hold was rejected, and nothing else', () => {
  expect(trip.rejects).toBe(CASES.reduce((sum, { refused = [] }) => sum + refused.length, 0));
});
