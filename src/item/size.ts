import { typeOf, type WireItem, type WireValue } from './attribute-value.js';
import { numberBytes } from './number.js';

/**
 * Bytes of an item as DynamoDB counts them against its 400 KB: names and values, without the 100 bytes
 * of storage overhead. Agrees with DynamoDB Local to the byte (test/integration/dynamodb/item-size.test.ts).
 */
export function itemBytes(item: WireItem): number {
  let bytes = 0;
  for (const name in item) {
    bytes += Buffer.byteLength(name) + valueBytes(item[name] as WireValue); // own key
  }
  return bytes;
}

/** Bytes of one value without its name. A list or map costs 3, and 1 for each element. */
export function valueBytes(value: WireValue): number {
  const [type, content] = typeOf(value);
  switch (type) {
    case 'S':
      return Buffer.byteLength(content as string);
    case 'N':
      return numberBytes(content as string);
    case 'B':
      return binaryBytes(content as string);
    case 'L':
      return sum(content as readonly WireValue[], (element) => 1 + valueBytes(element)) + 3;
    case 'M':
      return itemBytes(content as WireItem) + Object.keys(content as WireItem).length + 3;
    case 'SS':
      return sum(content as readonly string[], Buffer.byteLength);
    case 'NS':
      return sum(content as readonly string[], numberBytes);
    case 'BS':
      return sum(content as readonly string[], binaryBytes);
    default:
      return 1; // BOOL, NULL
  }
}

function binaryBytes(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

function sum<T>(elements: readonly T[], bytes: (element: T) => number): number {
  let total = 0;
  for (const element of elements) total += bytes(element);
  return total;
}
