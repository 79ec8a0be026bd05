import type { KeyAttribute, KeyValue } from '../../item/key-attribute.js';
import type { ResolvedColumn, TransformCall } from '../template.js';
import type { SortRange } from './sort-range.js';

/** What the person who asks gives, as text, by the name of the parameter. */
export type Values = ReadonlyMap<string, string>;

/** A part of a key as a parameter fills it. */
export interface KeyParameter {
  /** `customer_id (bigint)`: column and type, for messages. */
  readonly column: string;
  /** What is expected, for messages: `a whole number of 64 bits`. */
  readonly expects: string;
  /** How many shards the part spreads over: without a value, all of them are asked. */
  readonly shards: number | null;
  /** What of a row it is a value of; null: no column says. */
  readonly from: ParameterSource | null;
  /** The text in the key; null where the value is not of its type, or does not fit the key. */
  readonly encode: (text: string) => string | null;
}

export interface ParameterSource {
  readonly column: ResolvedColumn;
  /** Of the key or the attribute that it stands in. */
  readonly transforms: readonly TransformCall[];
}

/** One of the two keys of a pattern as a copy serves it. Asked only with values that its parameters take. */
export interface KeyPlan<Asked> {
  readonly parameters: readonly (readonly [name: string, parameter: KeyParameter])[];
  /** Several for shards; none where nothing can lie in the range. */
  readonly ask: (values: Values) => readonly Asked[];
}

export type PartitionPlan = KeyPlan<readonly KeyValue[]>;
export type SortPlan = KeyPlan<readonly KeyCondition[]>;

/** What an attribute of the sort key has to be. */
export type KeyCondition = KeyAttribute & SortRange;
