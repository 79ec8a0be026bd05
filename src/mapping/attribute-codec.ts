import type { RejectCode } from '../item/reject.js';
import type { ColumnType } from '../source/source-schema.js';
import type { AttributeType } from './mapping.js';

/** What an encoder adds to; one is reused for all values of an entity. */
export interface Encoding {
  /** Grows by the value's size as DynamoDB counts it. */
  bytes: number;
  /** Set when the value cannot be held; what the encoder returned is then void. */
  failure: ValueFailure | null;
}

export interface ValueFailure {
  readonly code: Extract<RejectCode, 'VALUE_NOT_EXACT' | 'VALUE_MALFORMED' | 'VALUE_TOO_DEEP'>;
  /** What was found and what is allowed, without the value. */
  readonly reason: string;
}

/** Raw text of a cell that is not NULL → DynamoDB JSON (`{"N":"12"}`); '' when the attribute is left off. */
export type EncodeValue = (cell: string | Buffer, into: Encoding) => string;

export type AttributeCodec =
  | {
      readonly ok: true;
      /** `any`: decided by each value (json). */
      readonly attributeType: 'S' | 'N' | 'B' | 'BOOL' | 'L' | 'SS' | 'NS' | 'BS' | 'any';
      readonly encode: EncodeValue;
    }
  | { readonly ok: false; readonly message: string; readonly alternatives: readonly AttributeType[] };

/**
 * How a column becomes an attribute value: its default, or as the mapping chooses. `level` is the number of
 * lists and maps that already enclose the value (0 at the top of an item).
 */
export function attributeCodec(type: ColumnType, as: AttributeType | null, _level = 0): AttributeCodec {
  if (type.kind === 'undecided' && as === null)
    return { ok: false, message: type.why, alternatives: ['string'] };
  return { ok: false, message: `${type.kind} is not written yet`, alternatives: [] };
}
