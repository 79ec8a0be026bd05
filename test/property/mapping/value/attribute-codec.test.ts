import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireValue } from '../../../../src/item/attribute-value.js';
import { valueBytes } from '../../../../src/item/size.js';
import type { AttributeType } from '../../../../src/mapping/mapping.js';
import { attributeCodec } from '../../../../src/mapping/value/attribute-codec.js';
import type { Encoding } from '../../../../src/mapping/value/encode-value.js';
import type { ColumnType } from '../../../../src/source/source-schema.js';

/** The value, or null where it is refused; its size is checked on the way. */
function encode(type: ColumnType, as: AttributeType | null, raw: string | Buffer): WireValue | null {
  const codec = attributeCodec(type, as);
  if (!codec.ok) throw new Error(codec.message);
  const into: Encoding = { bytes: 0, failure: null };
  const json = codec.encode(raw, into);
  if (into.failure !== null) return null;
  const wire = JSON.parse(json) as WireValue;
  expect(into.bytes).toBe(valueBytes(wire));
  return wire;
}

const holds = <Value>(values: fc.Arbitrary<Value>, property: (value: Value) => boolean) =>
  fc.assert(fc.property(values, property), { numRuns: 300 });
const same = (found: unknown, expected: unknown) => isDeepStrictEqual(found, expected);

const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };
const INT: ColumnType = { kind: 'integer', bits: 64, unsigned: false };
const text = fc.oneof(
  fc.string({ unit: 'binary' }).filter((one) => !/\p{Surrogate}/u.test(one)),
  fc.string({ unit: fc.constantFrom('"', '\\', ',', '(', ')', '{', '}', '=', '>', ' ', 'NULL', 'é', '\n') }),
);
const escaped = (one: string) => `"${one.replaceAll(/["\\]/g, '\\$&')}"`;

describe('the plain form of a cell', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', '+', 'e'), maxLength: 12 });
  const moment = fc.string({ unit: fc.constantFrom('0', '2', ':', '-', ' ', '.', '+00'), maxLength: 30 });
  const TYPES: readonly (readonly [ColumnType, AttributeType | null, fc.Arbitrary<string>])[] = [
    [TEXT, null, fc.constantFrom('', 'plain', 'a line that is longer than the loop of short texts')],
    [{ ...TEXT, padded: true }, null, fc.string({ unit: fc.constantFrom('a', ' ', '"'), maxLength: 6 })],
    [INT, null, digits],
    [INT, 'string', digits],
    [{ kind: 'decimal', precision: 12, scale: 2 }, null, fc.constantFrom('0.00', '-0.10', '12.50', '-0')],
    [{ kind: 'boolean', integers: true }, null, fc.constantFrom('t', 'f', '0', '1', '2', 'true')],
    [{ kind: 'date' }, null, fc.constantFrom('2024-02-29', '0000-00-00', '2024-00-10', 'infinity')],
    [{ kind: 'time', zone: false, signed: true }, null, fc.constantFrom('-12:00:00', '09:30:00.5', '9:30')],
    [{ kind: 'timestamp', zone: true }, null, fc.constantFrom('2024-01-31 09:30:00.25+00', '-infinity')],
    [
      { kind: 'timestamp', zone: false },
      null,
      fc.constantFrom('2024-01-31 09:30:00', '20240-01-31 09:30:00'),
    ],
  ];

  it.each(TYPES)('of %o as %s says what the encoder says, byte for byte, or nothing', (type, as, usual) => {
    const codec = attributeCodec(type, as);
    const plain = codec.ok ? codec.encode.plain : undefined;
    if (!codec.ok || plain === undefined) throw new Error('there is no plain form');
    let spoken = 0;
    holds(fc.oneof({ weight: 3, arbitrary: usual }, text, digits, moment), (cell) => {
      const short: Encoding = { bytes: 0, failure: null };
      const long: Encoding = { bytes: 0, failure: null };
      const inner = plain.inner(cell, short);
      if (inner === null) return short.bytes === 0 && short.failure === null;
      spoken += 1;
      return same([plain.open + inner + plain.close, short], [codec.encode(cell, long), long]);
    });
    expect(spoken).toBeGreaterThan(0);
  });
});

describe('each codec against an oracle of its own', () => {
  it('decimals: the same rational number, or refused for what DynamoDB does not hold', () => {
    const decimal = fc.tuple(
      fc.bigInt({ min: -(10n ** 42n), max: 10n ** 42n }),
      fc.integer({ min: 0, max: 60 }),
    );
    holds(decimal, ([digits, scale]) => {
      const whole = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
      const point = whole.length - scale;
      const raw = `${digits < 0n ? '-' : ''}${whole.slice(0, point)}${scale > 0 ? `.${whole.slice(point)}` : ''}`;
      const wire = encode({ kind: 'decimal', precision: null, scale: null }, null, raw) as {
        N: string;
      } | null;
      const significant = String(digits < 0n ? -digits : digits).replace(/0+$/, '').length;
      if (wire === null) return significant > 38;
      const [integer = '', fraction = ''] = wire.N.split('.');
      return (
        significant <= 38 &&
        BigInt(integer + fraction) * 10n ** BigInt(60 - fraction.length) ===
          digits * 10n ** BigInt(60 - scale)
      );
    });
  });

  it('floats: the same double, or refused beyond the range', () => {
    holds(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
      const wire = encode({ kind: 'float', bits: 64 }, null, String(value)) as { N: string } | null;
      const fits = value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 1e126);
      return wire === null ? !fits : fits && Number(wire.N) === value;
    });
  });

  it('hstore: the map, text for text', () => {
    const entries = fc.uniqueArray(fc.tuple(text, fc.option(text)), {
      selector: ([name]) => name,
      maxLength: 5,
    });
    holds(entries, (pairs) => {
      const raw = pairs
        .map(([name, one]) => `${escaped(name)}=>${one === null ? 'NULL' : escaped(one)}`)
        .join(', ');
      const wire = encode({ kind: 'textMap' }, null, raw);
      if (pairs.some(([name]) => name === '')) return wire === null;
      const expected = pairs.map(
        ([name, one]) => [name, one === null ? { NULL: true } : { S: one }] as const,
      );
      return same(wire, { M: Object.fromEntries(expected) });
    });
  });

  it('composite values, in composite values and in arrays: field for field', () => {
    const inner: ColumnType = {
      kind: 'composite',
      fields: [
        { name: 'x', type: TEXT },
        { name: 'y', type: INT },
      ],
    };
    const outer: ColumnType = {
      kind: 'composite',
      fields: [
        { name: 't', type: TEXT },
        { name: 'r', type: inner },
      ],
    };
    const array: ColumnType = { kind: 'array', element: outer, delimiter: ',' };
    // As Postgres writes it: quotes and backslashes inside quotes are doubled (rowtypes, "Composite Type Input and Output").
    const field = (one: string | null) => (one === null ? '' : `"${one.replaceAll(/["\\]/g, '$&$&')}"`);
    const row = (...fields: (string | null)[]) => `(${fields.map(field).join(',')})`;
    const orNull = (one: string | null) => (one === null ? { NULL: true } : { S: one });
    const rows = fc.array(
      fc.tuple(fc.option(text), fc.option(fc.tuple(fc.option(text), fc.bigInt(-(2n ** 63n), 2n ** 63n)))),
      { maxLength: 3 },
    );
    holds(rows, (all) => {
      const raws = all.map(([t, r]) => row(t, r === null ? null : row(r[0], String(r[1]))));
      const expected = all.map(([t, r]) => ({
        M: {
          t: orNull(t),
          r: r === null ? { NULL: true } : { M: { x: orNull(r[0]), y: { N: String(r[1]) } } },
        },
      }));
      return same(encode(array, null, `{${raws.map(escaped).join(',')}}`), { L: expected });
    });
  });

  it('arrays: element for element, any delimiter', () => {
    holds(fc.tuple(fc.array(fc.option(text)), fc.constantFrom(',', ';')), ([elements, delimiter]) => {
      const raw = `{${elements.map((one) => (one === null ? 'NULL' : escaped(one))).join(delimiter)}}`;
      const expected = elements.map((one) => (one === null ? { NULL: true } : { S: one }));
      return same(encode({ kind: 'array', element: TEXT, delimiter }, null, raw), { L: expected });
    });
  });

  it('sets of MySQL as text: the labels with commas between', () => {
    const label = text.filter((one) => one !== '' && !one.includes(','));
    holds(fc.uniqueArray(label, { maxLength: 5 }), (labels) => {
      const type: ColumnType = {
        kind: 'array',
        element: { kind: 'enum', labels },
        delimiter: ',',
        bare: true,
      };
      return same(encode(type, 'string', `{${labels.map(escaped).join(',')}}`), { S: labels.join(',') });
    });
  });

  it('bits as a number: their sum of powers of two', () => {
    holds(fc.array(fc.boolean(), { minLength: 1, maxLength: 64 }), (bits) => {
      const sum = bits.reduce((total, bit) => total * 2n + (bit ? 1n : 0n), 0n);
      const raw = bits.map(Number).join('');
      return same(encode({ kind: 'bits', length: bits.length }, 'number', raw), { N: String(sum) });
    });
  });

  it('bytes: base64 of the same bytes, from a buffer and from hex; sixteen of them as a UUID', () => {
    holds(fc.uint8Array({ maxLength: 40 }), (array) => {
      const buffer = Buffer.from(array);
      const type: ColumnType = { kind: 'bytes', maxLength: null };
      const hex = buffer.toString('hex');
      const both = [buffer, `\\x${hex}`].every((raw) =>
        same(encode(type, null, raw), { B: buffer.toString('base64') }),
      );
      const uuid = encode(type, 'uuid', buffer) as { S: string } | null;
      return both && (buffer.length === 16 ? uuid?.S.replaceAll('-', '') === hex : uuid === null);
    });
  });

  it('points: the same doubles', () => {
    const coordinate = fc.double({ noDefaultInfinity: true, noNaN: true });
    holds(fc.tuple(coordinate, coordinate, fc.nat()), ([x, y, srid]) => {
      const bytes = Buffer.alloc(25);
      bytes.writeUInt32LE(srid, 0);
      bytes.writeUInt8(1, 4);
      bytes.writeUInt32LE(1, 5);
      bytes.writeDoubleLE(x, 9);
      bytes.writeDoubleLE(y, 17);
      const { S } = encode({ kind: 'geometry' }, null, bytes) as { S: string };
      const match = /^(?:SRID=(\d+);)?POINT\((\S+) (\S+)\)$/.exec(S);
      return (
        Number(match?.[1] ?? 0) === srid &&
        Object.is(Number(match?.[2]), x) &&
        Object.is(Number(match?.[3]), y)
      );
    });
  });

  it('timestamps: the moment that a Date tells, to the microsecond; any year beyond is refused', () => {
    const moment = fc.tuple(
      fc.date({
        min: new Date(-62_135_596_800_000),
        max: new Date(253_402_300_799_999),
        noInvalidDate: true,
      }),
      fc.integer({ min: 0, max: 999 }),
    );
    holds(moment, ([date, micros]) => {
      const iso = date.toISOString().replace('Z', String(micros).padStart(3, '0'));
      const wire = encode({ kind: 'timestamp', zone: true }, null, `${iso.replace('T', ' ')}+00`);
      const seconds = encode(
        { kind: 'timestamp', zone: true },
        'epochMillis',
        `${iso.replace('T', ' ')}+00`,
      ) as { N: string };
      const [whole = '', fraction = ''] = seconds.N.split('.');
      const total = BigInt(whole + fraction.padEnd(3, '0'));
      return same(wire, { S: `${iso}Z` }) && total === BigInt(date.getTime()) * 1000n + BigInt(micros);
    });
    for (const raw of [
      'infinity',
      '-infinity',
      '10000-01-01 00:00:00+00',
      '0044-03-15 00:00:00+00 BC',
      '0000-00-00 00:00:00+00',
    ]) {
      expect(encode({ kind: 'timestamp', zone: true }, null, raw)).toBeNull();
    }
  });
});
