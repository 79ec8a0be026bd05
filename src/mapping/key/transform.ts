import type { ColumnType } from '../../source/source-schema.js';
import type { TransformCall } from '../template.js';
import type { KeyWriting } from './key-codec.js';

/** A named step between a column and its place in a template. Pure. */
export interface Transform {
  /** For the documentation: what it makes of what. */
  readonly summary: string;
  readonly accepts: readonly ColumnType['kind'][];
  /** As written, for messages: `(width)`; empty for none. */
  readonly parameters: string;
  /** For the documentation: the kind of value it makes; `same` keeps that of the value. */
  readonly makes: 'same' | 'text' | 'integer' | 'date';
  /** Different values stay different. */
  readonly injective: boolean;
  /** Only the encoding of a key component changes, not the value: makes no sense outside keys. */
  readonly keysOnly: boolean;
  /** For the documentation: a call, and a value it takes as raw text of `type`. */
  readonly example: { readonly call: string; readonly type: ColumnType; readonly raw: string };
  /** Null when the arguments are not those of `parameters`. */
  readonly prepare: (args: TransformCall['args'], type: ColumnType) => Step | null;
}

export interface Step {
  readonly type: ColumnType;
  /** Raw text → raw text of the new type; null when it cannot be made. Absent: the value stays. */
  readonly value?: (raw: string) => string | null;
  readonly writing?: Writing;
}

/** How the value is written as a key component, which later transforms of the value forget. */
export interface Writing {
  readonly raw?: boolean;
  readonly descending?: boolean;
  /** Always that wide. */
  readonly pad?: Digits;
  /** That wide where order matters, instead of the type's width. */
  readonly sortWidth?: Digits;
}

export type Digits = NonNullable<KeyWriting['digits']>;

export const TEXT: ColumnType = { kind: 'text', maxLength: null, padded: false };
export const INTEGER: ColumnType = { kind: 'integer', bits: 64, unsigned: false };
export const DATE: ColumnType = { kind: 'date' };
export const TIMESTAMP: ColumnType = { kind: 'timestamp', zone: true };

/** The value is gone for good: what it makes can never prove a key unique. */
export const LOSSY = { injective: false, keysOnly: false } as const;
export const KEY_ONLY = { injective: true, keysOnly: true, makes: 'same' } as const;

export function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
