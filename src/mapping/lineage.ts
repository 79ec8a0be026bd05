import type { Origin } from '../item/item.js';
import { isPlainText } from '../item/json-text.js';
import { escapeComponent, unescapeComponent } from './key/key-codec-text.js';

/**
 * The source key an item was made from, as its lineage attribute holds it: table and raw identity texts,
 * joined by `#` and escaped like components of keys (`orders#42`, `line items#1#a%23b`).
 */
export function lineageText({ table, key }: Origin): string {
  let text = escapeComponent(table);
  for (const cell of key) text += `#${escapeComponent(cell)}`;
  return text;
}

/** The lineage of a row of these raw identity texts, as a JSON string; its bytes of UTF-8 are added. */
export type WriteLineage = (key: readonly string[], into: { bytes: number }) => string;

/** `lineageText` of the rows of one table. Its parts are looked at one by one: joined ones would be put together for that. */
export function lineageWriter(table: string): WriteLineage {
  const name = escapeComponent(table);
  const isPlainName = isPlainText(name);
  return (key, into) => {
    let text = name;
    let plain = isPlainName;
    for (const cell of key) {
      const part = escapeComponent(cell);
      plain = plain && isPlainText(part);
      text += `#${part}`;
    }
    into.bytes += plain ? text.length : Buffer.byteLength(text);
    return plain ? `"${text}"` : JSON.stringify(text);
  };
}

export function parseLineage(text: string): Origin {
  const [table = '', ...key] = text.split('#').map(unescapeComponent);
  return { table, key };
}
