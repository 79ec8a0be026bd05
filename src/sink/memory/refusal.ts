import type { WireItem } from '../../item/attribute-value.js';
import { type KeyAttribute, keyAttributes } from '../../item/key-attribute.js';
import { LIMITS } from '../../item/limits.js';
import { itemBytes, valueBytes } from '../../item/size.js';
import type { SinkTable } from '../sink-options.js';

/** Why DynamoDB would refuse a put of this item, or null. */
export function refusal(item: WireItem, table: SinkTable): string | null {
  return (
    keyRefusal(item, { name: table.partitionKey, type: 'S' }, LIMITS.partitionKeyBytes, true) ??
    keyRefusal(item, { name: table.sortKey, type: 'S' }, LIMITS.sortKeyBytes, true) ??
    indexRefusal(item, table) ??
    (itemBytes(item) > LIMITS.itemBytes ? 'Item size has exceeded the maximum allowed size' : null)
  );
}

function indexRefusal(item: WireItem, table: SinkTable): string | null {
  for (const index of table.indexes) {
    const refusals = [
      ...keyAttributes(index.partitionKey).map((key) =>
        keyRefusal(item, key, LIMITS.partitionKeyBytes, false),
      ),
      ...keyAttributes(index.sortKey).map((key) => keyRefusal(item, key, LIMITS.sortKeyBytes, false)),
    ];
    const reason = refusals.find((found) => found !== null) ?? null;
    if (reason !== null) return `${reason}, IndexName: ${index.name}`;
  }
  return null;
}

function keyRefusal(
  item: WireItem,
  { name, type }: KeyAttribute,
  limit: number,
  required: boolean,
): string | null {
  const value = item[name];
  if (value === undefined) return required ? `Missing the key ${name} in the item` : null;
  const { [type]: text } = value;
  if (typeof text !== 'string') return `Type mismatch for key ${name} expected: ${type}`;
  if (text === '')
    return `The AttributeValue for a key attribute cannot contain an empty string value: ${name}`;
  return valueBytes(value) > limit ? `Size of key ${name} has exceeded the maximum of ${limit} bytes` : null;
}
