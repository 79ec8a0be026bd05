import { typeOf, type WireItem, type WireValue } from './attribute-value.js';
import { canonicalNumber } from './number.js';

/**
 * One text for all spellings of an item that DynamoDB holds to be the same: attributes and map entries
 * sorted by name, sets sorted, numbers in DynamoDB's form, binary in padded base64. Two items are equal
 * exactly when these texts are. Lists keep their order.
 */
export function canonicalItem(item: WireItem): string {
  return canonicalMap(item);
}

export function sameItem(a: WireItem, b: WireItem): boolean {
  return canonicalItem(a) === canonicalItem(b);
}

/**
 * The same for a key whatever JSON it was written in: DynamoDB JSON of the key attributes, in the order
 * of `attributes`. Used to find an item again that a reply names.
 */
export function canonicalKey(item: WireItem, attributes: readonly string[]): string {
  const values = attributes.map((name) => {
    const value = item[name];
    return `${JSON.stringify(name)}:${value === undefined ? 'null' : canonicalValue(value)}`;
  });
  return `{${values.join(',')}}`;
}

/** The key of an item alone. `attributes`: names of the table's partition and sort key. */
export function keyOf(item: WireItem, attributes: readonly string[]): WireItem {
  return Object.fromEntries(
    attributes.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])),
  );
}

function canonicalValue(value: WireValue): string {
  const [type, content] = typeOf(value);
  return `{${JSON.stringify(type)}:${canonicalContent(type, content)}}`;
}

function canonicalContent(type: string, content: unknown): string {
  switch (type) {
    case 'N':
      return canonicalN(String(content));
    case 'B':
      return canonicalB(String(content));
    case 'L':
      return `[${(content as readonly WireValue[]).map(canonicalValue).join(',')}]`;
    case 'M':
      return canonicalMap(content as WireItem);
    case 'SS':
      return canonicalSet(content, (text) => JSON.stringify(text));
    case 'NS':
      return canonicalSet(content, canonicalN);
    case 'BS':
      return canonicalSet(content, canonicalB);
    default:
      return JSON.stringify(content);
  }
}

function canonicalMap(map: WireItem): string {
  const entries = Object.keys(map)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalValue(map[name] as WireValue)}`); // own key
  return `{${entries.join(',')}}`;
}

function canonicalSet(content: unknown, canonical: (text: string) => string): string {
  const elements = (content as readonly unknown[]).map((element) => canonical(String(element)));
  return `[${[...new Set(elements)].sort().join(',')}]`;
}

/** What is no number is compared by its text. */
function canonicalN(text: string): string {
  return JSON.stringify(canonicalNumber(text) ?? text);
}

function canonicalB(base64: string): string {
  return JSON.stringify(Buffer.from(base64, 'base64').toString('base64'));
}
