import type { WireItem } from '../../item/attribute-value.js';
import { LIMITS } from '../../item/limits.js';
import { itemBytes } from '../../item/size.js';
import type { SinkTable } from '../sink-options.js';

/** Why DynamoDB would refuse a put of this item, or null. */
export function refusal(item: WireItem, table: SinkTable): string | null {
  return (
    keyRefusal(item, table.partitionKey, LIMITS.partitionKeyBytes, true) ??
    keyRefusal(item, table.sortKey, LIMITS.sortKeyBytes, true) ??
    indexRefusal(item, table) ??
    (itemBytes(item) > LIMITS.itemBytes ? 'Item size has exceeded the maximum allowed size' : null)
  );
}

function indexRefusal(item: WireItem, table: SinkTable): string | null {
  for (const index of table.indexes) {
    const reason =
      keyRefusal(item, index.partitionKey, LIMITS.partitionKeyBytes, false) ??
      (index.sortKey === null ? null : keyRefusal(item, index.sortKey, LIMITS.sortKeyBytes, false));
    if (reason !== null) return `${reason}, IndexName: ${index.name}`;
  }
  return null;
}

function keyRefusal(item: WireItem, name: string, limit: number, required: boolean): string | null {
  const value = item[name];
  if (value === undefined) return required ? `Missing the key ${name} in the item` : null;
  const { S: text } = value;
  if (typeof text !== 'string') return `Type mismatch for key ${name} expected: S`;
  if (text === '')
    return `The AttributeValue for a key attribute cannot contain an empty string value: ${name}`;
  return Buffer.byteLength(text) > limit
    ? `Size of key ${name} has exceeded the maximum of ${limit} bytes`
    : null;
}
