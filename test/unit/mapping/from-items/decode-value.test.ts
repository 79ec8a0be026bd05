import { expect, test } from 'vitest';
import type { WireValue } from '../../../../src/item/attribute-value.js';
import { valueDecoder } from '../../../../src/mapping/from-items/decode-value.js';
import type { AttributeType } from '../../../../src/mapping/mapping.js';
import { attributeCodec } from '../../../../src/mapping/value/attribute-codec.js';
import type { ColumnType } from '../../../../src/source/source-schema.js';

const decimal = { kind: 'decimal', precision: 10, scale: 2 } as const;
const timestamp = { kind: 'timestamp', zone: false } as const;
const zoned = { kind: 'timestamp', zone: true } as const;
const boolean = { kind: 'boolean' } as const;
const text = { kind: 'text', maxLength: null, padded: false } as const;
const bytes = { kind: 'bytes', maxLength: null } as const;

test.each<[ColumnType, AttributeType | null, string]>([
  [{ kind: 'integer', bits: 64, unsigned: true }, null, '18446744073709551615'],
  [{ kind: 'integer', bits: 32, unsigned: false }, 'string', '-7'],
  [decimal, null, '1.10'],
  [decimal, null, '-0.05'],
  [decimal, null, '100.00'],
  [decimal, 'cents', '12.30'],
  [decimal, 'string', '1.50'],
  [{ kind: 'decimal', precision: null, scale: null }, null, '12345678901234567890.123456789'],
  [{ kind: 'float', bits: 64 }, null, '0.1'],
  [boolean, null, 't'],
  [boolean, 'number', 'f'],
  [boolean, 'string', 't'],
  [{ kind: 'boolean', integers: true }, 'number', '7'],
  [text, null, 'a "b"\n\u0000 ü 😀'],
  [text, null, ''],
  [bytes, null, '\\x00ff'],
  [bytes, 'uuid', '\\x0b5c9a6e00004000800000000000abcd'],
  [{ kind: 'bits', length: 3 }, null, '101'],
  [{ kind: 'year' }, 'number', '1999'],
  [{ kind: 'date' }, null, '0001-12-31'],
  [{ kind: 'date' }, 'epochSeconds', '1969-12-31'],
  [timestamp, null, '2024-01-31 09:30:00.120000'],
  [zoned, null, '2024-01-31 09:30:00+00'],
  [zoned, 'epochSeconds', '1969-12-31 23:59:59.5+00'],
  [timestamp, 'epochMillis', '2024-01-31 09:30:00.000001'],
  [{ kind: 'time', zone: false, signed: true }, null, '-838:59:59'],
  [{ kind: 'uuid' }, null, '0b5c9a6e-0000-4000-8000-00000000abcd'],
  [{ kind: 'enum', labels: ['a', 'b'] }, null, 'b'],
  [{ kind: 'json' }, null, '{"n":12345678901234567890.5,"a":[null,true,"ü\\n"],"e":{}}'],
  [{ kind: 'json' }, null, 'null'],
  [{ kind: 'json' }, 'string', '{"a" :  1}'],
  [{ kind: 'textual' }, null, '10.0.0.0/8'],
  [{ kind: 'array', element: text, delimiter: ',' }, null, '{"a \\"b\\\\",NULL,"","{x}"}'],
  [{ kind: 'array', element: text, delimiter: ',' }, null, '{{"a"},{"b"}}'],
  [{ kind: 'array', element: text, delimiter: ',' }, 'set', '{"a","b"}'],
  [{ kind: 'array', element: decimal, delimiter: ',' }, 'set', '{"1.10"}'],
  [{ kind: 'array', element: text, delimiter: ',' }, 'string', '{a,b}'],
])('%o as %s: %s comes back as it was', (type, as, raw) => {
  const codec = attributeCodec(type, as);
  if (!codec.ok) throw new Error(codec.message);
  const written = JSON.parse(codec.encode(raw, { bytes: 0, failure: null })) as WireValue;
  expect(valueDecoder(type, as)?.(written)).toBe(raw);
});

test.each<[ColumnType, WireValue]>([
  [zoned, { S: 'yesterday' }],
  [zoned, { N: '1' }],
  [timestamp, { S: '2024-01-31 09:30:00' }],
  [{ kind: 'date' }, { S: '2024-02-31x' }],
  [boolean, { S: 'true' }],
  [bytes, { S: 'AA==' }],
  [text, { L: [] }],
  [{ kind: 'json' }, { SS: ['a'] }],
  [{ kind: 'json' }, { L: [{ B: 'AA==' }] }],
])('%o does not take %o, which no row makes', (type, value) => {
  expect(valueDecoder(type, null)?.(value)).toBeNull();
});

test.each<[ColumnType, AttributeType | null]>([
  [{ kind: 'geometry' }, null],
  [{ kind: 'textMap' }, null],
  [{ kind: 'bits', length: 3 }, 'number'],
  [{ kind: 'array', element: text, delimiter: ',', bare: true }, 'string'],
  [{ kind: 'array', element: { kind: 'geometry' }, delimiter: ',' }, null],
  [{ kind: 'undecided', why: 'locale' }, null],
])('%o as %s has no way back', (type, as) => {
  expect(valueDecoder(type, as)).toBeNull();
});
