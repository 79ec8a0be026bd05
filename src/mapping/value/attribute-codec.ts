import type { ColumnType } from '../../source/source-schema.js';
import { trimPadding } from '../key/key-codec-text.js';
import type { AttributeType } from '../mapping.js';
import { parseArrayLiteral } from './array-literal.js';
import { cellText } from './canonical-text.js';
import { listEncoder, setEncoder } from './encode-array.js';
import { writeJson } from './encode-json.js';
import { recordEncoder, writeTextMap } from './encode-map.js';
import * as time from './encode-time.js';
import {
  type EncodeValue,
  type Encoding,
  fail,
  type PlainForm,
  writeBoolean,
  writeBytes,
  writeNumber,
  writeText,
} from './encode-value.js';
import { geometryText } from './geometry-text.js';
import { PLAIN_BOOLEAN, PLAIN_NUMBER, PLAIN_PADDED, PLAIN_TEXT, plainIso } from './plain-form.js';

/** `any`: decided by each value (json). */
export type WireType = 'S' | 'N' | 'B' | 'BOOL' | 'L' | 'M' | 'SS' | 'NS' | 'BS' | 'any';

export type AttributeCodec =
  | { readonly ok: true; readonly attributeType: WireType; readonly encode: EncodeValue }
  | { readonly ok: false; readonly message: string; readonly alternatives: readonly AttributeType[] };

/** One way to write a type. */
interface Choice {
  readonly as: AttributeType | null;
  readonly attributeType: WireType;
  readonly encode: EncodeValue;
}

/**
 * How a column becomes an attribute value: its default, or as the mapping chooses. `level` is the number of
 * lists and maps that enclose the value (0 at the top of an item).
 */
export function attributeCodec(type: ColumnType, as: AttributeType | null, level = 0): AttributeCodec {
  const choices = choicesOf(type, level);
  const choice = choices.find((candidate) => candidate.as === as);
  if (choice !== undefined) return { ok: true, attributeType: choice.attributeType, encode: choice.encode };
  const alternatives = choices.flatMap((candidate) => candidate.as ?? []);
  const undecided = as === null ? whyUndecided(type) : null;
  if (undecided !== null) return { ok: false, message: undecided, alternatives };
  return { ok: false, message: `${type.kind} cannot be written as ${as}`, alternatives };
}

/** Why a type, or one of what it is made of, has no default. */
function whyUndecided(type: ColumnType): string | null {
  if (type.kind === 'array') return whyUndecided(type.element);
  if (type.kind === 'composite') {
    return type.fields.map((field) => whyUndecided(field.type)).find((why) => why !== null) ?? null;
  }
  return type.kind === 'undecided' ? type.why : null;
}

/** The table of types: the default comes first, where there is one, then what `as` may choose. */
function choicesOf(type: ColumnType, level: number): readonly Choice[] {
  switch (type.kind) {
    case 'integer':
    case 'decimal':
      return [byDefault('N', number), named('number', 'N', number), named('cents', 'N', cents), verbatim];
    case 'float':
      return [byDefault('N', number), named('number', 'N', number), verbatim];
    case 'boolean':
      return [
        byDefault('BOOL', boolean),
        named('boolean', 'BOOL', boolean),
        named('number', 'N', type.integers ? number : bit),
        named('string', 'S', (cell, into) =>
          onBoolean(cell, into, (value) => writeText(String(value), into)),
        ),
      ];
    case 'text':
      return type.padded
        ? [byDefault('S', padded), named('string', 'S', padded)]
        : [byDefault('S', text), verbatim];
    case 'bytes':
      return [byDefault('B', bytes), named('uuid', 'S', uuidOfBytes)];
    case 'bits':
      return [
        byDefault('S', text),
        ...(type.length === 1 ? [named('boolean', 'BOOL', boolean)] : []),
        named('number', 'N', numberOfBits),
        verbatim,
      ];
    case 'year':
      return [byDefault('S', text), named('number', 'N', number), verbatim];
    case 'geometry':
      return [byDefault('S', wellKnownText), named('string', 'S', wellKnownText)];
    case 'textMap':
      return [byDefault('M', writeTextMap), verbatim];
    case 'composite':
      return whyUndecided(type) === null ? [byDefault('M', record(type, level)), verbatim] : [verbatim];
    case 'date':
      return temporal(time.isoDate);
    case 'timestamp':
      return temporal(type.zone ? time.isoTimestampUtc : time.isoTimestamp);
    case 'time':
      return [byDefault('S', iso(type.zone ? time.isoTimeZone : time.isoTime)), verbatim];
    case 'json':
      return [byDefault('any', (cell, into) => writeJson(asText(cell), level, into)), verbatim];
    case 'array':
      // Elements without a default of their own (money) leave the array without one.
      return whyUndecided(type) === null
        ? [byDefault('L', list(type, level)), ...setOf(type), type.bare ? joined(type) : verbatim]
        : [verbatim];
    case 'undecided':
      return [verbatim];
    default:
      return [byDefault('S', text), verbatim];
  }
}

const text = withForm((cell, into) => writeText(asText(cell), into), PLAIN_TEXT);
const padded = withForm((cell, into) => writeText(trimPadding(asText(cell)), into), PLAIN_PADDED);
const number = withForm((cell, into) => writeNumber(asText(cell), into), PLAIN_NUMBER);
const boolean = withForm(
  (cell, into) => onBoolean(cell, into, (value) => writeBoolean(value, into)),
  PLAIN_BOOLEAN,
);
const cents: EncodeValue = (cell, into) => time.writeCents(asText(cell), into);

function joined({ delimiter }: Extract<ColumnType, { kind: 'array' }>): Choice {
  return named('string', 'S', (cell, into) => {
    const elements = parseArrayLiteral(asText(cell), delimiter);
    return elements === null
      ? fail(into, 'VALUE_MALFORMED', 'the text is no array')
      : writeText(elements.join(delimiter), into);
  });
}

/** `as: string` is the source's own text, whatever it is: `1.00`, `infinity`, `$1,000.00`. */
const verbatim = named('string', 'S', text);

const bit: EncodeValue = (cell, into) =>
  onBoolean(cell, into, (value) => writeNumber(value ? '1' : '0', into));

/** Bits as an unsigned number, the first the highest: what MySQL makes of BIT + 0. */
const numberOfBits: EncodeValue = (cell, into) => {
  const digits = asText(cell);
  return /^[01]+$/.test(digits)
    ? writeNumber(BigInt(`0b${digits}`).toString(), into)
    : fail(into, 'VALUE_MALFORMED', 'the text is no bits');
};

const wellKnownText: EncodeValue = (cell, into) => {
  const written = geometryText(typeof cell === 'string' ? Buffer.from(cell.slice(2), 'hex') : cell);
  return written === null
    ? fail(into, 'VALUE_MALFORMED', 'the bytes are no geometry of two dimensions')
    : writeText(written, into);
};

const bytes: EncodeValue = (cell, into) => {
  if (typeof cell !== 'string') return writeBytes(cell, into);
  return /^\\x(?:[0-9a-f]{2})*$/i.test(cell)
    ? writeBytes(Buffer.from(cell.slice(2), 'hex'), into)
    : fail(into, 'VALUE_MALFORMED', 'the text is no \\x and hex digits');
};

const uuidOfBytes: EncodeValue = (cell, into) => {
  const hex = cellText(cell).slice(2).toLowerCase();
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(hex);
  return match === null
    ? fail(into, 'VALUE_NOT_EXACT', 'a UUID has 16 bytes')
    : writeText(match.slice(1).join('-'), into);
};

function temporal(isoText: time.IsoText): readonly Choice[] {
  return [
    byDefault('S', iso(isoText)),
    named('epochSeconds', 'N', (cell, into) => time.writeEpoch(asText(cell), 0, into)),
    named('epochMillis', 'N', (cell, into) => time.writeEpoch(asText(cell), 3, into)),
    verbatim,
  ];
}

function iso(isoText: time.IsoText): EncodeValue {
  return withForm((cell, into) => time.writeIso(isoText, asText(cell), into), plainIso(isoText));
}

function list({ element, delimiter }: Extract<ColumnType, { kind: 'array' }>, level: number): EncodeValue {
  return listEncoder(delimiter, (depth) => {
    const codec = attributeCodec(element, null, level + depth);
    return codec.ok ? codec.encode : (_, into) => fail(into, 'VALUE_NOT_EXACT', codec.message);
  });
}

function record({ fields }: Extract<ColumnType, { kind: 'composite' }>, level: number): EncodeValue {
  return recordEncoder(
    fields.map(({ name, type }) => {
      const codec = attributeCodec(type, null, level + 1);
      const encode: EncodeValue = codec.ok
        ? codec.encode
        : (_, into) => fail(into, 'VALUE_NOT_EXACT', codec.message);
      return { name, encode };
    }),
  );
}

function setOf({ element, delimiter }: Extract<ColumnType, { kind: 'array' }>): readonly Choice[] {
  const codec = attributeCodec(element, null);
  if (
    !codec.ok ||
    !(codec.attributeType === 'S' || codec.attributeType === 'N' || codec.attributeType === 'B')
  )
    return [];
  const type = `${codec.attributeType}S` as const;
  return [named('set', type, setEncoder(delimiter, type, codec.encode))];
}

function onBoolean(cell: string | Buffer, into: Encoding, write: (value: boolean) => string): string {
  const raw = asText(cell);
  if (raw === 't' || raw === '1') return write(true);
  if (raw === 'f' || raw === '0') return write(false);
  if (/^-?\d+$/.test(raw)) {
    return fail(into, 'VALUE_NOT_EXACT', 'the number is neither 0 nor 1; as: number keeps it');
  }
  return fail(into, 'VALUE_MALFORMED', 'the text is neither true nor false');
}

/** Bytes stand for text only where they are no UTF-8 (source.ts, Cell). */
function asText(cell: string | Buffer): string {
  return typeof cell === 'string' ? cell : cell.toString();
}

function withForm(encode: EncodeValue, plain: PlainForm): EncodeValue {
  return Object.assign(encode, { plain });
}

function byDefault(attributeType: WireType, encode: EncodeValue): Choice {
  return { as: null, attributeType, encode };
}

function named(as: AttributeType, attributeType: WireType, encode: EncodeValue): Choice {
  return { as, attributeType, encode };
}
