import type { Origin } from '../item/item.js';
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

export function parseLineage(text: string): Origin {
  const [table = '', ...key] = text.split('#').map(unescapeComponent);
  return { table, key };
}
