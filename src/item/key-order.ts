import type { WireItem } from './attribute-value.js';
import type { KeyAttribute } from './key-attribute.js';
import { compareDecimals, parseDecimal } from './number.js';

/** The order of DynamoDB's keys: S by its bytes (JavaScript's `<` compares UTF-16), N by value, B by its bytes. */
export function compareKeyValues(type: KeyAttribute['type'], one: string, other: string): number {
  if (one === other) return 0;
  if (type === 'N') return compareDecimals(decimalOf(one), decimalOf(other));
  const encoding = type === 'B' ? 'base64' : 'utf8';
  return Buffer.compare(Buffer.from(one, encoding), Buffer.from(other, encoding));
}

/** By the first of the keys in which they differ. Both have all of them. */
export function compareByKeys(keys: readonly KeyAttribute[], one: WireItem, other: WireItem): number {
  for (const key of keys) {
    const order = compareKeyValues(key.type, keyText(one, key) ?? '', keyText(other, key) ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** The value as DynamoDB JSON has it; null where the item has none of this type. */
export function keyText(item: WireItem, { name, type }: KeyAttribute): string | null {
  const text = item[name]?.[type];
  return typeof text === 'string' ? text : null;
}

function decimalOf(text: string) {
  const decimal = parseDecimal(text);
  if (decimal === null) throw new TypeError(`${JSON.stringify(text)} is no number of DynamoDB`);
  return decimal;
}
