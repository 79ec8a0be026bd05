import type { Cell } from '../../source/source.js';
import type { ColumnType } from '../../source/source-schema.js';
import { cellText } from '../value/canonical-text.js';
import { escapeComponent } from './key-codec-text.js';
import { keyCodec } from './key-codecs.js';

const ASCENDING = { plain: false, descending: false, digits: null } as const;

/**
 * Turns cells of a type into text that sorts, by `compareKeyText`, as the values do; null for a value that its
 * codec does not hold (NaN, infinity). Types without a codec go by their raw text.
 */
export function keyText({ type }: { readonly type: ColumnType }): (cell: NonNullable<Cell>) => string | null {
  const codec = keyCodec(type, ASCENDING);
  if (codec === null) return (cell) => escapeComponent(cellText(cell));
  return (cell) => codec.encode(cellText(cell));
}

/** By bytes of UTF-8, as DynamoDB sorts keys; JavaScript's own order differs from it beyond U+FFFF. */
export function compareKeyText(one: string, other: string): number {
  return one === other ? 0 : Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Whether `keyText` of the type sorts as the values do. */
export function hasOrder(type: ColumnType): boolean {
  return type.kind !== 'textual' && keyCodec(type, ASCENDING) !== null;
}
