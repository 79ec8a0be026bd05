import type { WireValue } from '../../item/attribute-value.js';
import { sameItem } from '../../item/canonical.js';
import { canonicalNumber } from '../../item/number.js';
import type { ColumnType } from '../../source/source-schema.js';
import type { AttributeType } from '../mapping.js';
import { attributeCodec } from '../value/attribute-codec.js';

/** An attribute value → the raw text that it was made of, as `source-schema.ts` spells it; null where it is none such. */
export type DecodeValue = (value: WireValue) => string | null;

/**
 * The way back from what `attributeCodec` writes; null where there is none: the value was written in a form that holds
 * less than the column. What it makes is written again and compared, so that no value passes that the codec would
 * not have written.
 */
export function valueDecoder(type: ColumnType, as: AttributeType | null): DecodeValue | null {
  const decode = inverseOf(type, as);
  const codec = attributeCodec(type, as);
  if (decode === null || !codec.ok) return null;
  return (value) => {
    const raw = decode(value);
    if (raw === null) return null;
    const into = { bytes: 0, failure: null };
    const again = codec.encode(raw, into);
    if (again === '' || into.failure !== null) return null;
    // Nearly all come back letter by letter as the codec wrote them: canonical forms of both were a third of the CPU.
    if (again === JSON.stringify(value)) return raw;
    return sameItem({ value }, { value: JSON.parse(again) as WireValue }) ? raw : null;
  };
}

function inverseOf(type: ColumnType, as: AttributeType | null): DecodeValue | null {
  if (type.kind === 'array') return arrayDecoder(type, as);
  if (as === 'string') return type.kind === 'boolean' ? (value) => flag(textOf(value)) : textOf;
  switch (type.kind) {
    case 'decimal': {
      const { scale } = type;
      return (value) => withScale(numberOf(value, as === 'cents' ? 'E-2' : ''), scale ?? 0);
    }
    case 'integer':
    case 'float':
      return as === 'cents' ? (value) => numberOf(value, 'E-2') : (value) => numberOf(value);
    case 'boolean':
      if (as === 'number')
        return type.integers ? (value) => numberOf(value) : (value) => flag(numberOf(value));
      return (value) => flag(value['BOOL'] === undefined ? null : String(value['BOOL']));
    case 'bytes':
      return as === 'uuid' ? (value) => hex(textOf(value)?.replaceAll('-', '') ?? null) : bytesOf;
    case 'bits':
      return as === null ? textOf : null;
    case 'year':
      return as === 'number' ? (value) => numberOf(value) : textOf;
    case 'date':
      return as === null ? textOf : (value) => momentOf(value, as)?.slice(0, 10) ?? null;
    case 'timestamp': {
      const zone = type.zone ? '+00' : '';
      if (as === null) return (value) => textOf(value)?.replace('T', ' ').replace(/Z$/, '+00') ?? null;
      return (value) => {
        const moment = momentOf(value, as);
        return moment === null ? null : `${moment}${zone}`;
      };
    }
    case 'json':
      return jsonOf;
    case 'time':
    case 'text':
    case 'uuid':
    case 'enum':
    case 'textual':
      return as === null ? textOf : null;
    default:
      return null;
  }
}

/** A list, or a set whose order nobody knows any more, as an array literal. */
function arrayDecoder(
  { element, delimiter, bare }: Extract<ColumnType, { kind: 'array' }>,
  as: AttributeType | null,
): DecodeValue | null {
  if (as === 'string') return bare ? null : textOf;
  const decode = inverseOf(element, null);
  if (decode === null) return null;
  const literal = (values: readonly WireValue[]): string | null => {
    const parts = values.map((value) => {
      if (value['NULL'] === true) return 'NULL';
      if (Array.isArray(value['L'])) return literal(value['L'] as readonly WireValue[]);
      return quoted(decode(value));
    });
    return parts.includes(null) ? null : `{${parts.join(delimiter)}}`;
  };
  return ({ L, SS, NS, BS }) => {
    if (Array.isArray(L)) return literal(L as readonly WireValue[]);
    const sets = { S: SS, N: NS, B: BS };
    for (const [name, set] of Object.entries(sets)) {
      if (Array.isArray(set)) return literal(set.map((one: unknown) => ({ [name]: one })));
    }
    return null;
  };
}

function quoted(text: string | null): string | null {
  return text === null ? null : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const textOf: DecodeValue = ({ S }) => (typeof S === 'string' ? S : null);

const bytesOf: DecodeValue = ({ B }) =>
  typeof B === 'string' ? hex(Buffer.from(B, 'base64').toString('hex')) : null;

function hex(digits: string | null): string | null {
  return digits === null ? null : `\\x${digits}`;
}

function numberOf({ N }: WireValue, power = ''): string | null {
  return typeof N === 'string' ? canonicalNumber(`${N}${power}`) : null;
}

/** The zeros that the source writes behind the point, and DynamoDB does not. */
function withScale(text: string | null, scale: number): string | null {
  const [, whole, fraction = ''] = /^(-?\d+)(?:\.(\d+))?$/.exec(text ?? '') ?? [];
  return whole === undefined || scale <= fraction.length ? text : `${whole}.${fraction.padEnd(scale, '0')}`;
}

function flag(text: string | null): string | null {
  if (text === null) return null;
  return text === 'true' || text === '1' ? 't' : 'f';
}

/** Epoch seconds or milliseconds, fractions included, as `YYYY-MM-DD HH:MM:SS[.ffffff]`. */
function momentOf(value: WireValue, as: AttributeType): string | null {
  const micros = numberOf(value, as === 'epochMillis' ? 'E3' : 'E6');
  if (micros === null || !/^-?\d+$/.test(micros)) return null;
  const whole = BigInt(micros);
  const rest = ((whole % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const at = new Date(Number((whole - rest) / 1000n));
  if (Number.isNaN(at.getTime())) return null;
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
  return `${at.toISOString().slice(0, 19).replace('T', ' ')}${fraction}`;
}

/** Numbers keep their digits: they go from text to text. */
function jsonOf(value: WireValue): string | null {
  const { S, N, BOOL, NULL, L, M } = value;
  if (typeof S === 'string') return JSON.stringify(S);
  if (typeof N === 'string') return N;
  if (typeof BOOL === 'boolean') return String(BOOL);
  if (NULL === true) return 'null';
  if (Array.isArray(L))
    return joined(
      '[',
      L.map((element) => jsonOf(element as WireValue)),
      ']',
    );
  if (M === undefined || M === null) return null;
  const entries = Object.entries(M as { readonly [name: string]: WireValue }).map(([name, entry]) => {
    const text = jsonOf(entry);
    return text === null ? null : `${JSON.stringify(name)}:${text}`;
  });
  return joined('{', entries, '}');
}

function joined(open: string, parts: readonly (string | null)[], close: string): string | null {
  return parts.includes(null) ? null : `${open}${parts.join(',')}${close}`;
}
