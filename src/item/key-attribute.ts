/** An attribute that a table or an index is keyed by. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** A key attribute with its value: text of S, digits of N, base64 of B, as DynamoDB JSON has them. */
export interface KeyValue extends KeyAttribute {
  readonly value: string;
}

/**
 * A key of an index. Text: an attribute (S) that is made for it from a template. A list: attributes that the items
 * have anyway; an item with all of them is in the index.
 */
export type IndexKey = string | readonly KeyAttribute[];

/** The attributes of a key, in order; none where there is no key. */
export function keyAttributes(key: IndexKey | null): readonly KeyAttribute[] {
  if (key === null) return [];
  return typeof key === 'string' ? [{ name: key, type: 'S' }] : key;
}

export function keyNames(key: IndexKey | null): readonly string[] {
  return keyAttributes(key).map(({ name }) => name);
}

/** The index is keyed by attributes that items have anyway, and copies give it no templates. */
export function isOverAttributes({
  partitionKey,
  sortKey,
}: {
  readonly partitionKey: IndexKey;
  readonly sortKey: IndexKey | null;
}): boolean {
  return typeof partitionKey !== 'string' || (sortKey !== null && typeof sortKey !== 'string');
}

/** The attribute of a key that is made from a template. Throws `TypeError` for one over several attributes. */
export function templateKey(key: IndexKey): string {
  if (typeof key === 'string') return key;
  throw new TypeError(`${keyNames(key).join(', ')} are attributes of the items, not made from a template`);
}
