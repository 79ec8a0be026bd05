import { describe, expect, it } from 'vitest';
import type { WireValue } from '../../../../src/item/attribute-value.js';
import { valueBytes } from '../../../../src/item/size.js';
import type { AttributeType } from '../../../../src/mapping/mapping.js';
import { attributeCodec } from '../../../../src/mapping/value/attribute-codec.js';
import type { Encoding } from '../../../../src/mapping/value/encode-value.js';
import type { ColumnType } from '../../../../src/source/source-schema.js';

const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };
const CHAR: ColumnType = { kind: 'text', maxLength: 4, padded: true };
const INT: ColumnType = { kind: 'integer', bits: 32, unsigned: false };
const NUMERIC: ColumnType = { kind: 'decimal', precision: null, scale: null };
const DOUBLE: ColumnType = { kind: 'float', bits: 64 };
const BOOL: ColumnType = { kind: 'boolean' };
const TINYINT: ColumnType = { kind: 'boolean', integers: true };
const HSTORE: ColumnType = { kind: 'textMap' };
const SET: ColumnType = {
  kind: 'array',
  element: { kind: 'enum', labels: ['a', 'b"'] },
  delimiter: ',',
  bare: true,
};
const pairOf = (a: ColumnType, b: ColumnType): ColumnType => ({
  kind: 'composite',
  fields: [
    { name: 'a', type: a },
    { name: 'b "ü', type: b },
  ],
});
const BYTES: ColumnType = { kind: 'bytes', maxLength: null };
const DATE: ColumnType = { kind: 'date' };
const TIME: ColumnType = { kind: 'time', zone: false, signed: true };
const TIMETZ: ColumnType = { kind: 'time', zone: true, signed: false };
const LOCAL: ColumnType = { kind: 'timestamp', zone: false };
const UTC: ColumnType = { kind: 'timestamp', zone: true };
const JSONB: ColumnType = { kind: 'json' };
const MONEY: ColumnType = { kind: 'undecided', why: 'money depends on the locale' };
const arrayOf = (element: ColumnType): ColumnType => ({ kind: 'array', element, delimiter: ',' });

/** The value, or the code of its failure; its size is checked on the way. */
function encode(type: ColumnType, as: AttributeType | null, cell: string | Buffer, level = 0): unknown {
  const codec = attributeCodec(type, as, level);
  if (!codec.ok) return codec;
  const into: Encoding = { bytes: 0, failure: null };
  const json = codec.encode(cell, into);
  if (into.failure !== null) return into.failure.code;
  if (json === '') return 'left off';
  const wire = JSON.parse(json) as WireValue;
  expect(into.bytes).toBe(valueBytes(wire));
  if (codec.attributeType !== 'any') expect(Object.keys(wire)).toEqual([codec.attributeType]);
  return wire;
}

describe('attribute values', () => {
  it('an array whose elements have no default has none either: no row is rejected that check let through', () => {
    expect(attributeCodec(arrayOf(MONEY), null)).toEqual({
      ok: false,
      message: 'money depends on the locale',
      alternatives: ['string'],
    });
    expect(encode(arrayOf(MONEY), 'string', '{$1.00}')).toEqual({ S: '{$1.00}' });
  });

  it.each<[string, ColumnType, AttributeType | null, string | Buffer, unknown]>([
    ['integers', INT, null, '-42', { N: '-42' }],
    ['bigints beyond doubles', INT, null, '9223372036854775807', { N: '9223372036854775807' }],
    ['decimals without needless zeros', NUMERIC, null, '12.500', { N: '12.5' }],
    [
      '38 digits',
      NUMERIC,
      null,
      '0.12345678901234567890123456789012345678',
      { N: '0.12345678901234567890123456789012345678' },
    ],
    ['decimals as their text', NUMERIC, 'string', '1.00', { S: '1.00' }],
    ['cents', NUMERIC, 'cents', '-19.9', { N: '-1990' }],
    ['cents of integers', INT, 'cents', '7', { N: '700' }],
    ['floats', DOUBLE, null, '1.5e-07', { N: '0.00000015' }],
    ['minus zero', DOUBLE, null, '-0', { N: '0' }],
    ['booleans of Postgres', BOOL, null, 't', { BOOL: true }],
    ['booleans of MySQL', BOOL, null, '0', { BOOL: false }],
    ['booleans as numbers', BOOL, 'number', 't', { N: '1' }],
    ['booleans as text', BOOL, 'string', '0', { S: 'false' }],
    ['empty text', TEXT, null, '', { S: '' }],
    ['text to escape', TEXT, null, '"\\\n\u0001é\u{1f600}', { S: '"\\\n\u0001é\u{1f600}' }],
    ['char(n) without its padding', CHAR, null, ' a  ', { S: ' a' }],
    ['bytes of a buffer', BYTES, null, Buffer.from([0, 255]), { B: 'AP8=' }],
    ['bytes in hex', BYTES, null, '\\x00ff', { B: 'AP8=' }],
    ['no bytes', BYTES, null, '\\x', { B: '' }],
    [
      'sixteen bytes as a UUID',
      BYTES,
      'uuid',
      '\\x550E8400e29b41d4a716446655440000',
      { S: '550e8400-e29b-41d4-a716-446655440000' },
    ],
    ['dates', DATE, null, '2024-01-31', { S: '2024-01-31' }],
    ['times', TIME, null, '-838:59:59.5', { S: '-838:59:59.5' }],
    ['times with a zone', TIMETZ, null, '09:30:00+05:30', { S: '09:30:00+05:30' }],
    [
      'timestamps without a zone',
      LOCAL,
      null,
      '2024-01-31 09:30:00.123456',
      { S: '2024-01-31T09:30:00.123456' },
    ],
    ['timestamps in UTC', UTC, null, '2024-01-31 09:30:00+00', { S: '2024-01-31T09:30:00Z' }],
    ['epoch seconds', UTC, 'epochSeconds', '2024-01-31 09:30:00+00', { N: '1706693400' }],
    [
      'epoch seconds with their fraction',
      UTC,
      'epochSeconds',
      '2024-01-31 09:30:00.25+00',
      { N: '1706693400.25' },
    ],
    ['epoch seconds before 1970', LOCAL, 'epochSeconds', '1969-12-31 23:59:58.5', { N: '-1.5' }],
    ['epoch seconds of the year 1', DATE, 'epochSeconds', '0001-01-01', { N: '-62135596800' }],
    ['epoch milliseconds', UTC, 'epochMillis', '2024-01-31 09:30:00.123+00', { N: '1706693400123' }],
    [
      'epoch milliseconds with microseconds',
      UTC,
      'epochMillis',
      '2024-01-31 09:30:00.123456+00',
      { N: '1706693400123.456' },
    ],
    ['what no date can be, as text', UTC, 'string', 'infinity', { S: 'infinity' }],
    ['bits', { kind: 'bits', length: 3 }, null, '101', { S: '101' }],
    [
      'bits as a number',
      { kind: 'bits', length: 64 },
      'number',
      '1'.repeat(64),
      { N: '18446744073709551615' },
    ],
    ['one bit as a boolean', { kind: 'bits', length: 1 }, 'boolean', '1', { BOOL: true }],
    ['years', { kind: 'year' }, null, '0000', { S: '0000' }],
    ['years as numbers', { kind: 'year' }, 'number', '2155', { N: '2155' }],
    ['tinyint(1) beyond booleans as numbers', TINYINT, 'number', '-128', { N: '-128' }],
    [
      'hstore',
      HSTORE,
      null,
      '"a"=>"1", "b\\"ü"=>NULL, "NULL"=>"NULL", "c"=>""',
      { M: { a: { S: '1' }, 'b"ü': { NULL: true }, NULL: { S: 'NULL' }, c: { S: '' } } },
    ],
    ['an empty hstore', HSTORE, null, '', { M: {} }],
    ['hstore as text', HSTORE, 'string', '"a"=>NULL', { S: '"a"=>NULL' }],
    [
      'composite values',
      pairOf(INT, TEXT),
      null,
      '(1,"a ""b\\\\"" ")',
      { M: { a: { N: '1' }, 'b "ü': { S: 'a "b\\" ' } } },
    ],
    [
      'composite values that are NULL and empty text',
      pairOf(TEXT, TEXT),
      null,
      '(,"")',
      { M: { a: { NULL: true }, 'b "ü': { S: '' } } },
    ],
    [
      'composite values in composite values, and arrays of them',
      arrayOf(pairOf(pairOf(INT, INT), arrayOf(INT))),
      null,
      '{"(\\"(1,)\\",\\"{2,NULL}\\")"}',
      {
        L: [
          {
            M: {
              a: { M: { a: { N: '1' }, 'b "ü': { NULL: true } } },
              'b "ü': { L: [{ N: '2' }, { NULL: true }] },
            },
          },
        ],
      },
    ],
    ['sets of MySQL as text', SET, 'string', '{"a","b\\""}', { S: 'a,b"' }],
    ['empty sets of MySQL as lists', SET, null, '{}', { L: [] }],
    ['zero dates as text', DATE, 'string', '0000-00-00', { S: '0000-00-00' }],
    ['enums', { kind: 'enum', labels: ['a b'] }, null, 'a b', { S: 'a b' }],
    ['money as text', MONEY, 'string', '$1,000.00', { S: '$1,000.00' }],
    [
      'json objects',
      JSONB,
      null,
      ' {"a" : [1.10, 1e2, "x\\u0041\\"", null, true], "b":{}} ',
      {
        M: {
          a: { L: [{ N: '1.1' }, { N: '100' }, { S: 'xA"' }, { NULL: true }, { BOOL: true }] },
          b: { M: {} },
        },
      },
    ],
    [
      'json numbers beyond doubles',
      JSONB,
      null,
      '123456789012345678901234567890.12',
      { N: '123456789012345678901234567890.12' },
    ],
    ['json text', JSONB, null, '"\\ud83d\\ude00"', { S: '\u{1f600}' }],
    ['json null', JSONB, null, 'null', { NULL: true }],
    ['json as text', JSONB, 'string', '{"a": 1.10}', { S: '{"a": 1.10}' }],
    ['arrays', arrayOf(INT), null, '{1,NULL,-3}', { L: [{ N: '1' }, { NULL: true }, { N: '-3' }] }],
    [
      'arrays of text',
      arrayOf(TEXT),
      null,
      '{a,"NULL","b,\\"\\\\","",null}',
      { L: [{ S: 'a' }, { S: 'NULL' }, { S: 'b,"\\' }, { S: '' }, { NULL: true }] },
    ],
    [
      'arrays of arrays',
      arrayOf(INT),
      null,
      '[0:1][2:3]={{1,2},{3,4}}',
      { L: [{ L: [{ N: '1' }, { N: '2' }] }, { L: [{ N: '3' }, { N: '4' }] }] },
    ],
    ['empty arrays', arrayOf(INT), null, '{}', { L: [] }],
    ['arrays of bytes', arrayOf(BYTES), null, '{"\\\\x00ff"}', { L: [{ B: 'AP8=' }] }],
    ['arrays of json', arrayOf(JSONB), null, '{"{\\"a\\": 1}"}', { L: [{ M: { a: { N: '1' } } }] }],
    ['sets of text', arrayOf(TEXT), 'set', '{a,b,a,""}', { SS: ['a', 'b', ''] }],
    ['sets of numbers, equal ones once', arrayOf(NUMERIC), 'set', '{1,1.0,2}', { NS: ['1', '2'] }],
    ['sets of bytes', arrayOf(BYTES), 'set', '{"\\\\x00","\\\\x00"}', { BS: ['AA=='] }],
    ['empty sets', arrayOf(TEXT), 'set', '{}', 'left off'],
  ])('hold %s', (_, type, as, cell, expected) => {
    expect(encode(type, as, cell)).toEqual(expected);
  });

  it.each<[string, ColumnType, AttributeType | null, string]>([
    ['NaN', NUMERIC, null, 'NaN'],
    ['infinite floats', DOUBLE, null, '-Infinity'],
    ['39 digits', NUMERIC, null, '123456789012345678901234567890123456789'],
    ['numbers that are too large', DOUBLE, null, '1e126'],
    ['numbers that are too small', DOUBLE, null, '5e-324'],
    ['fractions of a cent', NUMERIC, 'cents', '0.005'],
    ['infinite timestamps', UTC, null, 'infinity'],
    ['years before Christ', DATE, null, '0044-03-15 BC'],
    ['the year 10000', LOCAL, 'epochSeconds', '10000-01-01 00:00:00'],
    ['zero dates', DATE, null, '0000-00-00'],
    ['tinyint(1) that is neither', TINYINT, null, '2'],
    ['tinyint(1) that is neither, as text', TINYINT, 'string', '-1'],
    ['an empty name in hstore', HSTORE, null, '""=>"x"'],
    ['NaN in a composite value', pairOf(NUMERIC, TEXT), null, '(NaN,a)'],
    ['dates with a zero month', LOCAL, null, '2024-00-10 00:00:00'],
    ['UUIDs of other lengths', BYTES, 'uuid', '\\x00'],
    ['json numbers of 39 digits', JSONB, null, '[1.23456789012345678901234567890123456789]'],
    ['json with a name twice', JSONB, null, '{"a":1,"\\u0061":2}'],
    ['json with an empty name', JSONB, null, '{"":1}'],
    ['json with half a surrogate pair', JSONB, null, '"\\ud83d"'],
    ['NULL in a set', arrayOf(TEXT), 'set', '{a,NULL}'],
    ['arrays in a set', arrayOf(TEXT), 'set', '{{a}}'],
  ])('refuse %s, which they cannot hold exactly', (_, type, as, cell) => {
    expect(encode(type, as, cell)).toBe('VALUE_NOT_EXACT');
  });

  it.each<[ColumnType, string]>([
    [INT, 'twelve'],
    [INT, ''],
    [BOOL, 'yes'],
    [BYTES, 'abc'],
    [HSTORE, '"a"=>1'],
    [HSTORE, '"a"=>"1",'],
    [HSTORE, '"a"=>"1" "b"=>"2"'],
    [pairOf(INT, INT), '(1)'],
    [pairOf(INT, INT), '(1,2'],
    [pairOf(INT, INT), '(1,2)x'],
    [pairOf(INT, INT), '1,2'],
    [{ kind: 'geometry' }, '\\x0000'],
    [BYTES, '\\x0'],
    [DATE, '31.01.2024'],
    [TIME, 'noon'],
    [UTC, '2024-01-31 09:30:00+02'],
    [UTC, '2024-01-31 09:30:00'],
    [LOCAL, '2024-01-31 09:30:00.1234567'],
    ...[
      '',
      '{',
      '[1,]',
      '{"a"}',
      '{"a":1,}',
      '01',
      '"a',
      '"\\x"',
      '"\t"',
      'nul',
      '1 2',
      '{"a" 1}',
      "{'a':1}",
    ].map((text): [ColumnType, string] => [JSONB, text]),
    ...['1,2', '{1,2', '{1}}', '{,}', '{"a}', '{1}x', '[0:1]'].map((text): [ColumnType, string] => [
      arrayOf(INT),
      text,
    ]),
  ])('of %j refuse %j as malformed', (type, cell) => {
    expect(encode(type, null, cell)).toBe('VALUE_MALFORMED');
  });

  // 31 and no more around a scalar: probed against DynamoDB Local 3.3.0.
  it.each([
    [31, 0],
    [29, 2],
  ])('nest %i levels deep where %i enclose them already', (depth, level) => {
    const nested = (levels: number) =>
      '[{"a":'.repeat(levels >> 1) + (levels % 2 ? '[1]' : '1') + '}]'.repeat(levels >> 1);
    expect(encode(JSONB, null, nested(depth), level)).toHaveProperty('L');
    expect(encode(JSONB, null, nested(depth + 1), level)).toBe('VALUE_TOO_DEEP');
    expect(encode(JSONB, null, '['.repeat(100_000), level)).toBe('VALUE_TOO_DEEP');
  });

  it('count only the levels that are open, not those that were closed before', () => {
    expect(encode(JSONB, null, `[${Array(40).fill('[1]').join(',')}]`)).toHaveProperty('L');
  });

  it('read time in UTC whatever the zone of the process is', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      expect(new Date(0).getHours()).toBe(19);
      expect(encode(LOCAL, 'epochSeconds', '2024-03-10 02:30:00')).toEqual({ N: '1710037800' });
      expect(encode(DATE, 'epochSeconds', '1970-01-01')).toEqual({ N: '0' });
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('of a composite type with money wait for a choice, as money does', () => {
    expect(attributeCodec(pairOf(INT, MONEY), null)).toMatchObject({ ok: false, alternatives: ['string'] });
  });

  it('want a choice where no form is right, and name the choices', () => {
    expect(attributeCodec(MONEY, null)).toEqual({
      ok: false,
      message: 'money depends on the locale',
      alternatives: ['string'],
    });
    expect(attributeCodec(UTC, 'cents')).toMatchObject({
      ok: false,
      alternatives: ['epochSeconds', 'epochMillis', 'string'],
    });
    expect(attributeCodec(arrayOf(BOOL), 'set')).toMatchObject({ ok: false, alternatives: ['string'] });
  });
});
