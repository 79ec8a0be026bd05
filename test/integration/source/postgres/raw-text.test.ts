import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../../../src/source/open-source.js';
import type { Row, Source } from '../../../../src/source/source.js';
import type { ColumnType } from '../../../../src/source/source-schema.js';
import {
  columnNamed,
  entityQuery,
  never,
  readAll,
  tableNamed,
  withSnapshot,
} from '../../../contract/source/queries.js';
import { createDatabase, serverRelease, type TestDatabase } from '../../../support/postgres-database.js';
import { requireEngine } from '../../../support/require-resource.js';

const server = requireEngine('postgres');

/** type, what it is discovered as, literals, and the text they are read as (null: the literal itself). */
const EVERY: readonly (readonly [string, ColumnType, readonly string[], (readonly string[])?])[] = [
  ['smallint', { kind: 'integer', bits: 16, unsigned: false }, ['-32768', '32767']],
  ['integer', { kind: 'integer', bits: 32, unsigned: false }, ['-2147483648', '2147483647']],
  ['bigint', { kind: 'integer', bits: 64, unsigned: false }, ['-9223372036854775808', '9223372036854775807']],
  ['oid', { kind: 'integer', bits: 32, unsigned: true }, ['0', '4294967295']],
  [
    'numeric',
    { kind: 'decimal', precision: null, scale: null },
    ['12345678901234567890.123456789012345678', '-0.000', '1e-130', 'NaN', 'Infinity', '-Infinity'],
    [
      '12345678901234567890.123456789012345678',
      '0.000',
      `0.${'0'.repeat(129)}1`,
      'NaN',
      'Infinity',
      '-Infinity',
    ],
  ],
  [
    'numeric(38,10)',
    { kind: 'decimal', precision: 38, scale: 10 },
    ['1.0000000000', `${'9'.repeat(28)}.${'9'.repeat(10)}`],
  ],
  ['numeric(5,-2)', { kind: 'decimal', precision: 5, scale: -2 }, ['1234500', '-100']],
  [
    'double precision',
    { kind: 'float', bits: 64 },
    ['5e-324', '0.1', '1e308', '1.7976931348623157e308', '-0', 'NaN', '-Infinity', '123456789012345680'],
    [
      '5e-324',
      '0.1',
      '1e+308',
      '1.7976931348623157e+308',
      '-0',
      'NaN',
      '-Infinity',
      '1.2345678901234568e+17',
    ],
  ],
  ['real', { kind: 'float', bits: 32 }, ['0.1', '1e-45', '16777216'], ['0.1', '1e-45', '1.6777216e+07']],
  ['boolean', { kind: 'boolean' }, ['true', 'false'], ['t', 'f']],
  ['text', { kind: 'text', maxLength: null, padded: false }, ['', ' x ', '\\', "'", '😀\n\t', '\u{1}']],
  ['character varying(5)', { kind: 'text', maxLength: 5, padded: false }, ['', 'äöüß€']],
  ['character(4)', { kind: 'text', maxLength: 4, padded: true }, ['ab', ''], ['ab  ', '    ']],
  ['"char"', { kind: 'text', maxLength: 1, padded: false }, ['x']],
  ['name', { kind: 'text', maxLength: 63, padded: false }, ['x']],
  [
    'uuid',
    { kind: 'uuid' },
    ['{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}'],
    ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
  ],
  ['bytea', { kind: 'bytes', maxLength: null }, ['\\x', '\\x00ff5c', '\\000'], ['\\x', '\\x00ff5c', '\\x00']],
  ['bit(3)', { kind: 'bits', length: 3 }, ['101']],
  ['bit varying(8)', { kind: 'bits', length: null }, ['', '1']],
  ['date', { kind: 'date' }, ['2024-02-29', '0044-03-15 BC', '10000-01-01', 'infinity', '-infinity']],
  ['time without time zone', { kind: 'time', zone: false, signed: false }, ['24:00:00', '00:00:00.000001']],
  [
    'time with time zone',
    { kind: 'time', zone: true, signed: false },
    ['12:00:00.5+02', '12:00:00-05:30', '12:00:00+01:02:03'],
  ],
  [
    'timestamp without time zone',
    { kind: 'timestamp', zone: false },
    [
      '2024-03-31 02:30:00',
      '2024-01-01 00:00:00.000001',
      '0001-01-01 00:00:00 BC',
      '294276-12-31 23:59:59.999999',
      'infinity',
    ],
  ],
  [
    'timestamp with time zone',
    { kind: 'timestamp', zone: true },
    ['2024-01-01 00:00:00.123456+14:00', '-infinity', '1900-01-01 00:00:00+00'],
    ['2023-12-31 10:00:00.123456+00', '-infinity', '1900-01-01 00:00:00+00'],
  ],
  ['json', { kind: 'json' }, ['{"a": 12345678901234567890, "a":1.0}']],
  [
    'jsonb',
    { kind: 'json' },
    ['{"b":12345678901234567890.10,"a":[null,1e2]}'],
    ['{"a": [null, 100], "b": 12345678901234567890.10}'],
  ],
  [
    'integer[]',
    { kind: 'array', element: { kind: 'integer', bits: 32, unsigned: false }, delimiter: ',' },
    ['{}', '{1,NULL,3}', '{{1,2},{3,4}}', '[2:3]={1,2}'],
  ],
  [
    'text[]',
    { kind: 'array', element: { kind: 'text', maxLength: null, padded: false }, delimiter: ',' },
    ['{a,"b c","null",NULL,"a \\"b\\"",""}'],
  ],
  [
    'numeric(6,2)[]',
    { kind: 'array', element: { kind: 'decimal', precision: 6, scale: 2 }, delimiter: ',' },
    ['{1.10,-2.00}'],
  ],
  ['box[]', { kind: 'array', element: { kind: 'textual' }, delimiter: ';' }, ['{(1,1),(0,0);(2,2),(1,1)}']],
  [
    'interval',
    { kind: 'textual' },
    ['1 year 2 mons 3 days 04:05:06.7', '-1 day'],
    ['P1Y2M3DT4H5M6.7S', 'P-1D'],
  ],
  ['inet', { kind: 'textual' }, ['10.0.0.1/8', '::1']],
  ['macaddr', { kind: 'textual' }, ['08:00:2b:01:02:03']],
  ['int4range', { kind: 'textual' }, ['[1,5)', 'empty']],
  ['xml', { kind: 'textual' }, ['<a>x</a>']],
  ['tsvector', { kind: 'textual' }, ["'a':1 'b':2"]],
  ['point', { kind: 'textual' }, ['(1.5,-2)']],
  ['int2vector', { kind: 'textual' }, ['1 2 3']],
  [
    'money',
    { kind: 'undecided', why: expect.stringContaining('locale') as unknown as string },
    ['1234.5'],
    ['$1,234.50'],
  ],
  ['mood', { kind: 'enum', labels: ['sad', 'ok', 'Happy day'] }, ['Happy day', 'sad']],
  ['"Odd Schema"."Mood"', { kind: 'enum', labels: ['x'] }, ['x']],
  ['positive', { kind: 'decimal', precision: 10, scale: 2 }, ['1.50']],
  [
    'tags',
    { kind: 'array', element: { kind: 'text', maxLength: 3, padded: false }, delimiter: ',' },
    ['{abc}'],
  ],
  ['citext', { kind: 'text', maxLength: null, padded: false }, ['MiXed']],
  ['hstore', { kind: 'textMap' }, ['"a"=>"1", "b"=>NULL']],
  [
    'pair',
    {
      kind: 'composite',
      fields: [
        { name: 'a', type: { kind: 'integer', bits: 32, unsigned: false } },
        {
          name: 'b',
          type: { kind: 'array', element: { kind: 'decimal', precision: 10, scale: 2 }, delimiter: ',' },
        },
      ],
    },
    ['(1,"{1.50,NULL}")'],
  ],
];

/** A negative scale came with Postgres 15. */
const release = await serverRelease(server);
const CASES = EVERY.filter(([type]) => release >= 15 || type !== 'numeric(5,-2)');

const TYPES = `
  CREATE EXTENSION citext; CREATE EXTENSION hstore;
  CREATE SCHEMA "Odd Schema";
  CREATE TYPE mood AS ENUM ('sad', 'Happy day');
  ALTER TYPE mood ADD VALUE 'ok' BEFORE 'Happy day';
  CREATE TYPE "Odd Schema"."Mood" AS ENUM ('x');
  CREATE DOMAIN amount AS numeric(10,2);
  CREATE DOMAIN positive AS amount CHECK (VALUE > 0);
  CREATE DOMAIN tags AS varchar(3)[];
  CREATE TYPE pair AS (a int, gone text, b amount[]);
  ALTER TYPE pair DROP ATTRIBUTE gone;`;

let database: TestDatabase;
let source: Source;

beforeAll(async () => {
  database = await createDatabase(server, TYPES);
  for (const [index, [type, , literals]] of CASES.entries()) {
    const rows = literals.map((text, row) => `(${row}, '${text.replaceAll("'", "''")}')`);
    await database.query(
      `CREATE TABLE t${index} (id int PRIMARY KEY, v ${type}); INSERT INTO t${index} VALUES ${rows.join(', ')}, (99, NULL)`,
    );
  }
  // What roles and databases are configured with must not show in the text.
  await database.query(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone = ''Asia/Kathmandu''', current_database());
    EXECUTE format('ALTER DATABASE %I SET DateStyle = ''German''', current_database());
    EXECUTE format('ALTER DATABASE %I SET extra_float_digits = 0', current_database());
    EXECUTE format('ALTER DATABASE %I SET bytea_output = ''escape''', current_database());
    EXECUTE format('ALTER DATABASE %I SET IntervalStyle = ''postgres_verbose''', current_database()); END $$`);
  source = await openSource(database.url);
});
afterAll(async () => {
  await source?.[Symbol.asyncDispose]();
  await database?.drop();
});

test('every type is discovered as what it holds, and read as the exact text it has', async () => {
  await withSnapshot(source, async (snapshot, schema) => {
    for (const [index, [nativeType, type, literals, texts = literals]] of CASES.entries()) {
      const column = columnNamed(tableNamed(schema, `t${index}`), 'v');
      const folding = nativeType === 'citext' ? { foldedBy: 'citext' } : {};
      expect(column).toEqual({ name: 'v', nativeType, type, nullable: true, generated: false, ...folding });
      const rows: readonly Row[] = (await readAll(snapshot, entityQuery(schema, `t${index}`), 100)).map(
        (tree) => tree.row,
      );
      expect(
        rows.map((row) => row[1]),
        nativeType,
      ).toEqual([...texts, null]);
    }
  });
});

test('a key of any type that Postgres can order is walked, and found by its text', async () => {
  const unordered = /^(json|xml|point|box|"char"|tags|hstore|int2vector)/;
  await database.query('CREATE SCHEMA keyed');
  const keyed = CASES.flatMap(([type, , literals, texts = literals], index) =>
    unordered.test(type) || type === 'money' ? [] : [{ type, literals, texts, index }],
  );
  for (const { type, index } of keyed) {
    await database.query(
      `CREATE TABLE keyed.t${index} (id ${type} PRIMARY KEY); INSERT INTO keyed.t${index} SELECT DISTINCT v FROM t${index} WHERE v IS NOT NULL`,
    );
  }
  await withSnapshot(source, async (snapshot, schema) => {
    for (const { type, texts, index } of keyed) {
      const query = entityQuery(schema, `keyed.t${index}`);
      const rows = (await readAll(snapshot, query, 1)).map((tree) => String(tree.row[0]));
      expect([...rows].sort(), type).toEqual([...new Set(texts)].sort());
      for (const text of rows) {
        const chunks = [];
        for await (const chunk of snapshot.planChunks(query, { rowsPerChunk: 5, keys: [[text]] }))
          chunks.push(chunk);
        expect(chunks, `${type} ${text}`).toHaveLength(1);
      }
    }
  });
  expect(await source.discover(never)).toBeDefined();
});
