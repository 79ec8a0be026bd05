import { isPlainText } from '../../item/json-text.js';
import {
  canonicalNumber,
  numberBytes,
  numberFits,
  plainNumberBytes,
  trimFraction,
} from '../../item/number.js';
import type { RejectCode } from '../../item/reject.js';

/** What an encoder adds to; one is reused for all values of an entity. */
export interface Encoding {
  /** Grows by the value's size as DynamoDB counts it. */
  bytes: number;
  /** Set when the value cannot be held; what the encoder returned is then void. */
  failure: ValueFailure | null;
}

export interface ValueFailure {
  readonly code: Extract<
    RejectCode,
    | 'VALUE_NOT_EXACT'
    | 'VALUE_MALFORMED'
    | 'VALUE_TOO_DEEP'
    | 'CHILDREN_NOT_UNIQUE'
    | 'CHILD_KEY_MISSING'
    | 'DERIVE_FAILED'
    | 'DERIVE_VALUE'
  >;
  /** What was found and what is allowed, without the value. */
  readonly reason: string;
}

/** Raw text of a cell that is not NULL → DynamoDB JSON (`{"N":"12"}`); '' when the attribute is left off. */
export interface EncodeValue {
  (cell: string | Buffer, into: Encoding): string;
  /** A shorter way to the same text, where cells mostly have one form. */
  readonly plain?: PlainForm;
}

/**
 * The form that nearly every cell of a column has, in pieces, so that an attribute is joined once: its name and `open`
 * are one text for all rows. Says the same as the encoder that it belongs to, or nothing.
 */
export interface PlainForm {
  /** `{"S":"` */
  readonly open: string;
  /** `"}` */
  readonly close: string;
  /** What stands between, its bytes counted; null, and nothing counted, for a cell that the encoder must look at. */
  readonly inner: (cell: string, into: Encoding) => string | null;
}

/** Records why a value cannot be held. */
export function fail(into: Encoding, code: ValueFailure['code'], reason: string): '' {
  into.failure ??= { code, reason };
  return '';
}

export function writeText(text: string, into: Encoding): string {
  if (isPlainText(text)) {
    into.bytes += text.length;
    return `{"S":"${text}"}`;
  }
  into.bytes += Buffer.byteLength(text);
  return `{"S":${JSON.stringify(text)}}`;
}

/** Any decimal number, in DynamoDB's form; refused where DynamoDB would round it or cannot hold it. */
export function writeNumber(text: string, into: Encoding): string {
  const bytes = plainNumberBytes(text);
  if (bytes > 0) {
    into.bytes += bytes;
    return `{"N":"${trimFraction(text)}"}`;
  }
  const number = canonicalNumber(text);
  if (number === null) {
    return /^[+-]?(?:nan|inf(?:inity)?)$/i.test(text)
      ? fail(into, 'VALUE_NOT_EXACT', 'NaN and Infinity are no DynamoDB numbers')
      : fail(into, 'VALUE_MALFORMED', 'the text is no number');
  }
  if (!numberFits(number)) {
    return fail(into, 'VALUE_NOT_EXACT', 'DynamoDB holds 38 significant digits from 1E-130 to 9.99E+125');
  }
  into.bytes += numberBytes(number);
  return `{"N":"${number}"}`;
}

export function writeBytes(bytes: Buffer, into: Encoding): string {
  into.bytes += bytes.length;
  return `{"B":"${bytes.toString('base64')}"}`;
}

export function writeBoolean(value: boolean, into: Encoding): string {
  into.bytes += 1;
  return value ? '{"BOOL":true}' : '{"BOOL":false}';
}

export function writeNull(into: Encoding): string {
  into.bytes += 1;
  return '{"NULL":true}';
}
